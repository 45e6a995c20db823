import { formatUtc, MINUTE } from "../../model/time.ts";
import { hostPortOf } from "../../runtime/address.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { NetworkFault } from "../../runtime/http.ts";
import type { OpenWebSocket, WebSocketEnd } from "../../runtime/web_socket.ts";
import { decodeDeribitFrame } from "../../wire/deribit_frame.ts";
import { decodeVenueTime, decodeVolatilityPage } from "../../wire/deribit_result.ts";
import { broken, type Finding, ok } from "../finding.ts";
import type { Probes } from "../venue_definition.ts";
import { type DeribitCurrency, indexOf } from "./instruments.ts";

interface Checked {
  readonly url: string;
  readonly indices: readonly DeribitCurrency[];
}

const NAME = "Deribit";
const SETTING = "deribit.url";

/** What came of the calls. */
type Outcome =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "refused"; readonly code: number; readonly message: string }
  | { readonly kind: "end"; readonly end: WebSocketEnd }
  | { readonly kind: "late" };

/** Asks for the time and for the newest minutes of each index, over one WebSocket as the feed does. */
export async function checkDeribit({ url, indices }: Checked, probes: Probes): Promise<Finding[]> {
  const { host } = new URL(url);
  // Without the permission, the npm package ws throws where nobody can catch it.
  if (!await probes.mayReach(hostPortOf(url))) return [unreachable(host, "not-permitted")];
  const calls = new Calls(url, probes);
  try {
    const told = await calls.call("public/get_time", {});
    if (told.kind !== "result") return [failureOf(host, told)];
    const now = decodeVenueTime(told.result);
    if (now === undefined) return [notDeribit(host)];
    const findings: Finding[] = [];
    for (const currency of indices) findings.push(await checkIndex(host, currency, now, calls));
    return findings;
  } finally {
    await calls.close();
  }
}

async function checkIndex(
  host: string,
  currency: DeribitCurrency,
  now: number,
  calls: Calls,
): Promise<Finding> {
  const { id } = indexOf(currency);
  const asked = await calls.call("public/get_volatility_index_data", {
    currency,
    start_timestamp: now - 3 * MINUTE,
    end_timestamp: now,
    resolution: "60",
  });
  if (asked.kind !== "result") return failureOf(host, asked);
  const last = decodeVolatilityPage(asked.result)?.rows.at(-1);
  if (last === undefined) {
    return broken(
      NAME,
      `${host} answers, and has no minutes of ${id}`,
      "try again later; if it lasts, set deribit.enabled: false",
    );
  }
  return ok(NAME, `${host} answers: ${id} ${last.close} at ${formatUtc(last.openTime)}`);
}

function failureOf(host: string, outcome: Exclude<Outcome, { readonly kind: "result" }>): Finding {
  switch (outcome.kind) {
    case "late":
      return unreachable(host, "timeout");
    case "refused":
      return broken(
        NAME,
        `${host} refuses: ${outcome.code} ${outcome.message}`,
        "wait some minutes; Deribit may be under maintenance, or this address asks too often",
      );
    case "end": {
      const { end } = outcome;
      if (end.kind === "broken") return unreachable(host, end.fault);
      if (end.kind === "closed") {
        return broken(NAME, `${host} closed the WebSocket (code ${end.code})`, `check ${SETTING}`);
      }
      return end.status === 403 || end.status === 451
        ? broken(
          NAME,
          `${host} answers HTTP ${end.status}: Deribit does not serve this location`,
          "use a permitted network, or set deribit.enabled: false",
        )
        : notDeribit(host);
    }
  }
}

function notDeribit(host: string): Finding {
  return broken(
    NAME,
    `${host} answers, but not as Deribit`,
    `check ${SETTING}; a proxy or captive portal may answer in its place`,
  );
}

const FAULTS: Readonly<Record<NetworkFault, string>> = {
  "host-not-found": "no host of that name is found",
  "refused": "nothing listens there",
  "unreachable": "no way leads there",
  "tls": "no trusted TLS connection",
  "timeout": "no answer in time",
  "not-permitted": "this process may not connect there",
  "not-http": "it does not speak HTTP",
  "lost": "the connection broke",
};

function unreachable(host: string, fault: NetworkFault): Finding {
  const fix = fault === "not-permitted"
    ? "start it with deno task doctor"
    : `check ${SETTING}, the internet connection, proxy and firewall; or set deribit.enabled: false`;
  return broken(NAME, `${host}: ${FAULTS[fault]}`, fix);
}

/** A few calls, one after another, over one WebSocket. */
class Calls {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #socket: ReturnType<OpenWebSocket>;
  readonly #opened = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<Outcome>();
  #answer: (outcome: Outcome) => void = () => {};
  #lastId = 0;

  constructor(url: string, { clock, limitMs, openStream }: Probes) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#socket = openStream(url, {
      onOpen: () => this.#opened.resolve(),
      onText: (text) => this.#onText(text),
      onEnd: (end) => this.#over.resolve({ kind: "end", end }),
    });
  }

  async call(method: string, params: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const timeUp = new AbortController();
    const late = sleep(this.#clock, this.#limitMs, timeUp.signal)
      .then((): Outcome => ({ kind: "late" }), (): Outcome => ({ kind: "late" }));
    const answered = this.#opened.promise.then(() => this.#ask(method, params));
    const outcome = await Promise.race([answered, this.#over.promise, late]);
    timeUp.abort();
    return outcome;
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  #ask(method: string, params: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  #onText(text: string): void {
    const message = decodeDeribitFrame(text);
    if (message.kind === "error") {
      const { code, message: said } = message.error;
      this.#answer({ kind: "refused", code, message: said });
    } else if (message.kind === "reply" && message.id === this.#lastId) {
      this.#answer({ kind: "result", result: message.result });
    }
  }
}
