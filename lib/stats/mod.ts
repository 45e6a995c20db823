/** Numbers, pure: every function and class of `lib/stats` that is meant to be called. */

// Rolling windows
export {
  RollingCorrelation,
  rollingCorrelation,
  type RollingCorrelationOptions,
} from "./rolling/rolling_correlation.ts";
export {
  RollingCovariance,
  rollingCovariance,
  type RollingCovarianceOptions,
} from "./rolling/rolling_covariance.ts";
export { RollingBeta, rollingBeta, rollingRSquared } from "./rolling/rolling_beta.ts";
export { RollingStats, rollingStats, type StatsColumns } from "./rolling/rolling_stats.ts";
export {
  type RollingLine,
  type RollingLines,
  RollingOls,
  rollingOls,
  type RollingOlsOptions,
} from "./regression/rolling_ols.ts";
export {
  type CoMovement,
  TimedCoMovement,
  timedCoMovement,
  type TimedCoMovementOptions,
} from "./rolling/timed_co_movement.ts";
export { TimedStats, timedStats } from "./rolling/timed_stats.ts";
export { Ewm, ewm, type EwmOptions, type EwmValue } from "./rolling/ewm.ts";
export {
  RiskMetrics,
  riskMetrics,
  type RiskMetricsOptions,
  type RiskMetricsValue,
} from "./rolling/risk_metrics.ts";
export { describe, type Description } from "./rolling/describe.ts";
export { quantile } from "./rolling/quantile.ts";

export type { TimedWindowOptions, WindowOptions } from "./rolling/window_options.ts";
export type { WindowStats } from "./rolling/window_stats.ts";

// Correlation
export { correlation } from "./correlation/correlation.ts";
export { pearson, type PearsonEstimate, type PearsonOptions } from "./correlation/pearson.ts";
export { fisherInterval } from "./correlation/fisher.ts";
export { type RankCorrelation, spearman } from "./correlation/spearman.ts";
export { kendall } from "./correlation/kendall.ts";
export {
  type CorrelationMatrix,
  correlationMatrix,
  type CorrelationMatrixOptions,
} from "./correlation/correlation_matrix.ts";
export type { Linkage } from "./correlation/average_linkage.ts";
export { type PartialCorrelation, partialCorrelation } from "./correlation/partial_correlation.ts";
export {
  type TailDependence,
  tailDependence,
  type TailDependenceOptions,
  type TailEstimate,
} from "./correlation/tail_dependence.ts";
export {
  type ExceedanceCorrelation,
  exceedanceCorrelation,
  type ExceedanceOptions,
} from "./correlation/exceedance_correlation.ts";
export {
  type CrossCorrelation,
  crossCorrelation,
  type CrossCorrelationOptions,
} from "./correlation/cross_correlation.ts";
export {
  type CorrelationDifference,
  correlationDifference,
  type MeasuredCorrelation,
  sharedSideDifference,
} from "./correlation/correlation_difference.ts";
export {
  type EwmaOptions,
  ewmaStandardised,
  forbesRigobon,
  volatilityAdjustedCorrelation,
} from "./correlation/volatility_adjusted.ts";
export { effectiveN, type EffectiveNOptions } from "./correlation/effective_n.ts";
export { blockLength } from "./correlation/block_length.ts";
export {
  type BootstrapEstimate,
  type BootstrapOptions,
  stationaryBootstrap,
} from "./correlation/stationary_bootstrap.ts";
export { benjaminiHochberg } from "./correlation/benjamini_hochberg.ts";
export { type RandomSource, seededRandom } from "./seeded_random.ts";

// Asynchronous ticks
export type { RealizedCovariance } from "./ticks/ticks.ts";
export { HayashiYoshida, hayashiYoshida } from "./ticks/hayashi_yoshida.ts";
export {
  RollingHayashiYoshida,
  type RollingTicksOptions,
} from "./ticks/rolling_hayashi_yoshida.ts";
export {
  type LeadLag,
  leadLag,
  type LeadLagOptions,
  type LeadLagVerdict,
} from "./ticks/lead_lag.ts";
export { type LeadReading, readLead } from "./ticks/lead_reading.ts";
export { barLeadLag, type BarLeadLagOptions } from "./ticks/bar_lead_lag.ts";
export type { LagInterval, LeadLagBand, LeadLagBandOptions } from "./ticks/lead_lag_band.ts";
export { RollingLeadLag, type RollingLeadLagOptions } from "./ticks/rolling_lead_lag.ts";
export { type EppsCurve, eppsCurve, type EppsCurveOptions } from "./ticks/epps_curve.ts";
export {
  previousTickCovariance,
  type PreviousTickOptions,
  type SampledCovariance,
  subsampledCovariance,
  type SubsampledOptions,
} from "./ticks/previous_tick_covariance.ts";
export {
  type PreAveragedCovariance,
  preAveragedCovariance,
  type PreAveragedOptions,
} from "./ticks/pre_averaged_covariance.ts";

