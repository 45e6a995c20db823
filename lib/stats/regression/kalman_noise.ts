import { checkLengths, type Column, completeRows } from "./columns.ts";
import { type Covariance2, KalmanHedge, type KalmanHedgeState } from "./kalman_filter.ts";
import { ols } from "./ols.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Rows of the first regression, which gives the start and the noise. */
const WARM_UP = 60;

/** A state to run {@link KalmanHedge} from after the training rows, and how it was chosen. */
export interface KalmanNoise extends KalmanHedgeState {
  /** Variance of a bar's step over that of the noise, when q was learned; NaN when it was given. */
  readonly signalToNoise: number;
  /** Gaussian log-likelihood of the innovations of the training rows after the first 60. */
  readonly logLikelihood: number;
}

/**
 * Learns the settings of {@link KalmanHedge} from training rows. Of the first 60 complete rows, least
 * squares gives the noise r (its s²) and the start (coefficients, ten times their covariance). Then
 * `q = δ r Z`, with Z the inverse second moments of (x, 1) over those rows, so that δ has no unit and one
 * number serves both coefficients; δ maximises the prediction-error likelihood
 * `-½ Σ (ln 2πV + e²/V)` of the remaining training rows, by golden section on ln δ within 1e-12..1e2.
 * With no more than 60 rows q is 1e-5 in those units, since nothing is left to judge by.
 *
 * The state returned is that after the last training row.
 *
 * @param options settings to keep as they are; `m0` and `p0` are then those at the first row.
 * @throws {StatisticsError} `too-few` (under 10 complete rows), `constant`, `perfect-fit`.
 * @throws {RangeError} when lengths differ or the columns are beyond about 1e±140.
 */
export function kalmanNoise(
  y: Column,
  x: Column,
  options: Partial<KalmanHedgeState> = {},
): KalmanNoise {
  checkLengths([x], y.length, "x");
  const { columns: [ys, xs] } = completeRows([y, x]);
  if (ys!.length < 10) {
    throw new StatisticsError(
      "too-few",
      `a hedge ratio needs at least 10 complete training rows, there are ${ys!.length}`,
    );
  }
  const warm = firstLine(ys!.subarray(0, WARM_UP), xs!.subarray(0, WARM_UP));
  const isInRange = [warm.variance, ...warm.precision.flat()].every((value) => {
    return Number.isFinite(value) && Math.abs(value) < 1e280;
  });
  if (!isInRange || !(warm.variance > 1e-280)) {
    throw new RangeError("y and x must be within about 1e±140 in size; change the unit");
  }
  const r = options.r ?? warm.variance;
  const start = {
    r,
    m0: options.m0 ?? warm.m0,
    p0: options.p0 ?? times(warm.precision, 10 * warm.variance),
  };
  // A start that was given holds from the first row; a learned one already knows the warm-up rows.
  const from = options.m0 !== undefined && options.p0 !== undefined
    ? 0
    : endOfWarmUp(y, x) ?? y.length;
  const run = (q: Covariance2) => likelihood(y, x, from, { ...start, q });

  let q = options.q;
  let signalToNoise = NaN;
  if (q === undefined) {
    const steps = (logRatio: number) => times(warm.perRow, r * Math.exp(logRatio));
    const logRatio = ys!.length > WARM_UP
      ? maximise((value) => run(steps(value)).logLikelihood, Math.log(1e-12), Math.log(1e2))
      : Math.log(1e-5);
    signalToNoise = Math.exp(logRatio);
    q = steps(logRatio);
  }
  const { filter, logLikelihood } = run(q);
  return {
    q,
    r,
    m0: [filter.beta, filter.alpha],
    p0: filter.covariance,
    signalToNoise,
    logLikelihood,
  };
}

type Full2 = readonly [readonly [number, number], readonly [number, number]];

function firstLine(y: Float64Array, x: Float64Array) {
  const fit = ols(y, [x]);
  const [alpha, beta] = fit.params as unknown as [number, number];
  const variance = fit.resid.reduce((sum, value) => sum + value * value, 0) / fit.dfResid;
  const n = x.length;
  const centre = x.reduce((sum, value) => sum + (value - x[0]!), 0) / n + x[0]!;
  const spread = x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const precision: Full2 = [
    [1 / spread, -centre / spread],
    [-centre / spread, 1 / n + centre * centre / spread],
  ];
  return { m0: [beta, alpha] as const, variance, precision, perRow: times(precision, n) };
}

function times(matrix: Full2, factor: number): Full2 {
  const [[a, b], [, c]] = matrix;
  return [[a * factor, b * factor], [b * factor, c * factor]];
}

/** The row after the first 60 complete ones; undefined with fewer. */
export function endOfWarmUp(y: Column, x: Column): number | undefined {
  let complete = 0;
  for (let row = 0; row < y.length; row++) {
    if (Number.isFinite(y[row]) && Number.isFinite(x[row])) complete++;
    if (complete === WARM_UP) return row + 1;
  }
}

function likelihood(
  y: Column,
  x: Column,
  from: number,
  state: KalmanHedgeState,
): { filter: KalmanHedge; logLikelihood: number } {
  const filter = new KalmanHedge(state);
  let logLikelihood = 0;
  for (let row = from; row < y.length; row++) {
    const { innovation, variance } = filter.push(y[row]!, x[row]!);
    if (Number.isNaN(innovation)) continue;
    logLikelihood -= (Math.log(2 * Math.PI * variance) + innovation ** 2 / variance) / 2;
  }
  return { filter, logLikelihood };
}

/** Golden section after a coarse look, which keeps it off a lesser hill. */
function maximise(of: (value: number) => number, low: number, high: number): number {
  const looks = 33, step = (high - low) / (looks - 1);
  let best = low, most = -Infinity;
  for (let look = 0; look < looks; look++) {
    const height = of(low + look * step);
    if (height > most) [best, most] = [low + look * step, height];
  }
  let a = Math.max(low, best - step), b = Math.min(high, best + step);
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let round = 0; round < 40; round++) {
    const left = b - ratio * (b - a), right = a + ratio * (b - a);
    if (of(left) >= of(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}
