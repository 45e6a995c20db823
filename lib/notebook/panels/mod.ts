/**
 * What a notebook shows of a market, each a panel for `live`.
 *
 * @module
 */
export { alertPanel, type AlertPanelOptions } from "./alert_panel.ts";
export { alignedTable, type AlignedTableOptions } from "./aligned_table.ts";
export { alignmentTable } from "./alignment_table.ts";
export { backtestPanel, type BacktestPanelOptions } from "./backtest_panel.ts";
export { basisChart, type BasisChartOptions } from "./basis_chart.ts";
export { comparisonChart, type ComparisonChartOptions } from "./comparison_chart.ts";
export { connectionTable } from "./connection_table.ts";
export { contractTable } from "./contract_table.ts";
export { correlationChart, type CorrelationChartOptions } from "./correlation_chart.ts";
export { correlationHeatmap, type CorrelationHeatmapOptions } from "./correlation_heatmap.ts";
export { matrixPanel, type MatrixPanelOptions } from "./matrix_panel.ts";
export { correlationPath, type CorrelationPathOptions } from "./correlation_path.ts";
export { correlationTable, type CorrelationTableOptions } from "./correlation_table.ts";
export { coverageCalendar, type CoverageCalendarOptions } from "./coverage_calendar.ts";
export { coverageChart, type CoverageChartOptions } from "./coverage_chart.ts";
export { coverageTable } from "./coverage_table.ts";
export { deskHeader, type DeskHeaderPanelOptions } from "./desk_header.ts";
export { divergencePanel, type DivergencePanelOptions } from "./divergence_panel.ts";
export { flagsTable, type FlagsTableOptions } from "./flags_table.ts";
export { formingTable, type FormingTableOptions } from "./forming_table.ts";
export { grangerTable } from "./granger_table.ts";
export { hedgeScatter, type HedgeScatterOptions } from "./hedge_scatter.ts";
export { journalTable, type JournalTableOptions } from "./journal_table.ts";
export { leadLagChart } from "./lead_lag_chart.ts";
export { marketSummary } from "./market_summary.ts";
export { measuresStrip, type MeasuresStripOptions } from "./measures_strip.ts";
export { pairChart, type PairChartOptions } from "./pair_chart.ts";
export type { PairPanelOptions } from "./pair_panel.ts";
export { pairTests } from "./pair_tests.ts";
export { pairScreener, type PairScreenerOptions } from "./pair_screener.ts";
export { priceChart, type PriceChartOptions } from "./price_chart.ts";
export { priceStatistics, type PriceStatisticsOptions } from "./price_statistics.ts";
export { tradeTape, type TradeTapeOptions } from "./trade_tape.ts";
export { ratioChart, type RatioChartOptions } from "./ratio_chart.ts";
export { regimesChart } from "./regimes_chart.ts";
export { rehearsalPanel, type RehearsalPanelOptions } from "./rehearsal_panel.ts";
export type { StudyPanelOptions, StudyPictureOptions } from "./study_panel.ts";
export { reportTable } from "./report_table.ts";
export { returnsScatter } from "./returns_scatter.ts";
export { sessionsChart } from "./sessions_chart.ts";
export { tailsChart } from "./tails_chart.ts";
export { ticker, type TickerOptions } from "./ticker.ts";
export { tradingView, type TradingViewPanelOptions } from "./trading_view.ts";
export { venueSpread, type VenueSpreadOptions } from "./venue_spread.ts";
export { volatilityStrip, type VolatilityStripOptions } from "./volatility_strip.ts";
export { windowExplorer, type WindowExplorerOptions } from "./window_explorer.ts";
