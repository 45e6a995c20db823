import { RollingCorrelation } from "../stats/rolling/rolling_correlation.ts";

/**
 * The last `window` slots of a pair: valid pairs of returns, pairs there could have been, and Pearson's r.
 * Slots without a pair keep their place in the window.
 */
export class PairWindow {
  readonly window: number;
  readonly minPeriods: number;
  readonly #returns: RollingCorrelation;
  readonly #possible: Uint8Array;
  #rows = 0;
  #expected = 0;

  /** @throws {RangeError} when `window` or `minPeriods` (0..window) is out of range. */
  constructor(window: number, minPeriods: number) {
    this.#returns = new RollingCorrelation({ window, minPeriods });
    this.window = window;
    this.minPeriods = this.#returns.minPeriods;
    this.#possible = new Uint8Array(window);
  }

  push(returnA: number, returnB: number, isPossible: boolean): void {
    this.#returns.push(returnA, returnB);
    const at = this.#rows++ % this.window;
    this.#expected += (isPossible ? 1 : 0) - this.#possible[at]!;
    this.#possible[at] = isPossible ? 1 : 0;
  }

  /** Slots in the window so far, at most `window`. */
  get slots(): number {
    return Math.min(this.#rows, this.window);
  }

  get expected(): number {
    return this.#expected;
  }

  /** Valid pairs, and r: NaN with fewer than `minPeriods` of them or when one side did not move. */
  get value(): { n: number; r: number } {
    return { n: this.#returns.n, r: this.#returns.value };
  }
}

/** Fewest pairs for a correlation over `window` slots: half of them, at least 20, at most all. */
export function defaultMinPeriods(window: number): number {
  return Math.min(window, Math.max(20, Math.ceil(window / 2)));
}
