/**
 * Comove: how markets move together, live. The one import of every notebook.
 *
 * @module
 */
export { type MarketPorts, openMarket, type OpenMarketOptions } from "./market/open_market.ts";
export { Market } from "./market/market.ts";
export type { CorrelationQuery, PairCorrelation } from "./market/correlation_board.ts";
export type { MarketEvent, MinuteEvent, OutageEvent, SummaryEvent } from "./market/market_event.ts";
export { type InstrumentReport, type MarketReport, marketReport } from "./market/market_report.ts";
export type { MarketState, MarketStatus } from "./market/market_status.ts";
export type { StreamOverview } from "./market/stream_overview.ts";
export { type MarketMeasures, measuresOf } from "./market/market_measures.ts";
export type { ContractChoice, JournalEntry } from "./market/market_journal.ts";
export { exportMarket } from "./market/market_export.ts";
export type { FeedSnapshot, StreamSnapshot } from "./feeds/feed.ts";
export type { Bar } from "./model/bar.ts";
export type { Coverage, Heal, Missing } from "./model/coverage.ts";
export { MarketError, type Remedy } from "./model/errors.ts";
export type { Estimate, Evidence } from "./model/evidence.ts";
export type { FeedEvent } from "./model/feed_event.ts";
export type { Instrument, Source, Venue } from "./model/instrument.ts";
export { DAY, formatUtc, HOUR, MINUTE, SECOND } from "./model/time.ts";
export { DEFAULT_WINDOWS, type Timeframe, TIMEFRAMES } from "./model/timeframe.ts";
export { type BarColumns, rebar, type RebarOptions, resample } from "./bars/rebar.ts";
export {
  type DataFinding,
  type DataReport,
  type DataReportOptions,
  reportOnBars,
} from "./bars/data_report.ts";
export { flagMinutes, type QualityFlag } from "./bars/quality.ts";
export { alwaysOpen, type TradingCalendar } from "./calendar/calendar.ts";
export { globexEquityIndex } from "./calendar/globex.ts";
export { MARKET_SESSIONS, SessionClock } from "./calendar/market_sessions.ts";
export * from "./stats/mod.ts";
export * from "./sync/mod.ts";
export * from "./pairs/mod.ts";
export * from "./notebook/mod.ts";
export * from "./notebook/panels/mod.ts";
