import { checkWhole } from "../check_whole.ts";
import { copyNumbers } from "../numbers.ts";
import { isFinitePair } from "../finite_pair.ts";
import {
  centred,
  checkLengths,
  type Column,
  gapless,
  largest,
  powerOfTwo,
} from "../regression/columns.ts";
import { firstDependent, roundingOf } from "../regression/dependence.ts";
import { dickeyFuller } from "./dickey_fuller.ts";
import { chi2Survival, fSurvival } from "../distributions/distributions.ts";
import { HouseholderQr } from "../regression/householder.ts";
import { sumOfSquares } from "../regression/least_squares.ts";
import { mackinnonPValue } from "./mackinnon.ts";
import { robustLosses, robustTests } from "./robust_exclusion.ts";
import type { RandomSource } from "../seeded_random.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link granger} and {@link grangerBoth}. */
export interface GrangerOptions {
  /** Lags of both series. @default the choice of `autolag` among 1..maxLag */
  readonly lag?: number;
  /** Longest lag that may be chosen. @default 12 */
  readonly maxLag?: number;
  /**
   * Criterion that chooses the lag: the BIC or the AIC of the full regression, which suppose one variance, or
   * the BIC with gains measured by HC3. Where volatility moves, the first two choose the lag at which x looks
   * most like a cause, and no test can make good for that. @default "robust-bic"
   */
  readonly autolag?: "robust-bic" | "bic" | "aic";
  /**
   * Further lags of both series that are estimated and not tested: the order of integration of the
   * levels, after Toda & Yamamoto (1995). @default 0
   */
  readonly extraLags?: number;
  /** Lags of the HAC covariance. @default floor(4 (nobs / 100)^(2/9)) */
  readonly hacLags?: number;
  /** Asks for the wild test, see {@link GrangerResult.wildTest}. */
  readonly wild?: WildOptions;
  /**
   * What becomes of missing values: `refuse` throws; `skip` leaves out the rows that would reach over one, so that no
   * row takes a return from before a break for the one before it. @default "refuse"
   */
  readonly missing?: "refuse" | "skip";
}

/** Options of the wild test. */
export interface WildOptions {
  /** Draws of signs. @default 999 */
  readonly replications?: number;
  /** Where the randomness comes from. @default seededRandom(1) */
  readonly random?: RandomSource;
}

/** A test statistic with its p-value and degrees of freedom. */
export interface TestStatistic {
  readonly stat: number;
  readonly pvalue: number;
  /** Restrictions tested. */
  readonly df: number;
}

/** A Granger test. */
export interface GrangerResult {
  /** `((SSR_r - SSR_u)/L) / (SSR_u/df)`, by F. */
  readonly fTest: TestStatistic & { readonly dfDenominator: number };
  /** `T (SSR_r - SSR_u)/SSR_u`, by χ². */
  readonly chi2Test: TestStatistic;
  /** `T ln(SSR_r/SSR_u)`, by χ². */
  readonly lrTest: TestStatistic;
  /**
   * Wald test with White's covariance in the form HC3 (MacKinnon & White, J. Econometrics 29, 1985), divided by
   * its restrictions, by F. For returns this is the one to read: where both sides share a volatility, the
   * three above reject at 5 % in 8 to 80 % of markets without any causality.
   */
  readonly hc3Test: TestStatistic & { readonly dfDenominator: number };
  /**
   * The same with Newey & West's covariance (Bartlett weights, no correction for few rows), for errors that
   * also follow each other; with enough lags of y they do not, and it then rejects too often in short columns.
   */
  readonly hacTest: TestStatistic & { readonly dfDenominator: number; readonly hacLags: number };
  /**
   * Score test with White's covariance at the residuals without x, its p-value by random signs of the rows'
   * scores (wild bootstrap with fixed regressors: C. F. J. Wu, Annals of Statistics 14, 1986; R. Davidson &
   * E. Flachaire, J. Econometrics 146, 2008). Good in short columns and violent markets too. Where asked for.
   */
  readonly wildTest: (TestStatistic & { readonly replications: number }) | undefined;
  readonly lag: number;
  /** Rows of the regressions. */
  readonly nobs: number;
  /**
   * Whether a series looks like a level (ADF with a constant, p > 0.05), for which the p-values here are
   * wrong: test returns, or give `extraLags`. Null when `extraLags` are given.
   */
  readonly looksLikeLevels: boolean | null;
}

