import { type Column, scaledDown } from "../regression/columns.ts";
import { CoMoments } from "../rolling/co_moments.ts";
import { normalQuantile } from "../distributions/normal_quantile.ts";

/** Fewest pairs of neighbours: those of ten rows. */
const LEAST = 9;

/** Options of {@link halfLife}. */
export interface HalfLifeOptions {
  /** `exact`: -ln 2 / ln φ. `linear`: -ln 2 / (φ - 1), the continuous-time reading. @default "exact" */
  readonly method?: "exact" | "linear";
  /** Coverage of the interval. @default 0.95 */
  readonly level?: number;
}

/** A half-life, in rows. */
export interface HalfLifeResult {
  /**
   * Infinity when φ ≥ 1 (no reversion); NaN with too few rows, for a constant series, or when φ ≤ 0 and the
   * method is exact (it alternates).
   */
  readonly value: number;
  /** By the delta method, `lo` at least 0; NaN without a finite value. */
  readonly lo: number;
  readonly hi: number;
  /** Autoregression of a row on the one before, and its standard error. */
  readonly phi: number;
  readonly phiSe: number;
  /** The half-life with φ freed of most of its downward bias, `φ + (1 + 3φ)/n`. */
  readonly corrected: number;
  /** Pairs of neighbours used. */
  readonly n: number;
}

/**
 * Rows until half of a deviation is gone, from the regression of `s_t - s_{t-1}` on a constant and
 * `s_{t-1}`, whose slope is φ - 1. Only neighbours that are both finite count, so a gap costs two pairs
 * and joins nothing; with fewer than 9 such pairs (10 rows without a gap) all is NaN. Least squares finds reversion that is not there in short series (M. G. Kendall,
 * Biometrika 41, 1954): look at `corrected` and `hi`.
 *
 * Source: E. P. Chan, Quantitative Trading, 2009, ch. 7 (the linear form); AR(1) decay for the exact one.
 *
 * @throws {RangeError} when an option is none of its values.
 *
 * @example
 * ```ts
 * import { halfLife } from "./half_life.ts";
 * import assert from "node:assert/strict";
 * const decay = Float64Array.from({ length: 20 }, (_, t) => 3 + 0.5 ** (t / 4));
 * assert.equal(halfLife(decay).value.toFixed(9), "4.000000000");
 * ```
 */
export function halfLife(x: Column, options: HalfLifeOptions = {}): HalfLifeResult {
  const { method = "exact", level = 0.95 } = options;
  if (method !== "exact" && method !== "linear") {
    throw new RangeError(`method must be "exact" or "linear", got ${method}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  const moments = new CoMoments(), { values } = scaledDown(x);
  for (let row = 1; row < values.length; row++) {
    const step = values[row]! - values[row - 1]!;
    if (Number.isFinite(step)) moments.add(values[row - 1]!, step);
  }
  const { n, xx, xy, yy } = moments;
  const slope = n >= LEAST && xx > 0 ? xy / xx : NaN;
  const phi = 1 + slope;
  const r = moments.correlation;
  const unexplained = yy > 0 ? 1 - r * r : 0;
  const phiSe = n >= LEAST ? Math.sqrt(yy) * Math.sqrt(unexplained / (n - 2)) / Math.sqrt(xx) : NaN;

  const value = fromSlope(slope, method);
  const steepness = method === "exact"
    ? Math.LN2 / (phi * Math.log1p(slope) ** 2)
    : Math.LN2 / (slope * slope);
  const half = normalQuantile((1 + level) / 2) * steepness * phiSe;
  const known = Number.isFinite(value) && Number.isFinite(half);
  return {
    value,
    lo: known ? Math.max(0, value - half) : NaN,
    hi: known ? value + half : NaN,
    phi,
    phiSe,
    corrected: fromSlope(slope + (1 + 3 * phi) / n, method),
    n,
  };
}

function fromSlope(slope: number, method: "exact" | "linear"): number {
  if (Number.isNaN(slope)) return NaN;
  if (slope >= 0) return Infinity;
  if (method === "linear") return -Math.LN2 / slope;
  return slope > -1 ? -Math.LN2 / Math.log1p(slope) : NaN;
}
