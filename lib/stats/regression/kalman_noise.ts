import { checkLengths, type Column, completeRows } from "./columns.ts";
import { type Covariance2, KalmanHedge, type KalmanHedgeState } from "./kalman_filter.ts";
import { likeliestPoint } from "./likeliest_point.ts";
import { ols } from "./ols.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Rows of the first regression, which gives the units of the search. */
const WARM_UP = 60;
/** Variance of a start that knows nothing, over that of the line through the first rows. */
const DIFFUSE = 1e6;
/** Innovations that a start which knows nothing takes to find two coefficients. */
const TO_FIND = 2;
/** Variances learned together. */
const LEARNED = 3;
/** Steps over noise first looked at: next to none to as large as the noise. */
const LOOKS = [1e-10, 1e-6, 1e-4, 1e-2, 1].map(Math.log);
/** Noise first looked at, over that of the first line. */
const NOISE_LOOKS = [1e-4, 1e-2, 1e-1, 1, 10].map(Math.log);

/** A state to run {@link KalmanHedge} from after the training rows, and how it was chosen. */
export interface KalmanNoise extends KalmanHedgeState {
  /**
   * Variance of a bar's step over that of the noise, both as they show in y at the root mean square of x,
   * when q was learned; NaN when it was given.
   */
  readonly signalToNoise: number;
  /** Gaussian log-likelihood of the innovations judged by. */
  readonly logLikelihood: number;
}

/**
 * Learns the settings of {@link KalmanHedge} from training rows: the variances of a bar's step of beta and of
 * alpha (q, each its own) and of the noise (r) are those that maximise the prediction-error likelihood
 * `-½ Σ (ln 2πV + e²/V)`, together, by Nelder and Mead from a coarse look. The filter starts from the first
 * row knowing nothing (a million times the covariance of the line through the first 60 complete rows), and
 * its first two innovations, which only find the coefficients, are not counted.
 *
 * Least squares over a stretch in which beta moved takes the movement for noise; this does not. When q and r
 * are both learned from n innovations, both are multiplied by (n + 3)/(n - 3), the factor by which what fits
 * best predicts worse (H. Akaike, Ann. Inst. Statist. Math. 21, 1969).
 *
 * The state returned is that after the last training row.
 *
 * Source: A. C. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, 3.4.
 *
 * @param options settings to keep as they are. `m0` and `p0` are those at the first row; when only one is given,
 * the other is the line through the first 60 complete rows, or ten times its covariance.
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
  const start = startOf(warm, options);
  const run = (q: Covariance2, r: number) => {
    return predict(y, x, start.skip, { q, r, m0: start.m0, p0: start.p0(r) });
  };
  const { q, r, signalToNoise } = likeliest(run, warm, options, start.isDiffuse);
  const { filter, count, logs, squares } = run(q, r);
  return {
    q,
    r,
    m0: [filter.beta, filter.alpha],
    p0: filter.covariance,
    signalToNoise,
    logLikelihood: -(count * Math.log(2 * Math.PI) + logs + squares) / 2,
  };
}

type Run = (q: Covariance2, r: number) => Predictions;

/** What of q and r is not given, by likelihood. */
function likeliest(
  run: Run,
  warm: FirstLine,
  { q, r }: Partial<KalmanHedgeState>,
  isDiffuse: boolean,
): { q: Covariance2; r: number; signalToNoise: number } {
  const steps = (logBeta: number, logAlpha: number, noise: number): readonly [number, number] => {
    return [Math.exp(logBeta) * noise / warm.square, Math.exp(logAlpha) * noise];
  };
  const badness = ({ count, logs, squares }: Predictions) => {
    return count === 0 ? 0 : (logs + squares) / count;
  };
  if (q !== undefined) {
    if (r !== undefined) return { q, r, signalToNoise: NaN };
    const [log] = likeliestPoint(
      ([log]) => badness(run(q, warm.variance * Math.exp(log!))),
      [NOISE_LOOKS],
    );
    return { q, r: warm.variance * Math.exp(log!), signalToNoise: NaN };
  }
  const signalToNoise = (beta: number, alpha: number) => Math.exp(beta) + Math.exp(alpha);
  if (r === undefined && isDiffuse) {
    // All variances are multiples of r, so the likeliest r of each ratio is known without a search.
    const at = (beta: number, alpha: number) => {
      return run(steps(beta, alpha, warm.variance), warm.variance);
    };
    const [beta, alpha] = likeliestPoint(([beta, alpha]) => {
      const { count, logs, squares } = at(beta!, alpha!);
      return count === 0 ? 0 : logs / count + Math.log(squares / count);
    }, [LOOKS, LOOKS]) as [number, number];
    const { count, squares } = at(beta, alpha);
    // What fits the training rows best predicts the next ones worse (Akaike's final prediction error).
    const optimism = (count + LEARNED) / (count - LEARNED);
    const noise = count <= LEARNED ? warm.variance : warm.variance * squares / count * optimism;
    return { q: steps(beta, alpha, noise), r: noise, signalToNoise: signalToNoise(beta, alpha) };
  }
  if (r === undefined) {
    const [log, beta, alpha] = likeliestPoint(([log, beta, alpha]) => {
      const noise = warm.variance * Math.exp(log!);
      return badness(run(steps(beta!, alpha!, noise), noise));
    }, [NOISE_LOOKS, LOOKS, LOOKS]) as [number, number, number];
    const noise = warm.variance * Math.exp(log);
    return { q: steps(beta, alpha, noise), r: noise, signalToNoise: signalToNoise(beta, alpha) };
  }
  // Steps are sought against the noise of the line when no noise at all was given.
  const unit = r > 0 ? r : warm.variance;
  const [beta, alpha] = likeliestPoint(
    ([beta, alpha]) => badness(run(steps(beta!, alpha!, unit), r)),
    [LOOKS, LOOKS],
  ) as [number, number];
  return { q: steps(beta, alpha, unit), r, signalToNoise: signalToNoise(beta, alpha) * unit / r };
}