/**
 * Granger's test whether the past of x says something about y that the past of y does not (H0: x does
 * not cause y): y on a constant and L lags of y, with and without L lags of x. The numbers of statsmodels'
 * `grangercausalitytests` (columns y, x), and beside them tests that hold where volatility moves: 5 ± 1 % of
 * markets that share a GARCH(0.12, 0.86) or a stochastic volatility at n 500 and 2,000, where F finds causality
 * in 8 to 50 % (`deno task truth`). For returns, not prices: see `looksLikeLevels`.
 *
 * Source: C. W. J. Granger, Econometrica 37, 1969; Toda & Yamamoto, J. Econometrics 66, 1995.
 *
 * @throws {StatisticsError} `missing`, `constant`, `too-few` (under `3 (lag + extraLags) + 2` rows, which
 * leaves no residual degree of freedom), `singular` (lags that are combinations of each other, as those of
 * a sine or of two series of which one is the other's past), `perfect-fit` (less than 1.5e-8 of y is left
 * unexplained).
 * @throws {RangeError} when lengths differ or an option is not a whole number in range.
 *
 * @example
 * ```ts
 * import { granger } from "./granger.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 300 }, (_, t) => Math.sin(t * t));
 * const y = x.map((_, t) => (x[t - 2] ?? 0) + Math.cos(3 * t * t));
 * assert.ok(granger(y, x, { lag: 2 }).fTest.pvalue < 1e-6, "x leads y");
 * assert.ok(granger(x, y, { lag: 2 }).fTest.pvalue > 0.01, "and not the other way round");
 * ```
 */
export function granger(y: Column, x: Column, options: GrangerOptions = {}): GrangerResult {
  const { maxLag = 12, extraLags = 0, autolag = "robust-bic", wild } = options;
  const { missing = "refuse" } = options;
  checkLengths([x], y.length, "x");
  if (missing !== "refuse" && missing !== "skip") {
    throw new RangeError(`missing must be "refuse" or "skip", got ${missing}`);
  }
  const columnOf = missing === "skip" ? withGaps : gapless;
  const target = columnOf(y, "y"), cause = columnOf(x, "x");
  for (
    const [name, value, least] of [
      ["lag", options.lag ?? 1, 1],
      ["maxLag", maxLag, 1],
      ["extraLags", extraLags, 0],
      ["hacLags", options.hacLags ?? 0, 0],
      ["wild.replications", wild?.replications ?? 1, 1],
    ] as const
  ) {
    checkWhole(name, value, least);
  }
  if (!["robust-bic", "bic", "aic"].includes(autolag)) {
    throw new RangeError(`autolag must be "robust-bic", "bic" or "aic", got ${autolag}`);
  }
  for (const [name, column] of [["y", target], ["x", cause]] as const) {
    const known = column.filter(Number.isFinite);
    if (known.every((value) => value === known[0])) {
      throw new StatisticsError(
        "constant",
        `${name} never changes, so it has no past to learn from`,
      );
    }
  }
  const pair = { y: scaled(target), x: scaled(cause) };
  const rows = target.reduce(
    (sum, value, t) => isFinitePair(value, cause[t]!) ? sum + 1 : sum,
    0,
  );
  const room = Math.floor((rows - 2) / 3) - extraLags;
  const lag = options.lag ?? chooseLag(pair, Math.min(maxLag, room), autolag);
  if (lag > room) {
    throw new StatisticsError(
      "too-few",
      `${lag + extraLags} lags of two series need ${3 * (lag + extraLags) + 2} rows, ` +
        `there are ${rows}`,
    );
  }
  return {
    ...test(pair, lag, extraLags, options),
    looksLikeLevels: extraLags > 0 ? null : looksLikeLevel(target) || looksLikeLevel(cause),
  };
}

/**
 * {@link granger} both ways round, each with its own lag unless one is given.
 *
 * @example
 * ```ts
 * import { grangerBoth } from "./granger.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 300 }, (_, t) => Math.sin(t * t));
 * const y = x.map((_, t) => (x[t - 2] ?? 0) + Math.cos(3 * t * t));
 * const { xToY, yToX } = grangerBoth(y, x);
 * assert.ok(xToY.fTest.pvalue < yToX.fTest.pvalue);
 * ```
 */
export function grangerBoth(
  y: Column,
  x: Column,
  options: GrangerOptions = {},
): { xToY: GrangerResult; yToX: GrangerResult } {
  return { xToY: granger(y, x, options), yToX: granger(x, y, options) };
}

/** A series about its mean, divided by a power of two. */
interface Scaled {
  readonly values: Float64Array;
  /** Rounding of a value that came with it from its level. */
  readonly rounding: number;
}

type Autolag = NonNullable<GrangerOptions["autolag"]>;

interface Pair {
  readonly y: Scaled;
  readonly x: Scaled;
}

/** Numbers with NaN where one is missing. */
function withGaps(column: Column, name: string): Float64Array {
  return copyNumbers(column, name).map((value) => Number.isFinite(value) ? value : NaN);
}

function scaled(column: Float64Array): Scaled {
  const known = column.filter(Number.isFinite);
  if (known.length < column.length) {
    const { centre, values } = centred(known);
    const scale = powerOfTwo(largest(values));
    return {
      values: column.map((value) => (value - centre) / scale),
      rounding: Number.EPSILON * largest(known) / scale,
    };
  }
  const { values } = centred(column);
  const scale = powerOfTwo(largest(values));
  return {
    values: values.map((value) => value / scale),
    rounding: Number.EPSILON * largest(column) / scale,
  };
}