// Regression
export type { Column } from "./regression/columns.ts";
export { ols, type OlsOptions, OlsResult } from "./regression/ols.ts";
export {
  heteroscedasticErrors,
  neweyWestErrors,
  RobustErrors,
} from "./regression/robust_errors.ts";
export {
  hedgeRatios,
  totalLeastSquares,
  type TotalLeastSquaresOptions,
} from "./regression/total_least_squares.ts";
export { huber, type HuberOptions, type HuberResult } from "./regression/huber.ts";
export {
  type HedgeInterval,
  hedgeInterval,
  type HedgeIntervalOptions,
} from "./regression/hedge_interval.ts";
export { theilSen, type TheilSenOptions, type TheilSenResult } from "./regression/theil_sen.ts";
export {
  type Covariance2,
  KalmanHedge,
  type KalmanHedgeState,
  type KalmanHedgeStep,
} from "./regression/kalman_filter.ts";
export {
  kalmanHedge,
  type KalmanHedgeColumns,
  type KalmanHedgeOptions,
} from "./regression/kalman_hedge.ts";
export { type KalmanNoise, kalmanNoise } from "./regression/kalman_noise.ts";

// Stationarity and cointegration
export type { LagRule } from "./stationarity/dickey_fuller.ts";
export type { WildBootstrapOptions } from "./stationarity/wild_bootstrap.ts";
export { adf, type AdfOptions, type AdfResult } from "./stationarity/adf.ts";
export {
  type CriticalValues,
  type Deterministic,
  mackinnonCritical,
  type MacKinnonOptions,
  mackinnonPValue,
} from "./stationarity/mackinnon.ts";
export { kpss, type KpssOptions, type KpssResult } from "./stationarity/kpss.ts";
export {
  engleGranger,
  engleGrangerBoth,
  type EngleGrangerOptions,
  type EngleGrangerResult,
} from "./stationarity/engle_granger.ts";
export {
  johansen,
  type JohansenLagRule,
  type JohansenOptions,
  type JohansenResult,
  type JohansenTerms,
} from "./stationarity/johansen.ts";
export {
  type PriceDiscovery,
  priceDiscovery,
  type PriceDiscoveryOptions,
  type ShareBounds,
} from "./stationarity/price_discovery.ts";
export { halfLife, type HalfLifeOptions, type HalfLifeResult } from "./stationarity/half_life.ts";
export {
  type VarianceRatio,
  varianceRatio,
  type VarianceRatioOptions,
} from "./stationarity/variance_ratio.ts";
export { type OrnsteinUhlenbeck, ornsteinUhlenbeck } from "./stationarity/ornstein_uhlenbeck.ts";
export type { ScalingLaw } from "./stationarity/scaling_law.ts";
export { hurst, type HurstOptions, type HurstResult } from "./stationarity/hurst.ts";
export {
  granger,
  grangerBoth,
  type GrangerOptions,
  type GrangerResult,
  type TestStatistic,
  type WildOptions as GrangerWildOptions,
} from "./stationarity/granger.ts";

// Dynamics
export { garch, type GarchFit, type GarchOptions } from "./dynamics/garch.ts";
export {
  type GarchParameters,
  type GarchPath,
  garchPath,
  GarchVariance,
} from "./dynamics/garch_variance.ts";
export { dcc, type DccFit, type DccPath, dccPath } from "./dynamics/dcc.ts";
export { type DccModel, DynamicCorrelation } from "./dynamics/dynamic_correlation.ts";
export { type Regimes, regimes, type RegimesOptions } from "./dynamics/regimes.ts";
export type { ZeroRun } from "./dynamics/zero_runs.ts";
export { longRunShares, type RegimeModel } from "./dynamics/regime_model.ts";
export {
  filterRegimes,
  RegimeFilter,
  regimeLabels,
  type RegimePath,
  smoothRegimes,
} from "./dynamics/regime_filter.ts";
export { type KMeans, kMeans, type KMeansOptions, NO_CLUSTER } from "./dynamics/k_means.ts";
export {
  type CellOptions,
  correlationBySession,
  type CorrelationCell,
  type SessionCell,
  type SessionName,
} from "./correlation/session_correlation.ts";
export {
  correlationByHourOfWeek,
  type HourCell,
  type HourOfWeekOptions,
} from "./correlation/hour_of_week.ts";

// Distributions and errors
export {
  chi2Survival,
  fSurvival,
  normalSurvival,
  tQuantile,
  tSurvival,
  tTwoSided,
} from "./distributions/distributions.ts";
export { normalQuantile } from "./distributions/normal_quantile.ts";
export { StatisticsError, type StatisticsErrorCode } from "./statistics_error.ts";
export {
  assertNoLookAhead,
  LookAheadError,
  type NoLookAheadOptions,
  type Rows,
} from "./no_look_ahead.ts";
