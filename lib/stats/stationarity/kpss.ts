import { centred, type Column, gapless, largest, powerOfTwo } from "../regression/columns.ts";
import { lagDots } from "../dot.ts";
import { termColumns } from "./deterministic.ts";
import { LeastSquares } from "../regression/least_squares.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link kpss}. */
export interface KpssOptions {
  /** Stationary about a constant, or about a trend. @default "c" */
  readonly regression?: "c" | "ct";
  /**
   * Autocovariances in the long-run variance: Hobijn's data-driven choice, ⌈12 (n/100)^¼⌉ (`legacy`),
   * or a number. @default "auto"
   */
  readonly lags?: "auto" | "legacy" | number;
}

/** A KPSS test. */
export interface KpssResult {
  /** The larger, the less stationary. */
  readonly stat: number;
  /** Interpolated in the paper's table, which ends at 0.1 and 0.01. */
  readonly pvalue: number;
  /** Whether the true p is `pvalue`, above it or below it. */
  readonly pvalueIs: "interpolated" | "at-least" | "at-most";
  readonly lags: number;
  readonly nobs: number;
  readonly critical: { readonly [size in "10%" | "5%" | "2.5%" | "1%"]: number };
}

const SIZES = [0.1, 0.05, 0.025, 0.01] as const;
const CRITICAL = { c: [0.347, 0.463, 0.574, 0.739], ct: [0.119, 0.146, 0.176, 0.216] } as const;

/**
 * KPSS test of stationarity (H0), the opposite question to {@link adf}: `Σ S_t² / (n² s²)` with S the
 * running sum of the residuals about the terms and s² their long-run variance (Bartlett weights). A small
 * p speaks against stationarity. The semantics of statsmodels' `kpss`.
 *
 * Sources: Kwiatkowski, Phillips, Schmidt & Shin, J. Econometrics 54, 1992 (eq. 10, 11, table 1);
 * Hobijn, Franses & Ooms, 1998 (lags).
 *
 * @throws {StatisticsError} `missing`, `constant`, `too-few` (under 3 values), `perfect-fit`.
 * @throws {RangeError} when an option is none of its values.
 *
 * @example
 * ```ts
 * import { kpss } from "./kpss.ts";
 * import assert from "node:assert/strict";
 * const swing = Float64Array.from({ length: 200 }, (_, t) => Math.sin(t * t));
 * assert.equal(kpss(swing).pvalueIs, "at-least");
 * const drift = swing.map((value, t) => value + t / 20);
 * assert.ok(kpss(drift).stat > kpss(drift).critical["1%"]);
 * ```
 */
export function kpss(x: Column, options: KpssOptions = {}): KpssResult {
  const { regression = "c", lags: rule = "auto" } = options;
  const critical = CRITICAL[regression];
  if (!critical) throw new RangeError(`regression must be "c" or "ct", got ${regression}`);
  const nobs = x.length;
  const resid = residuals(gapless(x, "x"), regression);
  const { lags, products } = chooseLags(resid, rule);

  let sum = 0, squares = 0;
  // By index: an iterator over a column costs four times as much.
  for (let row = 0; row < nobs; row++) {
    sum += resid[row]!;
    squares += sum * sum;
  }
  let variance = products[0]!;
  for (let lag = 1; lag <= lags; lag++) {
    variance += 2 * (1 - lag / (lags + 1)) * products[lag]!;
  }
  const stat = squares / (nobs * variance);
  const bounded = stat <= critical[0] ? "at-least" : stat >= critical[3] ? "at-most" : undefined;
  return {
    stat,
    pvalue: interpolate(stat, critical),
    pvalueIs: bounded ?? "interpolated",
    lags,
    nobs,
    critical: { "10%": critical[0], "5%": critical[1], "2.5%": critical[2], "1%": critical[3] },
  };
}

function residuals(x: Float64Array, regression: "c" | "ct"): Float64Array {
  if (x.length < 3) {
    throw new StatisticsError("too-few", `KPSS needs at least 3 values, there are ${x.length}`);
  }
  if (isConstant(x)) {
    throw new StatisticsError("constant", "the series never changes, so it has no variance");
  }
  const { values } = centred(x);
  if (regression === "ct") {
    const fit = new LeastSquares(x, termColumns("ct", x.length).slice(1));
    if (fit.isPerfect) {
      throw new StatisticsError("perfect-fit", "the series is its trend exactly");
    }
    values.set(fit.resid);
  }
  const scale = powerOfTwo(largest(values));
  for (let row = 0; row < values.length; row++) values[row]! /= scale;
  return values;
}

function isConstant(x: Float64Array): boolean {
  for (let row = 1; row < x.length; row++) if (x[row] !== x[0]) return false;
  return true;
}

/** The number of lags, and `Σ r_t r_(t-lag)` up to it at least. */
function chooseLags(
  resid: Float64Array,
  rule: "auto" | "legacy" | number,
): { lags: number; products: readonly number[] } {
  const n = resid.length;
  if (rule === "auto") return hobijnLags(resid);
  const lags = rule === "legacy" ? Math.min(n - 1, Math.ceil(12 * (n / 100) ** 0.25)) : rule;
  if (!(Number.isSafeInteger(lags) && lags >= 0 && lags < n)) {
    throw new RangeError(
      `lags must be "auto", "legacy" or a whole number within 0..${n - 1}, got ${rule}`,
    );
  }
  return { lags, products: lagDots(resid, 0, lags) };
}

function hobijnLags(resid: Float64Array): { lags: number; products: readonly number[] } {
  const n = resid.length, most = Math.min(n - 1, Math.floor(n ** (2 / 9)));
  const products = lagDots(resid, 0, most);
  let zeroth = products[0]!, first = 0;
  for (let lag = 1; lag <= most; lag++) {
    zeroth += 2 * products[lag]!;
    first += lag * 2 * products[lag]!;
  }
  const ratio = first / zeroth;
  const lags = Math.min(n - 1, Math.floor(1.1447 * Math.cbrt(ratio * ratio) * n ** (1 / 3)));
  return { lags, products: [...products, ...lagDots(resid, most + 1, lags)] };
}

function interpolate(stat: number, critical: readonly number[]): number {
  if (stat <= critical[0]!) return SIZES[0];
  for (let i = 1; i < SIZES.length; i++) {
    const low = critical[i - 1]!, high = critical[i]!;
    if (stat <= high) {
      return SIZES[i - 1]! + (SIZES[i]! - SIZES[i - 1]!) * (stat - low) / (high - low);
    }
  }
  return Number.isNaN(stat) ? NaN : SIZES[3];
}
