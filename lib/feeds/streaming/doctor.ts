import { withoutSlashes } from "../../model/without_slashes.ts";
import { hostPortOf, isLoopback } from "../../runtime/address.ts";
import { sleep } from "../../runtime/clock.ts";
import { HttpFailure } from "../../runtime/http.ts";
import type { WebSocketConnection, WebSocketEnd } from "../../runtime/web_socket.ts";
import {
  broken,
  type CheckedHost,
  closedBy,
  type Finding,
  notTheVenue,
  ok,
  optional,
  unreachable,
} from "../finding.ts";
import type { Probes } from "../venue_definition.ts";
import type { StreamingAdapter, StreamMessage } from "./adapter.ts";

/** A WebSocket venue that is checked. */
export interface CheckedVenue {
  readonly adapter: Pick<StreamingAdapter, "serverTime" | "subscribe" | "decode" | "explain">;
  readonly restUrl: string;
  readonly streamUrl: string;
  /** The venue's own; the first is asked for. */
  readonly symbols: readonly string[];
  /** What findings begin with. @default the venue's title */
  readonly title?: string;
  /** Name of the finding about its clock. @default the title and `clock` */
  readonly clockName?: string;
}

/** Offsets above are shown; Comove itself goes by the venue's clock. */
const MAX_OFFSET_MS = 2_000;

/** REST, clock and stream of a WebSocket venue, side by side. */
export async function checkStreaming(checked: CheckedVenue, probes: Probes): Promise<Finding[]> {
  const [rest, stream] = await Promise.all([
    checkRest(checked, probes),
    checkStream(checked, probes),
  ]);
  return [...rest, stream];
}

/** Asks for the time, to see that the venue answers and to compare the clocks. */
async function checkRest(checked: CheckedVenue, probes: Probes): Promise<Finding[]> {
  const { restUrl, adapter: { serverTime, explain } } = checked;
  const { host } = new URL(restUrl);
  const named = hostNamed(checked, "REST", host, "restUrl");
  const { path } = serverTime.request();
  try {
    const sentAt = probes.clock.now();
    const reply = await probes.get(withoutSlashes(restUrl) + path, { timeoutMs: probes.limitMs });
    const receivedAt = probes.clock.now();
    const refusal = explain.refusal(reply);
    if (reply.status !== 200) return [refused(checked, named, reply)];
    if (refusal !== undefined) return [busy(checked, named, refusal.text)];
    const time = serverTime.read(reply, undefined);
    if (time === undefined) return [notTheVenue(named, explain.title)];
    const middle = time.venueTime + (time.resolutionMs - 1) / 2;
    const offsetMs = Math.round(middle - (sentAt + receivedAt) / 2);
    return [ok(named.name, `${host} answers`), clockFinding(checked, offsetMs)];
  } catch (error) {
    const fault = error instanceof HttpFailure ? error.fault : "lost";
    return [unreachable(named, fault)];
  }
}

function clockFinding(checked: CheckedVenue, offsetMs: number): Finding {
  const { restUrl, adapter: { explain } } = checked;
  const { clockName: name = `${titleOf(checked)} clock` } = checked;
  const { host, hostname } = new URL(restUrl);
  const seconds = (Math.abs(offsetMs) / 1_000).toFixed(1);
  if (Math.abs(offsetMs) <= MAX_OFFSET_MS) return ok(name, `${seconds} s off ${explain.title}'s`);
  if (isLoopback(hostname)) return ok(name, `${host} is a simulator and keeps its own time`);
  const way = offsetMs > 0 ? "behind" : "ahead of";
  return optional(broken(
    name,
    `this machine is ${seconds} s ${way} ${explain.title}; Comove goes by the venue's clock meanwhile`,
    "synchronise it (Linux: timedatectl set-ntp true; Windows: w32tm /resync; macOS: Date & Time, automatically)",
  ));
}

/** What became of a socket that was opened and asked for a symbol. */
type StreamOutcome = "open" | "late" | WebSocketEnd | Extract<StreamMessage, { kind: "refused" }>;

