import { HOUR, type Interval, MINUTE } from "../model/time.ts";
import { SeededRandom } from "./seeded_random.ts";

/** A stretch over which the planted correlation of BTC and ES stays the same. */
export interface Regime extends Interval {
  /** Correlation of their one-minute log returns. */
  readonly level: number;
}

/** The planted levels: close, loose, hardly any, opposed. */
export const REGIME_LEVELS: readonly number[] = [0.75, 0.45, 0.1, -0.2];

const SHORTEST_MS = 4 * HOUR;
const LONGEST_MS = 20 * HOUR;

/**
 * Regimes one after another without holes from `from` on, each of 4 to 20 hours (short ones are more
 * frequent) and of another level than the one before. Boundaries are whole minutes.
 */
export class CorrelationRegimes {
  readonly #regimes: Regime[] = [];
  readonly #random: SeededRandom;
  #end: number;

  constructor(options: { seed: number; from: number }) {
    this.#random = new SeededRandom(options.seed, "regimes");
    this.#end = options.from;
  }

  /** The regime at a time; before the first regime, the first. */
  at(time: number): Regime {
    this.#extendTo(time + 1);
    let low = 0, high = this.#regimes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#regimes[middle]!.to > time) high = middle;
      else low = middle + 1;
    }
    return this.#regimes[low]!;
  }

  /**
   * The regimes that touch `[from, to)`, cut to it.
   *
   * @throws {RangeError} when `to` is not finite: there is no end of regimes.
   */
  between(from: number, to: number): Regime[] {
    if (!Number.isFinite(to)) throw new RangeError(`to must be finite, got ${to}`);
    this.#extendTo(to);
    return this.#regimes.filter((regime) => regime.from < to && regime.to > from).map((regime) => ({
      level: regime.level,
      from: Math.max(from, regime.from),
      to: Math.min(to, regime.to),
    }));
  }

  #extendTo(time: number): void {
    while (this.#end < time || this.#regimes.length === 0) {
      const last = this.#regimes.at(-1)?.level;
      const others = REGIME_LEVELS.filter((level) => level !== last);
      const level = others[Math.floor(this.#random.next() * others.length)]!;
      const share = this.#random.next() ** 2;
      const minutes = Math.round((SHORTEST_MS + share * (LONGEST_MS - SHORTEST_MS)) / MINUTE);
      const from = this.#end;
      this.#end = from + minutes * MINUTE;
      this.#regimes.push({ from, to: this.#end, level });
    }
  }
}
