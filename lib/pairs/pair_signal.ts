import { checkNumber, liveNumber } from "../stats/numbers.ts";

/** 1: long the spread (buy y, sell x), -1: short the spread, 0: flat. */
export type Side = -1 | 0 | 1;

/** Options of {@link pairSignals}. */
export interface PairSignalOptions {
  /** |z| that opens a position against the deviation. @default 2 */
  readonly enter?: number;
  /** |z| within which it is closed; below `enter`. @default 0.5 */
  readonly exit?: number;
  /** |z| at which it is given up; above `enter`. @default Infinity */
  readonly stop?: number;
}

/**
 * Mean reversion with hysteresis. Flat: short at `z ≥ enter`, long at `z ≤ -enter`. A position is held
 * until z comes back within `exit` of zero or passes to the other side, where it may turn about at once;
 * it is given up at `|z| ≥ stop`, after which nothing opens until z has been within `exit` again. A z that
 * is not known (not finite) changes nothing.
 *
 * @example
 * ```ts
 * import { PairSignal } from "./pair_signal.ts";
 * import assert from "node:assert/strict";
 * const signal = new PairSignal({ enter: 2, exit: 0.5, stop: 4 });
 * const sides = [1.9, 2.1, 1, 0.4, -2, -4.5, -2.5, 0, -2].map((z) => signal.push(z));
 * assert.deepEqual(sides, [0, -1, -1, 0, 1, 0, 0, 0, 1]);
 * ```
 */
export class PairSignal {
  readonly enter: number;
  readonly exit: number;
  readonly stop: number;
  #side: Side = 0;
  #isBarred = false;

  /** @throws {RangeError} unless `0 ≤ exit < enter < stop`. */
  constructor(options: PairSignalOptions = {}) {
    const { enter = 2, exit = 0.5, stop = Infinity } = options;
    for (const [name, value] of Object.entries({ enter, exit, stop })) checkNumber(name, value);
    if (!(exit >= 0 && exit < enter && enter < stop)) {
      throw new RangeError(
        `thresholds must be 0 ≤ exit < enter < stop, got exit ${exit}, enter ${enter}, stop ${stop}`,
      );
    }
    this.enter = enter;
    this.exit = exit;
    this.stop = stop;
  }

  get side(): Side {
    return this.#side;
  }

  /** The position wanted after this z. */
  push(z: number): Side {
    if (!Number.isFinite(liveNumber(z, "z"))) return this.#side;
    if (Math.abs(z) <= this.exit) this.#isBarred = false;
    if (Math.abs(z) >= this.stop) {
      this.#isBarred = true;
      return this.#side = 0;
    }
    if (this.#side !== 0 && this.#side * z >= -this.exit) this.#side = 0;
    if (this.#side === 0 && !this.#isBarred && Math.abs(z) >= this.enter) {
      this.#side = z > 0 ? -1 : 1;
    }
    return this.#side;
  }
}

/**
 * {@link PairSignal} over a whole column of z-scores: the position wanted after each row's close.
 *
 * @example
 * ```ts
 * import { pairSignals } from "./pair_signal.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...pairSignals([1, 2.5, NaN, 0.2])], [0, -1, -1, 0]);
 * ```
 */
export function pairSignals(z: ArrayLike<number>, options: PairSignalOptions = {}): Int8Array {
  const signal = new PairSignal(options);
  return Int8Array.from({ length: z.length }, (_, row) => signal.push(z[row]!));
}
