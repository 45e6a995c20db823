import { copyNumbers } from "../stats/numbers.ts";

/**
 * On-balance volume: the volume of rising bars less that of falling ones, summed; bars that close where the one before
 * did add nothing. In the volume's unit. Only its changes mean something: it begins at 0.
 *
 * A row whose close or volume is not known is NaN, and the sum begins anew at 0 after it: what was traded in between is
 * not known, and not 0.
 *
 * J. E. Granville, New Key to Stock Market Profits, 1963.
 *
 * @param close of each bar, in time order.
 * @param volume of each bar.
 * @throws {RangeError} when the columns differ in length or a volume is below 0.
 *
 * @example
 * ```ts
 * import { onBalanceVolume } from "./on_balance_volume.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...onBalanceVolume([10, 11, 11, 9], [5, 2, 4, 3])], [0, 2, 2, -1]);
 * assert.deepEqual([...onBalanceVolume([1, 2, 3, 4], [1, NaN, 1, 6])], [0, NaN, 0, 6]);
 * ```
 */
export function onBalanceVolume(
  close: ArrayLike<number>,
  volume: ArrayLike<number>,
): Float64Array {
  if (close.length !== volume.length) {
    throw new RangeError(
      `close and volume must be equally long, got ${close.length} and ${volume.length}`,
    );
  }
  const closes = copyNumbers(close, "close"), volumes = copyNumbers(volume, "volume");
  const sums = new Float64Array(closes.length).fill(NaN);
  for (let row = 0; row < sums.length; row++) {
    const now = closes[row]!, size = volumes[row]!;
    if (size < 0) throw new RangeError(`volume in row ${row} must be at least 0, got ${size}`);
    if (!Number.isFinite(now) || !Number.isFinite(size)) continue;
    const before = row === 0 ? NaN : sums[row - 1]!;
    const isBegun = !Number.isNaN(before);
    sums[row] = isBegun ? before + Math.sign(now - closes[row - 1]!) * size : 0;
  }
  return sums;
}
