import { DAY } from "../../model/time.ts";
import { counted } from "../../model/counted.ts";
import type { Study } from "../../sync/studies/study.ts";
import { drawdowns } from "../drawdown.ts";
import { checkStrategyTerms, type OfLegs, type StrategyTerms } from "../strategy_rows.ts";
import { type StrategySummary, strategyTrade, summarizeStrategy } from "../strategy_summary.ts";
import type { StrategyTrade } from "../strategy_summary.ts";
import { type StrategyGrid, type StrategySurface, tryStrategies } from "../strategy_surface.ts";
import { firstTestRow, type StrategyPlan, walkStrategies } from "../strategy_walk.ts";
import { strategyScope } from "./strategy_scope.ts";

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

/** Trades a pair on its past: every setting over all rows, and one chosen anew before each test. */
export const pairStrategyStudy: Study<PairStrategySettings, FoundStrategy> = {
  name: "pair-strategy",
  run(scope, settings) {
    const { grid, terms, plan } = settings;
    checkStrategyTerms(terms);
    const { rows, evidence } = strategyScope(scope);
    const first = firstTestRow(rows, Math.max(...grid.windows), plan);
    const least = first + 1;
    if (rows.length < least) {
      const reason =
        `The longest window, the bars a setting is chosen on and one to use it on are ${
          counted(least, "bar")
        }; there are ${rows.length}.`;
      return { kind: "lacking", reason, evidence };
    }
    const tried = tryStrategies(rows, grid, terms, 365 * DAY / rows.stepMs);
    const { folds, account, from } = walkStrategies(rows, grid, terms, plan, tried);
    const timeOf = (row: number) => rows.start + row * rows.stepMs;
    const equity = account.equity.slice(from);
    const found: FoundStrategy = {
      ...settings,
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
    return { kind: "found", found, evidence };
  },
};
