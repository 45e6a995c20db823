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
export { type VolumeBadge, volumeBadge, type VolumeBadgeOptions } from "./volume_badge.ts";
export {
  RealizedVolatility,
  realizedVolatility,
  type RealizedVolatilityOptions,
  type VolatilityRatio,
  type VolatilityState,
  VolatilityStrip,
} from "./realized_volatility.ts";
export { type BandOptions, type Bands, bollingerBands, ratioBands } from "./ratio_bands.ts";
export {
  type DivergenceMode,
  type DivergenceOptions,
  DivergenceScore,
  divergenceScore,
} from "./divergence.ts";
export {
  ARMING_CORRELATION,
  type DivergenceReading,
  readDivergence,
} from "./divergence_reading.ts";
export { daysOf, type SessionBars, sessionBars, sessionReturns } from "./session_bars.ts";
