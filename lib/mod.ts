/**
 * Comove: how markets move together, live. The one import of every notebook.
 *
 * @module
 */
export { openMarket, type OpenMarketOptions } from "./market/open_market.ts";
export type { MarketPorts } from "./market/market_source.ts";
export { storeOf, type StoreOfMarket } from "./store/store_of.ts";
export { Market } from "./market/market.ts";
export type { MarketPair } from "./market/market_pair.ts";
export type {
  CorrelationQuery,
  CorrelationSeriesQuery,
  Pair,
  PairCorrelation,
} from "./market/correlation_board.ts";
export type { MarketListener } from "./market/event_bus.ts";
export type { EventQueue } from "./market/event_queue.ts";
export type { ListenerFault } from "./market/fault_book.ts";
export type { BarsQuery } from "./market/frame.ts";
export type {
  AlertEvent,
  MarketEvent,
  MinuteEvent,
  OutageEvent,
  SummaryEvent,
} from "./market/market_event.ts";
export type { MinuteResult } from "./market/minute_result.ts";
export type { InstrumentFreshness } from "./market/instrument_freshness.ts";
export {
  type InstrumentReport,
  type Loss,
  type LossCause,
  type MarketReport,
  marketReport,
  type MarketVerdict,
} from "./market/market_report.ts";
export type { Downtime } from "./market/connection_log.ts";
export type { MarketState, MarketStatus } from "./market/market_status.ts";
export type { Sink, SinkStatus } from "./market/sink.ts";
export type { StreamOverview } from "./market/stream_overview.ts";
export {
  type InstrumentMeasures,
  type MarketMeasures,
  measuresOf,
  type PairDivergence,
} from "./market/market_measures.ts";
export type { ContractChoice, JournalEntry } from "./market/market_journal.ts";
export { type ExportFormat } from "./export/formats.ts";
export { exportMarket, type ExportOptions } from "./market/market_export.ts";
export type { HistoryEvent } from "./market/market_history.ts";
export type { MarketAlerts } from "./market/market_alerts.ts";
export { armAlerts } from "./alerts/open_alerts.ts";
export { type AlertReceiver, type ReceivedWebhook, startAlertReceiver } from "./alerts/receiver.ts";
export type { ChannelStatus, DeliveryReceipt, DeliveryStatus } from "./model/delivery.ts";
export { rehearseAlerts } from "./alerts/rehearse_market.ts";
export type { RehearseAlertsOptions } from "./alerts/rehearse_market.ts";
export type {
  Excursion,
  Rehearsal,
  RehearsedRule,
  RehearsedTrades,
  RehearseOptions,
} from "./alerts/rehearsal.ts";
export type {
  AlertBody,
  AlertChange,
  AlertRule,
  RuleStatus,
  Severity as AlertSeverity,
  UnknownReason,
} from "./model/alert.ts";
export type {
  AccountKind,
  Backlog,
  FeedSnapshot,
  NextContract,
  StreamSnapshot,
  StreamState,
} from "./feeds/feed.ts";
export type { BreakerState } from "./feeds/connection.ts";
export type { Bar } from "./model/bar.ts";
export type { Coverage, Heal, Missing } from "./model/coverage.ts";
export { MarketError, type Remedy } from "./model/errors.ts";
export type { Estimate, Evidence } from "./model/evidence.ts";
export type { ConnectionState, FeedEvent, Origin } from "./model/feed_event.ts";
export type { Instrument, Source, Venue } from "./model/instrument.ts";
export type { MinuteGrid } from "./model/minute_grid.ts";
export { DAY, formatUtc, HOUR, type Interval, MINUTE, SECOND } from "./model/time.ts";
export {
  BAR_TIMEFRAMES,
  type BarTimeframe,
  CORRELATED_TIMEFRAMES,
  type CorrelatedTimeframe,
  DEFAULT_WINDOWS,
  type Timeframe,
  TIMEFRAMES,
} from "./model/timeframe.ts";
export {
  type BarColumns,
  type BarRow,
  type BarRowColumns,
  rebar,
  type RebarOptions,
  resample,
  type TradeColumns,
} from "./bars/rebar.ts";
export {
  type DataFinding,
  type DataReport,
  type DataReportOptions,
  type DataVerdict,
  type FindingExample,
  type FindingKind,
  type FlatRun,
  type MissingStretch,
  type ReportColumns,
  reportOnBars,
  type ReportRow,
  type Severity,
  type ZoneGuess,
} from "./bars/report/data_report.ts";
export {
  type CountedTrade,
  type TradeBarEvent,
  TradeBars,
  type TradeBarsOptions,
} from "./bars/trade_bars.ts";
export { flagMinutes, type QualityFlag, type QualityOptions } from "./bars/quality.ts";
export { alwaysOpen, type TradingCalendar } from "./calendar/calendar.ts";
export { globexEquityIndex } from "./calendar/globex.ts";
export {
  MARKET_SESSIONS,
  type MarketSession,
  SessionClock,
  type SessionHours,
} from "./calendar/market_sessions.ts";
export type { CorrelationSeries } from "./sync/pair_correlation.ts";
export type { Theme, ThemeName } from "./charts/theme.ts";
export { openStore, openStoreReader } from "./store/open_store.ts";
export type { Store, StoreReader } from "./store/store.ts";
export type { ReaderOptions, StoreOptions } from "./store/store_options.ts";
export {
  type BarComparison,
  compareBars,
  type CompareOptions,
} from "./store/compare/compare_bars.ts";
export * from "./stats/mod.ts";
export * from "./sync/mod.ts";
export * from "./pairs/mod.ts";
export * from "./notebook/mod.ts";
export * from "./notebook/panels/mod.ts";
