import { copyNumbers } from "../stats/numbers.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";

/** Options of {@link volumeAverage}. */
export interface VolumeAverageOptions {
  /** Bars in the mean. @default 20 */
  readonly window?: number;
  /** Whether the bar itself is one of them. @default true */
  readonly includesSelf?: boolean;
}

/**
 * Mean volume of the last `window` bars, in the volume's unit. NaN until there are as many bars, all known: an unknown
 * volume is not 0.
 *
 * @throws {RangeError} when `window` is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { volumeAverage } from "./volume_average.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...volumeAverage([1, 3, 8], { window: 2 })], [NaN, 2, 5.5]);
 * assert.deepEqual([...volumeAverage([1, 3, 8], { window: 2, includesSelf: false })], [NaN, NaN, 2]);
 * ```
 */
export function volumeAverage(
  volume: ArrayLike<number>,
  options: VolumeAverageOptions = {},
): Float64Array {
  const { window = 20, includesSelf = true } = options;
  const rows = new SlidingCoMoments(window);
  return copyNumbers(volume, "volume").map((value) => {
    if (includesSelf) rows.push(value, value);
    const { n, anchorX, meanX } = rows.current();
    if (!includesSelf) rows.push(value, value);
    return n === window ? anchorX + meanX : NaN;
  });
}
