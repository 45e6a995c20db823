import { checkNumber } from "../stats/numbers.ts";

/** How a bar's volume compares with the usual, as it is shown. */
export interface VolumeBadge {
  /** Volume over the mean volume of the window; NaN where unknown. */
  readonly ratio: number;
  /** Above 1.5 green, 1.0 to 1.5 yellow, below 1.0 grey; grey where unknown. */
  readonly colour: "green" | "yellow" | "grey";
  /** Whether it is a spike. */
  readonly isSpike: boolean;
  /** The close crossed the VWAP on more than 1.5 times the usual volume. */
  readonly vwapCross: "up" | "down" | undefined;
}

/** Options of {@link volumeBadge}. */
export interface VolumeBadgeOptions {
  /** Ratio above which a bar is a spike, from 1.5 to 2. @default 2 */
  readonly spike?: number;
  /** Close and VWAP of this bar and of the one before, for the cross. */
  readonly cross?: {
    readonly close: number;
    readonly vwap: number;
    readonly previousClose: number;
    readonly previousVwap: number;
  };
}

const HIGH = 1.5;

/**
 * The badge of a bar.
 *
 * @param ratio from `relativeVolume` or `SessionVolume`.
 * @throws {RangeError} when `spike` is below 1.5.
 *
 * @example
 * ```ts
 * import { volumeBadge } from "./volume_badge.ts";
 * import assert from "node:assert/strict";
 * const cross = { close: 101, vwap: 100, previousClose: 99, previousVwap: 100 };
 * assert.deepEqual(volumeBadge(1.8, { cross }), {
 *   ratio: 1.8,
 *   colour: "green",
 *   isSpike: false,
 *   vwapCross: "up",
 * });
 * ```
 */
export function volumeBadge(ratio: number, options: VolumeBadgeOptions = {}): VolumeBadge {
  const { spike = 2, cross } = options;
  checkNumber("ratio", ratio);
  if (Math.abs(ratio) === Infinity) throw new RangeError(`ratio must be finite, got ${ratio}`);
  if (!(typeof spike === "number" && spike >= HIGH)) {
    throw new RangeError(`spike must be at least ${HIGH}, got ${spike}`);
  }
  const colour = ratio > HIGH ? "green" : ratio >= 1 ? "yellow" : "grey";
  let vwapCross: VolumeBadge["vwapCross"];
  if (cross !== undefined && ratio > HIGH) {
    const now = cross.close - cross.vwap, before = cross.previousClose - cross.previousVwap;
    if (before <= 0 && now > 0) vwapCross = "up";
    else if (before >= 0 && now < 0) vwapCross = "down";
  }
  return { ratio, colour, isSpike: ratio > spike, vwapCross };
}
