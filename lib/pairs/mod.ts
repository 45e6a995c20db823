/** Pairs trading, pure: every function and class of `lib/pairs` that is meant to be called. */

// Hedge and spread
export { type HedgeColumns, hedgedSpread, PastHedge, pastHedge } from "./past_hedge.ts";
export { PastSpread, pastSpread, type SpreadColumns, type SpreadReading } from "./past_spread.ts";
export { PastZScore, pastZScore } from "./past_z_score.ts";
export {
  type LineReading,
  LivePair,
  type LivePairOptions,
  type LivePairReading,
} from "./live_pair.ts";

export {
  HEDGE_KINDS,
  type HedgeKind,
  PAIR_TIMEFRAMES,
  type PairOptions,
  type PairSettings,
  type PairTimeframe,
} from "./pair_settings.ts";
export type { HedgeLine, PairColumns, PairReading } from "./pair_state.ts";
export { type HedgeEstimate, pairHedges } from "./pair_lines.ts";
export { type PairBreak, pairBreak } from "./pair_break.ts";
export type { PairTestResults, PairTests, ResidualTest, TestedRows } from "./pair_tests.ts";

// Signals and backtest
export { PairSignal, type PairSignalOptions, pairSignals, type Side } from "./pair_signal.ts";
export {
  type LegPrices,
  type PairBacktest,
  type PairBacktestOptions,
  type PairTrade,
  type Refusal,
  type RefusalReason,
} from "./backtest_types.ts";
export type { LegTerms } from "./backtest_leg.ts";
export { pairBacktest, turnover } from "./pair_backtest.ts";
export {
  type CutColumns,
  type Fold,
  type NamedColumns,
  type RowRange,
  walkForward,
  walkForwardFolds,
  type WalkForwardOptions,
  type WalkForwardPlan,
} from "./walk_forward.ts";

export { type OptimalThresholds, optimalThresholds } from "./optimal_thresholds.ts";
export { type BacktestOverfitting, backtestOverfitting } from "./backtest_overfitting.ts";

// Risk
export { type Performance, performance, type PerformanceOptions } from "./performance.ts";
export {
  deflatedSharpe,
  probabilisticSharpe,
  type SharpeOptions,
  type SharpeRatio,
  sharpeRatio,
} from "./sharpe_ratio.ts";
export { type Drawdown, type DrawdownOptions, type Drawdowns, drawdowns } from "./drawdown.ts";
export { isCornishFisherValid, type ValueAtRisk, valueAtRisk } from "./value_at_risk.ts";
export { kupiecTest } from "./kupiec.ts";
