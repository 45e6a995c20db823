import { huber } from "../stats/regression/huber.ts";
import { type Covariance2, KalmanHedge } from "../stats/regression/kalman_filter.ts";
import { kalmanNoise } from "../stats/regression/kalman_noise.ts";
import { TheilSenLines } from "../stats/regression/theil_sen_lines.ts";
import { StatisticsError } from "../stats/statistics_error.ts";

/** A filter whose variances are known. */
export interface LearnedFilter {
  /** After the rows that it learned from. */
  readonly begin: () => KalmanHedge;
  /** After any later row. */
  readonly resume: (m0: readonly [number, number], p0: Covariance2) => KalmanHedge;
}

/** How a pair fits the lines that are not updated bar by bar. */
export interface PairFits {
  /** A line that wild rows hardly move; NaN where there is none. */
  readonly robust: (
    kind: "huber" | "theil-sen",
    y: Float64Array,
    x: Float64Array,
  ) => { readonly beta: number; readonly alpha: number };
  /** A filter by these rows; undefined where they teach nothing. */
  readonly learn: (y: Float64Array, x: Float64Array) => LearnedFilter | undefined;
}

/** Every line by the library's own functions. */
export const PAIR_FITS: PairFits = { robust: robustLine, learn };

const theilSenLines = new TheilSenLines();

/** Huber's or Theil and Sen's line; NaN where the rows have none. */
export function robustLine(
  kind: "huber" | "theil-sen",
  y: Float64Array,
  x: Float64Array,
): { beta: number; alpha: number } {
  try {
    if (kind === "theil-sen") {
      const { slope, intercept } = theilSenLines.of(y, x);
      return { beta: slope, alpha: intercept };
    }
    const [alpha, beta] = huber(y, x).params as unknown as [number, number];
    return { beta, alpha };
  } catch (error) {
    if (!(error instanceof StatisticsError)) throw error;
    return { beta: NaN, alpha: NaN };
  }
}

/** A flat or exact stretch teaches nothing. */
function learn(y: Float64Array, x: Float64Array): LearnedFilter | undefined {
  try {
    const state = kalmanNoise(y, x), { q, r } = state;
    return {
      begin: () => new KalmanHedge(state),
      resume: (m0, p0) => new KalmanHedge({ q, r, m0, p0 }),
    };
  } catch (error) {
    if (error instanceof StatisticsError || error instanceof RangeError) return undefined;
    throw error;
  }
}