type Full2 = readonly [readonly [number, number], readonly [number, number]];

/** What the filter starts from, and how many innovations are not judged by. */
interface Start {
  readonly skip: number;
  readonly isDiffuse: boolean;
  readonly m0: readonly [number, number];
  /** For a noise of r. */
  readonly p0: (r: number) => Covariance2;
}

function startOf(warm: FirstLine, { m0, p0 }: Partial<KalmanHedgeState>): Start {
  const isDiffuse = m0 === undefined && p0 === undefined;
  return {
    skip: isDiffuse ? TO_FIND : 0,
    isDiffuse,
    m0: m0 ?? warm.m0,
    p0: (r) => p0 ?? times(warm.precision, (isDiffuse ? DIFFUSE : 10) * r),
  };
}

/** The line through the first rows. */
interface FirstLine {
  readonly m0: readonly [number, number];
  readonly variance: number;
  /** Covariance of (beta, alpha) over that variance. */
  readonly precision: Full2;
  /** Mean square of x. */
  readonly square: number;
}

function firstLine(y: Float64Array, x: Float64Array): FirstLine {
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
  return { m0: [beta, alpha], variance, precision, square: spread / n + centre * centre };
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

/** The filter after the last row, and the sums of its judged innovations. */
interface Predictions {
  readonly filter: KalmanHedge;
  readonly count: number;
  /** Of ln V. */
  readonly logs: number;
  /** Of e²/V. */
  readonly squares: number;
}

function predict(
  y: Column,
  x: Column,
  skip: number,
  state: KalmanHedgeState,
): Predictions {
  const filter = new KalmanHedge(state);
  let seen = 0, count = 0, logs = 0, squares = 0;
  for (let row = 0; row < y.length; row++) {
    const innovation = filter.advance(y[row]!, x[row]!), { variance } = filter;
    if (Number.isNaN(innovation)) continue;
    if (seen++ < skip) continue;
    count++;
    logs += Math.log(variance);
    squares += innovation ** 2 / variance;
  }
  return { filter, count, logs, squares };
}
