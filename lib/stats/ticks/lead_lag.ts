import { copyNumbers } from "../numbers.ts";
import { type LagParts, overlapParts } from "./lag_parts.ts";
import {
  checkBand,
  type LagInterval,
  type LeadLagBand,
  type LeadLagBandOptions,
  type LeadLagTests,
  testPeak,
} from "./lead_lag_band.ts";
import { overlapCovariance } from "./overlap_covariance.ts";
import { StandingPrices } from "./standing_prices.ts";
import { cleanTicks, realizedVariance, type Ticks } from "./ticks.ts";

/** Half width and step of the lags looked at when none are given, ms. */
const FURTHEST_LAG_MS = 10_000;
const LAG_STEP_MS = 50;

/** Options of {@link leadLag}. */
export interface LeadLagOptions {
  /** Lags to look at, ms; positive: the first side leads. @default -10 s to 10 s by 50 ms */
  readonly lagsMs?: ArrayLike<number>;
  /** How far the two time stamps may be apart for one moment, ms, at least 0. @default 0 */
  readonly clockUncertaintyMs?: number;
  /** Asks for the tests that a verdict needs, see {@link testPeak}; costs about as much as the contrast again. */
  readonly band?: LeadLagBandOptions;
  /**
   * What the feeds report: every trade or quote that comes (`all`), or only those that change the price
   * (`changes`). @default "all"
   */
  readonly reports?: "all" | "changes";
}

/**
 * - `first leads`, `second leads`: the peak is beyond luck, off zero by more than the clocks, and the interval
 *   of the lag does not hold 0.
 * - `together`: the peak is beyond luck and at lag 0.
 * - `not resolvable`: the lead is no larger than the uncertainty of the clocks, or its interval holds 0.
 * - `not significant`: unrelated sides peak as high too often.
 * - `untested`: no band was asked for.
 * - `no overlap`: no contrast to speak of at any lag.
 */
export type LeadLagVerdict =
  | "first leads"
  | "second leads"
  | "together"
  | "not resolvable"
  | "not significant"
  | "untested"
  | "no overlap";

/** Which side leads, by how much, and how sure that is. */
export interface LeadLag {
  /** Lag with the largest |contrast|, ms; positive: the first side leads. NaN without any contrast. */
  readonly lagMs: number;
  /** Hayashi-Yoshida covariance at each lag, squared log units. */
  readonly contrast: Float64Array;
  /** The same as correlations. */
  readonly correlations: Float64Array;
  /** The lags, in the order given. */
  readonly lagsMs: Float64Array;
  /** Sum of squared contrasts at positive lags over that at negative ones; above 1: the first leads. */
  readonly ratio: number;
  /** The test against luck, where asked for. */
  readonly band: LeadLagBand | undefined;
  /** Lags that may well be the true one, where the test was asked for. */
  readonly interval: LagInterval | undefined;
  readonly clockUncertaintyMs: number;
  readonly verdict: LeadLagVerdict;
}

/**
 * Which of two instruments moves first, from ticks that do not come together. The contrast at lag L is the
 * Hayashi-Yoshida covariance of the first side with the second side's ticks taken L earlier; the lead is
 * where it is largest (Hoffmann, Rosenbaum & Yoshida, Bernoulli 19, 2013). The lead-lag ratio is Huth &
 * Abergel's (Journal of Empirical Finance 26, 2014). Of equal peaks the one nearest to 0 is taken.
 *
 * With `band` a leader is named only where the peak is beyond what unrelated sides give that share their
 * volatility, and where the interval of the lag leaves 0 out: at most 6 % of unrelated markets and of markets
 * that move together, bounce and unequal rates included (`deno task truth`).
 *
 * **Feeds that report only changes of the price** bend the contrast: the estimator reads a side's price at the
 * next report, though it stood still and was known, and so looks further ahead on the side that reports less.
 * That side, the one with the larger tick, seems to lead: with ticks of 0.5 and 3 moves of a second in a
 * quarter to a third of markets that move together. With `reports: "changes"` both sides are taken at the price that
 * stands, over the same stretches of time (twice the slower side's mean time between reports, each begun a
 * quarter later than the one before): no such bias.
 *
 * A lead is a difference of time stamps: one no larger than `clockUncertaintyMs` is not resolvable,
 * however significant. O(lags × ticks).
 *
 * @param t1 times of the first side, epoch ms, ascending.
 * @param p1 its log prices; mid or micro prices, since bounce blurs the contrast.
 * @throws {RangeError} when a side's columns differ in length, its time goes back, or an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { leadLag } from "./lead_lag.ts";
 * import assert from "node:assert/strict";
 * const t = Float64Array.from({ length: 300 }, (_, i) => 100 * i);
 * const p = t.map((v) => Math.sin(v * v));
 * const later = t.map((v) => v + 250); // the second side says the same 250 ms later
 * const { lagMs, ratio, verdict } = leadLag(t, p, later, p, { band: {} });
 * assert.equal(lagMs, 250);
 * assert.ok(ratio > 1);
 * assert.equal(verdict, "first leads");
 * const blurred = leadLag(t, p, later, p, { band: {}, clockUncertaintyMs: 300 });
 * assert.equal(blurred.verdict, "not resolvable");
 * ```
 */
