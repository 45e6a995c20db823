import { checkWhole } from "../stats/check_whole.ts";
import { type BandOptions, type Bands, bollingerBands, ratioBands } from "./ratio_bands.ts";

/** The ratio of two prices with its bands, 100 at the first row that both have; one row a bar. */
export interface NormalizedRatio {
  readonly value: Float64Array;
  readonly middle: Float64Array;
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** 1 above the upper band, −1 below the lower, else 0. */
  readonly beyond: Int8Array;
  /** Change of each side since that first row, per cent; NaN where unknown. */
  readonly moveA: Float64Array;
  readonly moveB: Float64Array;
}

/** Options of {@link normalizedRatio}. */
export interface NormalizedRatioOptions extends BandOptions {
  /** Rows, ascending, from which on prices are of another contract: no band rests on rows before and after. @default none */
  readonly restarts?: readonly number[];
}

/**
 * The price of `a` in units of `b`, both as of 100 at their first common row, with Bollinger bands, and how far each has
 * gone since. Bands rest on the rows up to their own.
 *
 * @param options as of {@link ratioBands}.
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { normalizedRatio } from "./normalized_ratio.ts";
 * import assert from "node:assert/strict";
 * const { value, moveA, moveB } = normalizedRatio([50, 55], [10, 10], { window: 2 });
 * assert.deepEqual([...value].map(Math.round), [100, 110]);
 * assert.deepEqual([...moveA, ...moveB].map(Math.round), [0, 10, 0, 0]);
 * ```
 */
export function normalizedRatio(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: NormalizedRatioOptions = {},
): NormalizedRatio {
  const { restarts = [], ...bandOptions } = options;
  const bands = ratioBands(a, b, bandOptions);
  for (const [i, from] of restarts.entries()) {
    checkWhole("restarts", from, 0);
    restart(bands, { from, to: restarts[i + 1] ?? bands.value.length }, bandOptions);
  }
  const first = bands.value.findIndex((value) => !Number.isNaN(value));
  const base = first < 0 ? NaN : bands.value[first]!;
  const scaled = (column: Float64Array) => column.map((value) => 100 * value / base);
  const move = (prices: ArrayLike<number>) =>
    bands.value.map((known, row) =>
      Number.isNaN(known) ? NaN : 100 * (prices[row]! - prices[first]!) / prices[first]!
    );
  const beyond = Int8Array.from(bands.value, (value, row) => {
    if (Number.isNaN(bands.percentB[row]!)) return 0;
    return value > bands.upper[row]! ? 1 : value < bands.lower[row]! ? -1 : 0;
  });
  return {
    value: scaled(bands.value),
    middle: scaled(bands.middle),
    upper: scaled(bands.upper),
    lower: scaled(bands.lower),
    beyond,
    moveA: move(a),
    moveB: move(b),
  };
}

/** Bands of some rows anew, by these rows alone. */
function restart(
  bands: Bands,
  { from, to }: { readonly from: number; readonly to: number },
  options: BandOptions,
): void {
  const { middle, upper, lower, percentB } = bollingerBands(
    bands.value.subarray(from, to),
    options,
  );
  bands.middle.set(middle, from);
  bands.upper.set(upper, from);
  bands.lower.set(lower, from);
  bands.percentB.set(percentB, from);
}