/** Distance from the others below which a lag of a series of unit size says nothing of its own. */
const LEAST_DISTANCE = 1e-12;

function lagged({ values, rounding }: Scaled, lag: number, start: number): Scaled {
  return { values: values.slice(start - lag, values.length - lag), rounding };
}

/** QR of the columns with a constant before them; the target becomes Q' times itself. Rows that lack a value are left out. */
function project(given: readonly Scaled[], target: Float64Array) {
  const isWhole = target.map((value, row) =>
    Number.isFinite(value) && given.every(({ values }) => Number.isFinite(values[row])) ? 1 : 0
  );
  const whole = (values: Float64Array) => values.filter((_, row) => isWhole[row] === 1);
  const columns = given.map(({ values, rounding }) => ({ values: whole(values), rounding }));
  const wanted = whole(target), rows = wanted.length, count = columns.length + 1;
  if (rows <= count) {
    throw new StatisticsError(
      "too-few",
      `${count} coefficients need more than ${count} rows without a gap in their lags, there are ${rows}`,
    );
  }
  const constant = { values: new Float64Array(rows).fill(1), rounding: 0 };
  const design = [constant, ...columns];
  const roundings = design.map(({ values, rounding }) => {
    const norm = Math.sqrt(sumOfSquares(values));
    return roundingOf({ rows, count, rounding, norm }) + LEAST_DISTANCE * norm;
  });
  const rotated = wanted;
  const qr = new HouseholderQr([...design.map(({ values }) => values.slice()), rotated], count);
  const ssr = sumOfSquares(rotated.subarray(count));
  if (ssr <= Number.EPSILON * sumOfSquares(rotated.subarray(1))) {
    throw new StatisticsError("perfect-fit", "the lags explain y exactly");
  }
  if (firstDependent(qr, roundings) >= 0) {
    throw new StatisticsError("singular", "the lags of x and y are combinations of each other");
  }
  return { qr, rotated, ssr };
}

/** The lag with the smallest criterion of the full regression, on the rows that the longest leaves. */
function chooseLag({ y, x }: Pair, maxLag: number, autolag: Autolag): number {
  const most = Math.max(1, maxLag);
  if (y.values.length < 3 * most + 2) return most;
  const columns: Scaled[] = [];
  for (let lag = 1; lag <= most; lag++) columns.push(lagged(y, lag, most), lagged(x, lag, most));
  const { qr, rotated, ssr } = project(columns, y.values.slice(most));
  const rows = rotated.length;
  // What leaving out all columns from one on adds to the criterion, by their number.
  const losses = autolag === "robust-bic" ? robustLosses(qr, rotated) : undefined;
  const penalty = autolag === "aic" ? 2 : Math.log(rows);
  let rest = ssr, best = most, least = Infinity;
  for (let lag = most; lag >= 1; lag--) {
    const loss = losses === undefined ? rows * Math.log(rest / rows) : losses[2 * lag + 1]!;
    const criterion = loss + (2 * lag + 1) * penalty;
    if (criterion <= least) [best, least] = [lag, criterion];
    rest += rotated[2 * lag]! ** 2 + rotated[2 * lag - 1]! ** 2;
  }
  return best;
}

function test({ y, x }: Pair, lag: number, extraLags: number, options: GrangerOptions) {
  const most = lag + extraLags;
  const lags = Array.from({ length: most }, (_, j) => j + 1);
  // The tested columns last: what they explain is then a sum of squares, not a difference of two.
  const columns = [
    ...lags.map((each) => lagged(y, each, most)),
    ...lags.slice(lag).map((each) => lagged(x, each, most)),
    ...lags.slice(0, lag).map((each) => lagged(x, each, most)),
  ];
  const { qr, rotated, ssr } = project(columns, y.values.slice(most));
  const count = columns.length + 1;
  const nobs = rotated.length;
  const dfDenominator = nobs - count;
  const gain = sumOfSquares(rotated.subarray(count - lag, count)) / ssr;
  const f = gain / lag * dfDenominator;
  const chi2 = nobs * gain;
  const ratio = nobs * Math.log1p(gain);
  return {
    fTest: { stat: f, pvalue: fSurvival(f, lag, dfDenominator), df: lag, dfDenominator },
    chi2Test: { stat: chi2, pvalue: chi2Survival(chi2, lag), df: lag },
    lrTest: { stat: ratio, pvalue: chi2Survival(ratio, lag), df: lag },
    ...robustTests(qr, rotated, { tested: lag, hacLags: options.hacLags, wild: options.wild }),
    lag,
    nobs,
  };
}

function looksLikeLevel(values: Float64Array): boolean {
  const column = values.filter(Number.isFinite);
  try {
    const room = Math.max(0, Math.min(12, Math.floor(column.length / 2) - 2));
    return mackinnonPValue(dickeyFuller(column, "c", "bic", room).stat, "c") > 0.05;
  } catch (error) {
    // Too short or too regular to say.
    if (error instanceof StatisticsError) return false;
    throw error;
  }
}
