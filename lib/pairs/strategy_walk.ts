import { ceilTo } from "../model/time.ts";
import { checkWhole } from "../stats/check_whole.ts";
import type { PairBacktest } from "./backtest_types.ts";
import { sharpeRatio } from "./sharpe_ratio.ts";
import { strategyAccount, strategySides } from "./strategy_rule.ts";
import type { StrategyRows, StrategyTerms } from "./strategy_rows.ts";
import { bestOf, settingAt, type StrategyGrid, type TriedSettings } from "./strategy_surface.ts";
import { type Fold, walkForwardFolds } from "./walk_forward.ts";

/** How many rows a setting is chosen on, and then used for. */
export interface StrategyPlan {
  readonly train: number;
  readonly test: number;
}

/** One choice, and where it was used. */
export interface ChosenFold extends Fold {
  /** Index of the setting; -1 where none had earned anything in the training rows, and none was used. */
  readonly choice: number;
  /** Its Sharpe ratio in the training rows, of one row. */
  readonly score: number;
}

export interface StrategyWalk {
  readonly folds: readonly ChosenFold[];
  readonly account: PairBacktest;
  /** First row of the first test. */
  readonly from: number;
}

/**
 * First row that is tested: training rows and the longest window lie before it, and it opens at a multiple of the test
 * rows' time, so that tests stay where they are when older rows leave.
 */
export function firstTestRow(
  { start, stepMs }: Pick<StrategyRows, "start" | "stepMs">,
  longest: number,
  { train, test }: StrategyPlan,
): number {
  checkWhole("train", train, 20);
  checkWhole("test", test, 1);
  return (ceilTo(start + (longest + train) * stepMs, test * stepMs) - start) / stepMs;
}

/**
 * Trades as one would have: before each test the setting with the best Sharpe ratio after costs in the training rows is
 * taken, and used on rows that nobody has looked at. Each test begins and ends without a position. Where no setting had
 * earned anything, nothing is traded.
 */
export function walkStrategies(
  rows: StrategyRows,
  grid: StrategyGrid,
  terms: StrategyTerms,
  plan: StrategyPlan,
  { lines, returns, surface }: TriedSettings,
): StrategyWalk {
  const from = firstTestRow(rows, surface.from, plan);
  const before = from - plan.train;
  const side = new Int8Array(rows.length), beta = new Float64Array(rows.length).fill(NaN);
  const folds = walkForwardFolds(rows.length - before, plan).map((fold): ChosenFold => {
    const train = { from: fold.train.from + before, to: fold.train.to + before };
    const test = { from: fold.test.from + before, to: fold.test.to + before };
    const scores = Float64Array.from(
      returns,
      (one) =>
        sharpeRatio(one.subarray(train.from, train.to), { periodsPerYear: 1, lags: 0 }).value,
    );
    const best = bestOf(scores), score = scores[best] ?? NaN;
    if (!(score > 0)) return { train, test, choice: -1, score };
    const { enter } = settingAt(grid, best), { exit, stop } = terms;
    const line = lines[Math.floor(best / grid.entries.length)]!;
    const wanted = strategySides(line.z, test, { enter, exit, stop });
    side.set(wanted.subarray(test.from, test.to), test.from);
    beta.set(line.beta.subarray(test.from, test.to), test.from);
    return { train, test, choice: best, score };
  });
  return { folds, account: strategyAccount(rows, side, beta, terms), from };
}
