import { withoutSlashes } from "../../model/without_slashes.ts";
import { hostPortOf, isLoopback } from "../../runtime/address.ts";
import { sleep } from "../../runtime/clock.ts";
import { HttpFailure, type HttpReply } from "../../runtime/http.ts";
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
import { binanceApiOf, type BinanceMarket } from "./api.ts";
import type { WebSocketEnd } from "../../runtime/web_socket.ts";

/** What is checked. */
interface Checked {
  readonly market: BinanceMarket;
  readonly restUrl: string;
  readonly streamUrl: string;
  readonly symbols: readonly string[];
  /** @default "Binance" */
  readonly title?: string;
  /** Section of the configuration. @default "binance" */
  readonly section?: string;
}

/** Offsets above are shown; Comove itself goes by the venue's clock. */
const MAX_OFFSET_MS = 2_000;

/** REST, clock and stream, side by side. */
export async function checkBinance(checked: Checked, probes: Probes): Promise<Finding[]> {
  const [rest, stream] = await Promise.all([
    checkRest(checked, probes),
    checkStream(checked, probes),
  ]);
  return [...rest, stream];
}

/** Asks for a ping and, when that works, for the time, to compare the clocks. */
async function checkRest(checked: Checked, probes: Probes): Promise<Finding[]> {
  const { restUrl, market, title = "Binance", section = "binance" } = checked;
  const { host } = new URL(restUrl);
  const named = { name: `${title} REST`, host, setting: `${section}.restUrl` };
  const base = withoutSlashes(restUrl) + binanceApiOf(market).restRoot;
  const ask = (path: string) => probes.get(`${base}${path}`, { timeoutMs: probes.limitMs / 2 });
  try {
    const ping = await ask("/ping");
    if (ping.status !== 200) return [refused(named, ping)];
    const sentAt = probes.clock.now();
    const reply = await ask("/time");
    const receivedAt = probes.clock.now();
    const serverTime = serverTimeOf(reply);
    if (serverTime === undefined) return [notTheVenue(named, "Binance")];
    const offsetMs = Math.round(serverTime - (sentAt + receivedAt) / 2);
    return [ok(named.name, `${host} answers`), clockFinding(checked, offsetMs)];
  } catch (error) {
    const fault = error instanceof HttpFailure ? error.fault : "lost";
    return [unreachable(named, fault)];
  }
}

function serverTimeOf({ status, text }: HttpReply): number | undefined {
  const [, digits] = /^\s*\{\s*"serverTime"\s*:\s*(\d{13})\s*\}/.exec(text) ?? [];
  return status === 200 && digits !== undefined ? Number(digits) : undefined;
}

function clockFinding({ restUrl, title }: Checked, offsetMs: number): Finding {
  // Spot and the futures beside it are two clocks.
  const name = title === undefined ? "Clock" : `${title} clock`;
  const { host, hostname } = new URL(restUrl);
  const seconds = (Math.abs(offsetMs) / 1_000).toFixed(1);
  if (Math.abs(offsetMs) <= MAX_OFFSET_MS) return ok(name, `${seconds} s off Binance's`);
  if (isLoopback(hostname)) return ok(name, `${host} is a simulator and keeps its own time`);
  const way = offsetMs > 0 ? "behind" : "ahead of";
  return optional(broken(
    name,
    `this machine is ${seconds} s ${way} Binance; Comove goes by the venue's clock meanwhile`,
    "synchronise it (Linux: timedatectl set-ntp true; Windows: w32tm /resync; macOS: Date & Time, automatically)",
  ));
}

/** Opens a market stream as the client does, and closes it again. */
async function checkStream(checked: Checked, probes: Probes): Promise<Finding> {
  const { streamUrl, market, symbols: [symbol = ""] } = checked;
  const { title = "Binance", section = "binance" } = checked;
  const { host } = new URL(streamUrl);
  const named = { name: `${title} stream`, host, setting: `${section}.streamUrl` };
  // Without the permission, the npm package ws throws where nobody can catch it.
  if (!await probes.mayReach(hostPortOf(streamUrl))) {
    return unreachable(named, "not-permitted");
  }
  const { streamPath } = binanceApiOf(market);
  const stream = `${encodeURIComponent(symbol.toLowerCase())}@kline_1m`;
  const url = `${withoutSlashes(streamUrl)}${streamPath}?streams=${stream}`;
  const timeUp = new AbortController();
  const { promise, resolve } = Promise.withResolvers<"open" | WebSocketEnd | "late">();
  const socket = probes.openStream(url, {
    onOpen: () => resolve("open"),
    onText: () => {},
    onEnd: resolve,
  });
  sleep(probes.clock, probes.limitMs, timeUp.signal).then(() => resolve("late"), () => {});
  const end = await promise;
  timeUp.abort();
  await socket.close();
  if (end === "open") return ok(named.name, `${host} opens a WebSocket`);
  if (end === "late") return unreachable(named, "timeout");
  if (end.kind === "broken") return unreachable(named, end.fault);
  if (end.kind === "refused-upgrade") return refused(named, end);
  return closedBy(named, end.code);
}

function refused(named: CheckedHost, { status }: { readonly status: number }): Finding {
  const { name, host, setting } = named;
  const what = `${host} answers HTTP ${status}`;
  if (status === 451) {
    return broken(
      name,
      `${what}: Binance does not serve this location`,
      `use it from a permitted network, or name a venue host that may be used here in ${setting}`,
    );
  }
  if (status === 403) {
    return broken(
      name,
      `${what}: Binance's firewall turns this address away`,
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
  if (status >= 500) return broken(name, `${what}: trouble at Binance`, "try again later");
  return notTheVenue(named, "Binance");
}
