import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import type { Truth } from "../truth.ts";
import { conIdOf } from "./contracts.ts";
import { type Fields, tickPriceReply, tickStringReply } from "./replies.ts";

/** Indices that the simulated account may see, by exchange. */
const EXCHANGES: Readonly<Record<string, string>> = { VIX: "CBOE" };
/** How far back the last value is looked for: over a weekend. */
const LOOK_BACK_MS = 4 * 24 * 60 * MINUTE;
const FIELDS = { live: { last: 4, time: 45 }, delayed: { last: 68, time: 88 } } as const;

/** True for an index that is listed. */
export function isListedIndex(
  { secType, symbol, exchange }: {
    readonly secType: string;
    readonly symbol: string;
    readonly exchange: string;
  },
): boolean {
  const listed = EXCHANGES[symbol];
  return secType === "IND" && listed !== undefined && (exchange === "" || exchange === listed);
}

/** The market-data line of an index: its last value with its time, as both change. No bid, no ask, no size. */
export class IndexLine {
  readonly conId: number;
  readonly #id: number;
  readonly #symbol: string;
  readonly #truth: Truth;
  readonly #delayMs: number;
  #searchedTo: number | undefined;
  #value: number | undefined;
  #seconds: number | undefined;

  /** @param delayMs 0 for live fields, otherwise delayed ones, that much behind. */
  constructor(id: number, symbol: string, truth: Truth, delayMs: number) {
    this.#id = id;
    this.#symbol = symbol;
    this.#truth = truth;
    this.#delayMs = delayMs;
    this.conId = conIdOf(symbol);
  }

  /** Messages for what changed since the last sample. */
  sample(now: number): Fields[] {
    const last = this.#lastAt(now - this.#delayMs);
    if (last === undefined) return [];
    const { last: value, time } = this.#delayMs === 0 ? FIELDS.live : FIELDS.delayed;
    const messages: Fields[] = [];
    if (last.value !== this.#value) {
      messages.push(tickPriceReply(this.#id, value, last.value, 0));
    }
    const seconds = Math.floor(last.time / SECOND);
    if (seconds !== this.#seconds) {
      messages.push(tickStringReply(this.#id, time, String(seconds)));
    }
    this.#value = last.value;
    this.#seconds = seconds;
    return messages;
  }

  /** The newest value at a time that has not been looked through yet. */
  #lastAt(time: number): { readonly time: number; readonly value: number } | undefined {
    const from = Math.max(this.#searchedTo ?? time - LOOK_BACK_MS, this.#truth.from);
    this.#searchedTo = time;
    for (let minute = floorTo(time, MINUTE); minute + MINUTE > from; minute -= MINUTE) {
      const last = this.#truth.values?.(this.#symbol, minute)
        .findLast((each) => each.time <= time && each.time > from - MINUTE);
      if (last !== undefined) return last;
    }
    return undefined;
  }
}
