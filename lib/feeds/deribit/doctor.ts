import { formatUtc, MINUTE } from "../../model/time.ts";
import { hostPortOf } from "../../runtime/address.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { OpenWebSocket, WebSocketEnd } from "../../runtime/web_socket.ts";
import { decodeDeribitFrame } from "../../wire/deribit_frame.ts";
import { decodeVenueTime, decodeVolatilityPage } from "../../wire/deribit_result.ts";
import {
  broken,
  type CheckedHost,
  closedBy,
  type Finding,
  notTheVenue,
  ok,
  unreachable,
} from "../finding.ts";
import type { Probes } from "../venue_definition.ts";
import { type DeribitCurrency, indexOf } from "./instruments.ts";

interface Checked {
  readonly url: string;
  readonly indices: readonly DeribitCurrency[];
}

const NAME = "Deribit";
const WITHOUT = "set deribit.enabled: false";

/** What came of the calls. */
type Outcome =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "refused"; readonly code: number; readonly message: string }
  | { readonly kind: "end"; readonly end: WebSocketEnd }
  | { readonly kind: "late" };

/** Asks for the time and for the newest minutes of each index, over one WebSocket as the feed does. */
export async function checkDeribit({ url, indices }: Checked, probes: Probes): Promise<Finding[]> {
  const { host } = new URL(url);
  const checked = { name: NAME, host, setting: "deribit.url" };
  // Without the permission, the npm package ws throws where nobody can catch it.
  if (!await probes.mayReach(hostPortOf(url))) {
    return [unreachable(checked, "not-permitted", WITHOUT)];
  }
  const calls = new Calls(url, probes);
  try {
    const answer = await calls.call("public/get_time", {});
    if (answer.kind !== "result") return [failureOf(checked, answer)];
    const now = decodeVenueTime(answer.result);
    if (now === undefined) return [notTheVenue(checked, NAME)];
    const findings: Finding[] = [];
    for (const currency of indices) findings.push(await checkIndex(checked, currency, now, calls));
    return findings;
  } finally {
    await calls.close();
  }
}

async function checkIndex(
  checked: CheckedHost,
  currency: DeribitCurrency,
  now: number,
  calls: Calls,
): Promise<Finding> {
  const { host } = checked;
  const { id } = indexOf(currency);
  const asked = await calls.call("public/get_volatility_index_data", {
    currency,
    start_timestamp: now - 3 * MINUTE,
    end_timestamp: now,
    resolution: "60",
  });
  if (asked.kind !== "result") return failureOf(checked, asked);
  const last = decodeVolatilityPage(asked.result)?.rows.at(-1);
  if (last === undefined) {
    return broken(
      NAME,
      `${host} answers, and has no minutes of ${id}`,
      `try again later; if it lasts, ${WITHOUT}`,
    );
  }
  return ok(NAME, `${host} answers: ${id} ${last.close} at ${formatUtc(last.openTime)}`);
}

function failureOf(
  checked: CheckedHost,
  outcome: Exclude<Outcome, { readonly kind: "result" }>,
): Finding {
  const { host } = checked;
  switch (outcome.kind) {
    case "late":
      return unreachable(checked, "timeout", WITHOUT);
    case "refused":
      return broken(
        NAME,
        `${host} refuses: ${outcome.code} ${outcome.message}`,
        "wait some minutes; Deribit may be under maintenance, or this address asks too often",
      );
    case "end": {
      const { end } = outcome;
      if (end.kind === "broken") return unreachable(checked, end.fault, WITHOUT);
      if (end.kind === "closed") return closedBy(checked, end.code);
      return end.status === 403 || end.status === 451
        ? broken(
          NAME,
          `${host} answers HTTP ${end.status}: Deribit does not serve this location`,
          `use a permitted network, or ${WITHOUT}`,
        )
        : notTheVenue(checked, NAME);
    }
  }
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
