import { counted } from "../model/counted.ts";
import { DAY } from "../model/time.ts";
import { checkWhole } from "../stats/check_whole.ts";
import { drawdowns } from "./drawdown.ts";
import { PairSignal } from "./pair_signal.ts";
import {
  checkStrategyTerms,
  type OfLegs,
  type StrategyRows,
  type StrategyTerms,
} from "./strategy_rows.ts";
import { type StrategySummary, strategyTrade, summarizeStrategy } from "./strategy_summary.ts";
import type { StrategyTrade } from "./strategy_summary.ts";
import {
  checkStrategyGrid,
  type StrategyGrid,
  type StrategySurface,
  tryStrategies,
} from "./strategy_surface.ts";
import { firstTestRow, type StrategyPlan, walkStrategies } from "./strategy_walk.ts";

/** What is tried, at what cost, chosen on how many bars and used for how many. */
export interface PairStrategySettings {
  readonly grid: StrategyGrid;
  readonly terms: StrategyTerms;
  readonly plan: StrategyPlan;
}

/** One choice in times. */
export interface FoundFold {
  /** When the bars begin that it was chosen on, those that it was used for, and where these end, epoch ms UTC. */
  readonly trainFrom: number;
  readonly testFrom: number;
  readonly testTo: number;
  /** Index of the setting; -1 where none had earned anything and none was used. */
  readonly choice: number;
}

/** A strategy as it would have been traded, and every setting by hindsight. */
export interface FoundStrategy extends PairStrategySettings {
  /** The bars that it was traded on. */
  readonly rows: StrategyRows;
  readonly folds: readonly FoundFold[];
  /** Legs whose holders pay funding. */
  readonly perpetual: OfLegs<boolean>;
  readonly summary: StrategySummary;
  readonly trades: readonly StrategyTrade[];
  /** Of the rows tested: end of the bar, epoch ms UTC, money at its close, and distance from the highest so far. */
  readonly time: Float64Array;
  readonly equity: Float64Array;
  readonly drawdown: Float64Array;
  /** By hindsight, over the rows from `surfaceFrom` on, epoch ms UTC. */
  readonly surface: StrategySurface;
  readonly surfaceFrom: number;
}

/** @throws {RangeError} naming the option, its rule and the value, for what cannot be traded. */
export function checkPairStrategy({ grid, terms, plan }: PairStrategySettings): void {
  checkStrategyGrid(grid);
  checkStrategyTerms(terms);
  const { exit, stop } = terms;
  for (const enter of grid.entries) new PairSignal({ enter, exit, stop });
  checkWhole("train", plan.train, 20);
  checkWhole("test", plan.test, 1);
}

/**
 * Trades a pair on its past: every setting over all rows, and one chosen anew before each test.
 *
 * @throws {RangeError} for settings that cannot be.
 */
export function findStrategy(
  rows: StrategyRows,
  settings: PairStrategySettings,
): { readonly kind: "found"; readonly found: FoundStrategy } | {
  readonly kind: "lacking";
  readonly reason: string;
} {
  checkPairStrategy(settings);
  const { grid, terms, plan } = settings;
  const first = firstTestRow(rows, Math.max(...grid.windows), plan);
  const least = first + 1;
  if (rows.length < least) {
    const reason = `The longest window, the bars a setting is chosen on and one to use it on are ${
      counted(least, "bar")
    }; there are ${rows.length}.`;
    return { kind: "lacking", reason };
  }
  const tried = tryStrategies(rows, grid, terms, 365 * DAY / rows.stepMs);
  const { folds, account, from } = walkStrategies(rows, grid, terms, plan, tried);
  const timeOf = (row: number) => rows.start + row * rows.stepMs;
  const equity = account.equity.slice(from);
  const found: FoundStrategy = {
    ...settings,
    rows,
    folds: folds.map(({ train, test, choice }) => ({
      trainFrom: timeOf(train.from),
      testFrom: timeOf(test.from),
      testTo: timeOf(test.to),
      choice,
    })),
    perpetual: { y: rows.y.funding !== undefined, x: rows.x.funding !== undefined },
    summary: summarizeStrategy(account, rows, terms, from),
    trades: account.trades.map((trade) => strategyTrade(trade, rows, terms)),
    time: equity.map((_, row) => timeOf(from + row + 1)),
    equity,
    drawdown: drawdowns(equity, { initial: terms.capital }).series,
    surface: tried.surface,
    surfaceFrom: timeOf(tried.surface.from),
  };
  return { kind: "found", found };
}
