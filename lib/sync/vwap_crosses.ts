import { checkNotNegative, checkNumbers } from "../stats/numbers.ts";
import { volumeBadge } from "./volume_badge.ts";

/** Bars beside their VWAP as columns of equal length, oldest first; NaN where unknown. */
export interface VwapCrossColumns {
  /** Epoch ms UTC. */
  readonly openTime: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  readonly vwap: ArrayLike<number>;
  /** Volume over the usual, as of `relativeVolume`. */
  readonly ratio: ArrayLike<number>;
  /** Where the session of each bar began, epoch ms UTC: no cross is taken from one session into the next. */
  readonly session: ArrayLike<number>;
}

/** A close that crossed the VWAP on more than 1.5 times the usual volume. */
export interface VwapCross {
  /** Open time of the bar, epoch ms UTC. */
  readonly openTime: number;
  readonly direction: "up" | "down";
  readonly ratio: number;
}

/**
 * Every cross of the VWAP with conviction, oldest first: the same rule as the badge of a bar, {@link volumeBadge}. The
 * bar before must be of the same session and known.
 *
 * @throws {RangeError} when the columns differ in length.
 *
 * @example
 * ```ts
 * import { vwapCrosses, vwapCrossTag } from "./vwap_crosses.ts";
 * import assert from "node:assert/strict";
 * const [cross] = vwapCrosses({
 *   openTime: [0, 60_000],
 *   close: [99, 101],
 *   vwap: [100, 100],
 *   ratio: [1, 1.6],
 *   session: [0, 0],
 * });
 * assert.deepEqual(cross, { openTime: 60_000, direction: "up", ratio: 1.6 });
 * assert.equal(vwapCrossTag(cross!), "VWAP↑ 1.6x");
 * ```
 */
export function vwapCrosses(columns: VwapCrossColumns): VwapCross[] {
  const { openTime, close, vwap, ratio, session } = columns;
  for (const [name, column] of Object.entries(columns)) {
    if (column.length !== openTime.length) {
      throw new RangeError(
        `${name} must be as long as openTime, ${openTime.length}, got ${column.length}`,
      );
    }
    checkNumbers(column, name);
  }
  const found: VwapCross[] = [];
  for (let row = 1; row < openTime.length; row++) {
    const size = ratio[row]!;
    if (session[row] !== session[row - 1] || !Number.isFinite(size)) continue;
    const cross = {
      close: close[row]!,
      vwap: vwap[row]!,
      previousClose: close[row - 1]!,
      previousVwap: vwap[row - 1]!,
    };
    const { vwapCross: direction } = volumeBadge(size, { cross });
    if (direction !== undefined) found.push({ openTime: openTime[row]!, direction, ratio: size });
  }
  return found;
}

/**
 * `VWAP↑ 1.6x`.
 *
 * @throws {RangeError} for a ratio that is negative or not finite.
 */
export function vwapCrossTag({ direction, ratio }: Pick<VwapCross, "direction" | "ratio">): string {
  checkNotNegative("ratio", ratio);
  return `VWAP${direction === "up" ? "↑" : "↓"} ${ratio.toFixed(1)}x`;
}