export function leadLag(
  t1: ArrayLike<number>,
  p1: ArrayLike<number>,
  t2: ArrayLike<number>,
  p2: ArrayLike<number>,
  options: LeadLagOptions = {},
): LeadLag {
  const settings = checkLags(options), { reports = "all" } = options;
  if (reports !== "all" && reports !== "changes") {
    throw new RangeError(`reports must be "all" or "changes", got ${reports}`);
  }
  if (options.band !== undefined) checkBand(options.band);
  const first = cleanTicks(t1, p1), second = cleanTicks(t2, p2);
  if (reports === "changes") return leadLagOfChanges(first, second, settings, options.band);
  const contrast = settings.lagsMs.map((lag) => overlapCovariance(first, second, lag));
  return readContrasts(first, second, contrast, settings, options.band);
}

/** The lags and the clocks' uncertainty, checked and with their defaults. */
export interface LagSettings {
  readonly lagsMs: Float64Array;
  readonly clockUncertaintyMs: number;
}

/** @throws {RangeError} when an option is out of range. */
export function checkLags(
  options: Pick<LeadLagOptions, "lagsMs" | "clockUncertaintyMs">,
): LagSettings {
  const { clockUncertaintyMs = 0 } = options;
  const lagsMs = options.lagsMs === undefined
    ? defaultLags()
    : copyNumbers(options.lagsMs, "lagsMs");
  if (lagsMs.length === 0 || !lagsMs.every(Number.isFinite)) {
    throw new RangeError(`lagsMs must hold finite lags, at least one, got ${lagsMs}`);
  }
  if (!(Number.isFinite(clockUncertaintyMs) && clockUncertaintyMs >= 0)) {
    throw new RangeError(`clockUncertaintyMs must be at least 0, got ${clockUncertaintyMs}`);
  }
  return { lagsMs, clockUncertaintyMs };
}

/** What the contrasts of these ticks say. */
export function readContrasts(
  first: Ticks,
  second: Ticks,
  contrast: Float64Array,
  settings: LagSettings,
  band?: LeadLagBandOptions,
): LeadLag {
  if (band !== undefined) checkBand(band);
  const variances = { rv1: realizedVariance(first), rv2: realizedVariance(second) };
  const parts = (lagsMs: Float64Array) => overlapParts(first, second, lagsMs, band?.blockTicks);
  return readParts(contrast, settings, { variances, parts, band });
}

function leadLagOfChanges(
  first: Ticks,
  second: Ticks,
  settings: LagSettings,
  band: LeadLagBandOptions | undefined,
): LeadLag {
  const standing = new StandingPrices(first, second);
  const parts = standing.parts(settings.lagsMs, band?.blockTicks);
  const contrast = settings.lagsMs.map((_, lag) =>
    parts.blocks.reduce((sum, block) => sum + block[lag]!, 0)
  );
  return readParts(contrast, settings, {
    variances: standing.variances(),
    parts: () => parts,
    band,
  });
}

/** What the tests of contrasts need. */
export interface Reading {
  readonly variances: { readonly rv1: number; readonly rv2: number };
  readonly parts: (lagsMs: Float64Array) => LagParts;
  readonly band: LeadLagBandOptions | undefined;
}

/** What contrasts that were made elsewhere say. */
export function readParts(
  contrast: Float64Array,
  { lagsMs, clockUncertaintyMs }: LagSettings,
  { variances, parts, band: bandOptions }: Reading,
): LeadLag {
  const scale = Math.sqrt(variances.rv1) * Math.sqrt(variances.rv2);
  const isKnown = scale > 0 && scale < Infinity;
  const peak = peakOf(contrast, lagsMs);
  const lagMs = peak === undefined ? NaN : lagsMs[peak]!;
  const tests = bandOptions === undefined || peak === undefined
    ? undefined
    : testPeak(parts(lagsMs), lagsMs, contrast, peak, bandOptions);
  return {
    lagMs,
    contrast,
    correlations: contrast.map((value) => isKnown ? value / scale : NaN),
    lagsMs,
    ratio: ratioOf(contrast, lagsMs),
    band: tests?.band,
    interval: tests?.interval,
    clockUncertaintyMs,
    verdict: verdictOf(lagMs, tests, clockUncertaintyMs),
  };
}

function defaultLags(): Float64Array {
  const half = FURTHEST_LAG_MS / LAG_STEP_MS;
  return Float64Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * LAG_STEP_MS);
}

function peakOf(contrast: Float64Array, lags: Float64Array): number | undefined {
  let peak: number | undefined, highest = 0;
  contrast.forEach((value, i) => {
    const height = Math.abs(value);
    if (height === Infinity) return;
    const isNearer = peak !== undefined && Math.abs(lags[i]!) < Math.abs(lags[peak]!);
    if (height > highest || (height === highest && isNearer)) {
      peak = i;
      highest = height;
    }
  });
  return peak;
}

function ratioOf(contrast: Float64Array, lags: Float64Array): number {
  let ahead = 0, behind = 0;
  // In units of the largest, whose square may be too small for a double.
  const unit = contrast.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  contrast.forEach((value, i) => {
    if (lags[i]! > 0) ahead += (value / unit) ** 2;
    else if (lags[i]! < 0) behind += (value / unit) ** 2;
  });
  return ahead / behind;
}

function verdictOf(
  lagMs: number,
  tests: LeadLagTests | undefined,
  clockUncertaintyMs: number,
): LeadLagVerdict {
  if (Number.isNaN(lagMs)) return "no overlap";
  if (tests === undefined) return "untested";
  const { band, interval } = tests;
  if (!band.isSignificant) return "not significant";
  if (clockUncertaintyMs > 0 && Math.abs(lagMs) <= clockUncertaintyMs) return "not resolvable";
  if (lagMs === 0) return "together";
  if (interval.loMs <= 0 && interval.hiMs >= 0) return "not resolvable";
  return lagMs > 0 ? "first leads" : "second leads";
}
