import { autoregressionBias } from "./autoregression_bias.ts";
import { checkWhole } from "../check_whole.ts";
import { type Column, scaledDown } from "../regression/columns.ts";
import { CoMoments } from "../rolling/co_moments.ts";
import { normalQuantile } from "../distributions/normal_quantile.ts";

/** Most coefficients that the bias is known for. */
const MOST_FITTED = 4;
/** Fewest pairs of neighbours: those of ten rows. */
const LEAST = 9;

/** Options of {@link halfLife}. */
export interface HalfLifeOptions {
  /** `exact`: -ln 2 / ln φ. `linear`: -ln 2 / (φ - 1), the continuous-time reading. @default "exact" */
  readonly method?: "exact" | "linear";
  /** Coverage of the interval. @default 0.95 */
  readonly level?: number;
  /**
   * Coefficients on other series by which x was fitted as a residual, 0 to 4: 1 for a spread whose hedge ratio
   * was estimated on the same rows, 0 for one whose ratio was known. A fitted spread looks more reverting than
   * it is. Left out, the interval holds for 0 and for 1, which makes it a little wide, and `corrected` is for 0.
   */
  readonly fitted?: number;
  /**
   * How lo and hi are found: from the φ that would not be surprised by this autoregression, bias and all, or by
   * the delta method about the biased one (which covers 28 to 83 % at 250 rows for φ from 0.995 to 0.9).
   * @default "unbiased"
   */
  readonly interval?: "unbiased" | "delta";
}

/** A half-life, in rows. */
export interface HalfLifeResult {
  /**
   * Infinity when φ ≥ 1 (no reversion); NaN with too few rows, for a constant series, or when φ ≤ 0 and the
   * method is exact (it alternates).
   */
  readonly value: number;
  /**
   * Half-lives of the ends of the interval of φ: `hi` is Infinity when no reversion at all is among them, and
   * `lo` then says how slow it must be at least. NaN where the value is; with φ ≤ 0 at an end, 0.
   */
  readonly lo: number;
  readonly hi: number;
  /** Autoregression of a row on the one before, and its standard error. */
  readonly phi: number;
  readonly phiSe: number;
  /**
   * The half-life of `phiCorrected`: as often too long as too short. Infinity when that is 1.
   */
  readonly corrected: number;
  /** φ freed of its downward bias: that for which φ as found is as often exceeded as not; at most 1. */
  readonly phiCorrected: number;
  /** Pairs of neighbours used. */
  readonly n: number;
}

/**
 * Rows until half of a deviation is gone, from the regression of `s_t - s_{t-1}` on a constant and
 * `s_{t-1}`, whose slope is φ - 1. Only neighbours that are both finite count, so a gap costs two pairs
 * and joins nothing; with fewer than 9 such pairs (10 rows without a gap) all is NaN.
 *
 * Least squares finds reversion that is not there in short series, and more in a fitted spread: `value` is that
 * of the regression, `corrected`, `lo` and `hi` are freed of it ({@link autoregressionBias}). The interval holds
 * every φ whose t-value of this regression would be usual; it covers 93 to 98 % for φ from 0.9 to 0.995 and 100 to
 * 1,000 rows, on a known and on a fitted spread (`deno task truth`).
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
  const { method = "exact", level = 0.95, fitted, interval = "unbiased" } = options;
  checkOptions(method, level, fitted ?? 0, interval);
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
  const quantile = normalQuantile((1 + level) / 2);
  const usual = (at: number, count: number) => phiAt(at, phi, phiSe, n, count);
  const phiCorrected = usual(0, fitted ?? 0);
  const ends = interval === "delta"
    ? deltaEnds(value, slope, phiSe * quantile, method)
    : [usual(quantile, fitted ?? 0), usual(-quantile, fitted ?? 1)].map((end) =>
      atLeastZero(fromSlope(end - 1, method))
    );
  const isKnown = !Number.isNaN(value);
  return {
    value,
    lo: isKnown ? ends[0]! : NaN,
    hi: isKnown ? ends[1]! : NaN,
    phi,
    phiSe,
    corrected: fromSlope(phiCorrected - 1, method),
    phiCorrected,
    n,
  };
}

function checkOptions(method: string, level: number, fitted: number, interval: string): void {
  if (method !== "exact" && method !== "linear") {
    throw new RangeError(`method must be "exact" or "linear", got ${method}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  checkWhole("fitted", fitted, 0);
  if (fitted > MOST_FITTED) {
    throw new RangeError(`fitted must be at most ${MOST_FITTED}, got ${fitted}`);
  }
  if (interval !== "unbiased" && interval !== "delta") {
    throw new RangeError(`interval must be "unbiased" or "delta", got ${interval}`);
  }
}

/** The coefficient, from -1 to 1, under which the one found is `at` sds above its mean. */
function phiAt(at: number, found: number, se: number, n: number, fitted: number): number {
  if (Number.isNaN(found)) return NaN;
  const isBelow = (phi: number) => {
    const { mean, sd } = autoregressionBias(phi, n, fitted);
    return found - phi > se * (mean + sd * at);
  };
  let low = -1, high = 1;
  if (isBelow(high)) return high;
  if (!isBelow(low)) return low;
  while (high - low > 1e-14) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A half-life of an alternating series is none; none is faster than at once. */
function atLeastZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function deltaEnds(
  value: number,
  slope: number,
  phiHalf: number,
  method: "exact" | "linear",
): [number, number] {
  const steepness = method === "exact"
    ? Math.LN2 / ((1 + slope) * Math.log1p(slope) ** 2)
    : Math.LN2 / (slope * slope);
  const half = steepness * phiHalf;
  if (!Number.isFinite(value) || !Number.isFinite(half)) return [NaN, NaN];
  return [Math.max(0, value - half), value + half];
}

function fromSlope(slope: number, method: "exact" | "linear"): number {
  if (Number.isNaN(slope)) return NaN;
  if (slope >= 0) return Infinity;
  if (method === "linear") return -Math.LN2 / slope;
  return slope > -1 ? -Math.LN2 / Math.log1p(slope) : NaN;
}