/** Opens a stream as the client does, asks for the first symbol, and closes it again. */
async function checkStream(checked: CheckedVenue, probes: Probes): Promise<Finding> {
  const { streamUrl, adapter: { explain } } = checked;
  const { host } = new URL(streamUrl);
  const named = hostNamed(checked, "stream", host, "streamUrl");
  // Without the permission, the npm package ws throws where nobody can catch it.
  if (!await probes.mayReach(hostPortOf(streamUrl))) return unreachable(named, "not-permitted");
  const end = await streamOutcome(checked, probes);
  if (end === "open") return ok(named.name, `${host} opens a WebSocket`);
  if (end === "late") return unreachable(named, "timeout");
  switch (end.kind) {
    case "refused":
      return broken(
        named.name,
        `${host} refuses the subscription: ${end.text}`,
        `check ${explain.section}.symbols: ${explain.symbols}`,
      );
    case "broken":
      return unreachable(named, end.fault);
    case "refused-upgrade":
      return refused(checked, named, end);
    case "closed":
      return closedBy(named, end.code);
  }
}

async function streamOutcome(checked: CheckedVenue, probes: Probes): Promise<StreamOutcome> {
  const { streamUrl, adapter: { subscribe, decode }, symbols: [symbol = ""] } = checked;
  const topics = subscribe.topics(symbol).slice(0, subscribe.isByPath ? 1 : undefined);
  const { promise, resolve } = Promise.withResolvers<StreamOutcome>();
  const timeUp = new AbortController();
  let lastId = 0;
  const socket: WebSocketConnection = probes.openStream(
    withoutSlashes(streamUrl) + subscribe.path(topics),
    {
      onOpen: () => {
        if (subscribe.isByPath) return resolve("open");
        for (const frame of subscribe.add(topics, () => ++lastId)) socket.send(frame);
      },
      onText: (text) => {
        const message = decode(text);
        if (message.kind === "refused") resolve(message);
        else if (message.kind === "trades" || message.kind === "keepalive") resolve("open");
      },
      onEnd: resolve,
    },
  );
  sleep(probes.clock, probes.limitMs, timeUp.signal).then(() => resolve("late"), () => {});
  const end = await promise;
  timeUp.abort();
  await socket.close();
  return end;
}

function refused(
  { adapter: { explain: { title } } }: CheckedVenue,
  named: CheckedHost,
  { status }: { readonly status: number },
): Finding {
  const { name, host, setting } = named;
  const what = `${host} answers HTTP ${status}`;
  if (status === 451) {
    return broken(
      name,
      `${what}: ${title} does not serve this location`,
      `use it from a permitted network, or name a venue host that may be used here in ${setting}`,
    );
  }
  if (status === 403) {
    return broken(
      name,
      `${what}: ${title}'s firewall turns this address away`,
      "wait some minutes, or use another network",
    );
  }
  if (status === 429 || status === 418) {
    return broken(
      name,
      `${what}: too many requests from this address`,
      "wait some minutes; other programs here share the limit",
    );
  }
  if (status >= 500) return broken(name, `${what}: trouble at ${title}`, "try again later");
  return notTheVenue(named, title);
}

/** A refusal that the venue sends as a good answer. */
function busy({ adapter }: CheckedVenue, { name, host }: CheckedHost, text: string): Finding {
  return broken(
    name,
    `${host} refuses: ${text}`,
    `wait some minutes; ${adapter.explain.title} may be under maintenance, or this address asks too often`,
  );
}

function hostNamed(
  checked: CheckedVenue,
  side: string,
  host: string,
  key: "restUrl" | "streamUrl",
): CheckedHost {
  const { section } = checked.adapter.explain;
  return { name: `${titleOf(checked)} ${side}`, host, setting: `${section}.${key}` };
}

function titleOf({ title, adapter: { explain } }: CheckedVenue): string {
  return title ?? explain.title;
}
