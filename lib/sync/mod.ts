/** Measures of a market, pure: every function and class of `lib/sync` that is meant to be called. */

export {
  rollingVwap,
  SessionVwap,
  sessionVwap,
  type VwapColumns,
  type VwapSeries,
} from "./vwap.ts";
export {
  relativeVolume,
  type RelativeVolumeOptions,
  SessionVolume,
  type SessionVolumeOptions,
} from "./relative_volume.ts";
export { onBalanceVolume } from "./on_balance_volume.ts";
export { volumeAverage, type VolumeAverageOptions } from "./volume_average.ts";
export { type VolumeBadge, volumeBadge, type VolumeBadgeOptions } from "./volume_badge.ts";
export {
  RealizedVolatility,
  realizedVolatility,
  type RealizedVolatilityOptions,
  type VolatilityRatio,
  type VolatilityState,
  VolatilityStrip,
} from "./realized_volatility.ts";
export {
  type BandOptions,
  type Bands,
  bollingerBands,
  priceRatio,
  ratioBands,
} from "./ratio_bands.ts";
export {
  type DivergenceMode,
  type DivergenceOptions,
  DivergenceScore,
  divergenceScore,
} from "./divergence.ts";
export {
  ARMING_CORRELATION,
  DIVERGENCE_MINUTES,
  type DivergenceReading,
  readDivergence,
} from "./divergence_reading.ts";
export { daysOf, type SessionBars, sessionBars, sessionReturns } from "./session_bars.ts";
export {
  type DivergenceEpisode,
  DivergenceEpisodes,
  type DivergenceLimits,
  type EpisodeEnd,
  type EpisodeGate,
  type EpisodeOptions,
} from "./divergence_episodes.ts";
export {
  type DivergenceHistory,
  divergenceHistory,
  type DivergenceHistoryOptions,
} from "./divergence_history.ts";
export {
  type VwapCross,
  type VwapCrossColumns,
  vwapCrosses,
  vwapCrossTag,
} from "./vwap_crosses.ts";
export { type NormalizedRatio, normalizedRatio } from "./normalized_ratio.ts";
export {
  type DifferenceNumbers,
  differenceNumbers,
  type DifferenceReference,
  type VenueDifferences,
  venueDifferences,
} from "./venue_differences.ts";
