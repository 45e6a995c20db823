/** Numbers, pure: every function and class of `lib/stats` that is meant to be called. */

// Rolling windows
export {
  RollingCorrelation,
  rollingCorrelation,
  type RollingCorrelationOptions,
} from "./rolling_correlation.ts";
export {
  RollingCovariance,
  rollingCovariance,
  type RollingCovarianceOptions,
} from "./rolling_covariance.ts";
export { RollingBeta, rollingBeta, rollingRSquared } from "./rolling_beta.ts";
export { RollingStats, rollingStats, type StatsColumns } from "./rolling_stats.ts";
export {
  type RollingLine,
  type RollingLines,
  RollingOls,
  rollingOls,
  type RollingOlsOptions,
} from "./rolling_ols.ts";
export {
  type CoMovement,
  TimedCoMovement,
  timedCoMovement,
  type TimedCoMovementOptions,
} from "./timed_co_movement.ts";
export { TimedStats, timedStats } from "./timed_stats.ts";
export { Ewm, ewm, type EwmOptions, type EwmValue } from "./ewm.ts";
export {
  RiskMetrics,
  riskMetrics,
  type RiskMetricsOptions,
  type RiskMetricsValue,
} from "./risk_metrics.ts";
export { describe, type Description } from "./describe.ts";
export { quantile } from "./quantile.ts";

// Correlation
export { correlation } from "./correlation.ts";
export { pearson, type PearsonEstimate, type PearsonOptions } from "./pearson.ts";
export { fisherInterval } from "./fisher.ts";
export { type RankCorrelation, spearman } from "./spearman.ts";
export { kendall } from "./kendall.ts";
export {
  type CorrelationMatrix,
  correlationMatrix,
  type CorrelationMatrixOptions,
} from "./correlation_matrix.ts";
export { type PartialCorrelation, partialCorrelation } from "./partial_correlation.ts";
export {
  type CrossCorrelation,
  crossCorrelation,
  type CrossCorrelationOptions,
} from "./cross_correlation.ts";
export {
  type CorrelationDifference,
  correlationDifference,
  type MeasuredCorrelation,
  sharedSideDifference,
} from "./correlation_difference.ts";
export {
  type EwmaOptions,
  ewmaStandardised,
  forbesRigobon,
  volatilityAdjustedCorrelation,
} from "./volatility_adjusted.ts";
export { effectiveN } from "./effective_n.ts";
export { blockLength } from "./block_length.ts";
export {
  type BootstrapEstimate,
  type BootstrapOptions,
  stationaryBootstrap,
} from "./stationary_bootstrap.ts";
export { benjaminiHochberg } from "./benjamini_hochberg.ts";
export { type RandomSource, seededRandom } from "./seeded_random.ts";

// Asynchronous ticks
export { HayashiYoshida, hayashiYoshida } from "./hayashi_yoshida.ts";
export { type LeadLag, leadLag, type LeadLagOptions, type LeadLagVerdict } from "./lead_lag.ts";
export { type EppsCurve, eppsCurve, type EppsCurveOptions } from "./epps_curve.ts";
export {
  previousTickCovariance,
  type PreviousTickOptions,
  type SampledCovariance,
  subsampledCovariance,
  type SubsampledOptions,
} from "./previous_tick_covariance.ts";
export {
  type PreAveragedCovariance,
  preAveragedCovariance,
  type PreAveragedOptions,
} from "./pre_averaged_covariance.ts";

// Regression
export { ols, type OlsOptions, OlsResult } from "./ols.ts";
export { heteroscedasticErrors, neweyWestErrors, RobustErrors } from "./robust_errors.ts";
export {
  hedgeRatios,
  totalLeastSquares,
  type TotalLeastSquaresOptions,
} from "./total_least_squares.ts";
export { huber, type HuberOptions, type HuberResult } from "./huber.ts";
export { theilSen, type TheilSenOptions, type TheilSenResult } from "./theil_sen.ts";
export {
  type Covariance2,
  KalmanHedge,
  type KalmanHedgeState,
  type KalmanHedgeStep,
} from "./kalman_filter.ts";
export { kalmanHedge, type KalmanHedgeColumns, type KalmanHedgeOptions } from "./kalman_hedge.ts";
export { type KalmanNoise, kalmanNoise } from "./kalman_noise.ts";

// Stationarity and cointegration
export { adf, type AdfOptions, type AdfResult } from "./adf.ts";
export {
  type CriticalValues,
  type Deterministic,
  mackinnonCritical,
  type MacKinnonOptions,
  mackinnonPValue,
} from "./mackinnon.ts";
export { kpss, type KpssOptions, type KpssResult } from "./kpss.ts";
export {
  engleGranger,
  engleGrangerBoth,
  type EngleGrangerOptions,
  type EngleGrangerResult,
} from "./engle_granger.ts";
export { johansen, type JohansenOptions, type JohansenResult } from "./johansen.ts";
export { halfLife, type HalfLifeOptions, type HalfLifeResult } from "./half_life.ts";
export { hurst, type HurstOptions, type HurstResult } from "./hurst.ts";
export {
  granger,
  grangerBoth,
  type GrangerOptions,
  type GrangerResult,
  type TestStatistic,
} from "./granger.ts";

// Dynamics
export { garch, type GarchFit, type GarchOptions } from "./garch.ts";
export {
  type GarchParameters,
  type GarchPath,
  garchPath,
  GarchVariance,
} from "./garch_variance.ts";
export { dcc, type DccFit, type DccPath, dccPath } from "./dcc.ts";
export { type DccModel, DynamicCorrelation } from "./dynamic_correlation.ts";
export { type Regimes, regimes, type RegimesOptions } from "./regimes.ts";
export { longRunShares, type RegimeModel } from "./regime_model.ts";
export {
  filterRegimes,
  RegimeFilter,
  regimeLabels,
  type RegimePath,
  smoothRegimes,
} from "./regime_filter.ts";
export { type KMeans, kMeans, type KMeansOptions, NO_CLUSTER } from "./k_means.ts";
export {
  type CellOptions,
  correlationBySession,
  type CorrelationCell,
  type SessionCell,
  type SessionName,
} from "./session_correlation.ts";
export { correlationByHourOfWeek, type HourCell, type HourOfWeekOptions } from "./hour_of_week.ts";

// Distributions and errors
export {
  chi2Survival,
  fSurvival,
  normalSurvival,
  tQuantile,
  tSurvival,
  tTwoSided,
} from "./distributions.ts";
export { normalQuantile } from "./normal_quantile.ts";
export { StatisticsError, type StatisticsErrorCode } from "./statistics_error.ts";
export {
  assertNoLookAhead,
  LookAheadError,
  type NoLookAheadOptions,
  type Rows,
} from "./no_look_ahead.ts";
