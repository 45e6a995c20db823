import { centreInPlace } from "../stats/correlation/pair_deviations.ts";
import { effectivePairs, varianceInflation } from "../stats/correlation/variance_inflation.ts";
import { isFinitePair } from "../stats/finite_pair.ts";
import { RollingCorrelation } from "../stats/rolling/rolling_correlation.ts";

/** Slots to go through at most, on average, for the effective number at a slot. */
const SLOTS_A_PUSH = 128;

/**
 * The last `window` slots of a pair: valid pairs of returns, pairs there could have been, Pearson's r and the
 * pairs its interval rests on. Slots without a pair keep their place in the window.
 *
 * A push is O(1). The effective number is worked out when it is read, O(window) and once a push at most;
 * in windows above 128 slots once every `window / 128` pushes, so that reading every slot of a long series
 * does not cost the square of its window.
 */
export class PairWindow {
  readonly window: number;
  readonly minPeriods: number;
  readonly #returns: RollingCorrelation;
  readonly #possible: Uint8Array;
  readonly #pushesPerReading: number;
  #rows = 0;
  #expected = 0;
  #inflation = 1;
  /** Rows pushed when the inflation was worked out. */
  #measuredAt = -Infinity;

  /** @throws {RangeError} when `window` or `minPeriods` (0..window) is out of range. */
  constructor(window: number, minPeriods: number) {
    this.#returns = new RollingCorrelation({ window, minPeriods });
    this.window = window;
    this.minPeriods = this.#returns.minPeriods;
    this.#possible = new Uint8Array(window);
    this.#pushesPerReading = Math.ceil(window / SLOTS_A_PUSH);
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

  /** The same and the pairs that count for its interval, see `effectiveN`: NaN where r is. */
  get estimate(): { n: number; r: number; nEff: number } {
    const { n, r } = this.value;
    return { n, r, nEff: Number.isNaN(r) ? NaN : effectivePairs(n, this.#currentInflation()) };
  }

  #currentInflation(): number {
    if (this.#rows - this.#measuredAt >= this.#pushesPerReading) {
      this.#inflation = this.#measure();
      this.#measuredAt = this.#rows;
    }
    return this.#inflation;
  }

  #measure(): number {
    const { window } = this;
    const { x, y, follows } = lineUpOf(window);
    this.#returns.copyRows(x, y);
    let n = 0, gap = true;
    for (let slot = 0; slot < window; slot++) {
      const left = x[slot]!, right = y[slot]!;
      if (!isFinitePair(left, right)) {
        gap = true;
        continue;
      }
      x[n] = left;
      y[n] = right;
      follows[n] = gap ? 0 : 1;
      gap = false;
      n++;
    }
    centreInPlace(x, n);
    centreInPlace(y, n);
    return varianceInflation(x, y, follows, n);
  }
}

/** Where the pairs of a window are lined up for their inflation. */
interface LineUp {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly follows: Uint8Array;
}

/** One for all windows, as long as the longest measured: a market of fifty instruments has 4,900 of them. */
let lineUp: LineUp = emptyLineUp(SLOTS_A_PUSH);

function emptyLineUp(length: number): LineUp {
  return {
    x: new Float64Array(length),
    y: new Float64Array(length),
    follows: new Uint8Array(length),
  };
}

/** Its values are those of the window measured last. */
function lineUpOf(window: number): LineUp {
  if (lineUp.x.length < window) lineUp = emptyLineUp(window);
  return lineUp;
}

/** Fewest pairs for a correlation over `window` slots: half of them, at least 20, at most all. */
export function defaultMinPeriods(window: number): number {
  return Math.min(window, Math.max(20, Math.ceil(window / 2)));
}
