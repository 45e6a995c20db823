import { checkWhole } from "../stats/check_whole.ts";
import { StatisticsError } from "../stats/statistics_error.ts";
import { backtestOverfitting } from "./backtest_overfitting.ts";
import type { PairBacktest, PairTrade } from "./backtest_types.ts";
import { deflatedSharpe, sharpeRatio } from "./sharpe_ratio.ts";
import {
  strategyAccount,
  type StrategyLine,
  strategyLine,
  strategySides,
} from "./strategy_rule.ts";
import type { StrategyRows, StrategyTerms } from "./strategy_rows.ts";

/** Settings that are tried: every window with every entry band. */
export interface StrategyGrid {
  /** Rows that line and deviation rest on. */
  readonly windows: readonly number[];
  /** |z| that opens a position. */
  readonly entries: readonly number[];
}

/** What every setting came to over the same rows. A number a setting: windows one after the other, entries within. */
export interface StrategySurface {
  /** First row in which a setting decides: the longest window is full then. */
  readonly from: number;
  /** Money won, after costs and before. */
  readonly net: Float64Array;
  readonly gross: Float64Array;
  /** Sharpe ratio of a year, after costs; NaN where nothing was traded. */
  readonly sharpe: Float64Array;
  readonly trades: Float64Array;
  /** The highest ratio; -1 where no setting traded. */
  readonly best: number;
  /** How far the best is luck; undefined where fewer than two settings traded, or rows are too few. */
  readonly overfitting: SurfaceLuck | undefined;
}

/** What is left of the best of several settings once their number is allowed for. */
export interface SurfaceLuck {
  /** That the best in one half of the time is in the worse half of all settings in the other. */
  readonly probability: number;
  /** That the best in one half loses money in the other. */
  readonly probabilityOfLoss: number;
  readonly splits: number;
  /** Settings that traded. */
  readonly trials: number;
  /** That the best one's true Sharpe ratio is above 0, given that it is the best of all that were tried. */
  readonly deflated: number;
}

/** The surface, and what it was made of. */
export interface TriedSettings {
  readonly surface: StrategySurface;
  /** A line for each window. */
  readonly lines: readonly StrategyLine[];
  /** Returns of the account in each row, for each setting. */
  readonly returns: readonly Float64Array[];
}

/** Blocks that the time is cut into, to compare halves of it. */
const BLOCKS = 16;
const MOST_SETTINGS = 400;

/** @throws {RangeError} for a grid that is empty or too large, or a band out of order. */
export function checkStrategyGrid({ windows, entries }: StrategyGrid): void {
  for (const [name, list] of Object.entries({ windows, entries })) {
    if (!Array.isArray(list) || list.length === 0) {
      throw new RangeError(`${name} must be a list of at least one number, got ${list}`);
    }
  }
  for (const window of windows) checkWhole("windows", window, 5);
  if (windows.length * entries.length > MOST_SETTINGS) {
    throw new RangeError(
      `windows times entries must be at most ${MOST_SETTINGS}, got ${
        windows.length * entries.length
      }`,
    );
  }
}

/** Window and entry band of a setting. */
export function settingAt({ windows, entries }: StrategyGrid, index: number) {
  return {
    window: windows[Math.floor(index / entries.length)]!,
    enter: entries[index % entries.length]!,
  };
}

/**
 * Trades every setting over the same rows. None of it is out of sample: the best of a surface is the best by
 * hindsight, and `overfitting` says how little that means.
 */
export function tryStrategies(
  rows: StrategyRows,
  grid: StrategyGrid,
  terms: StrategyTerms,
  periodsPerYear: number,
): TriedSettings {
  checkStrategyGrid(grid);
  const from = Math.max(...grid.windows);
  const count = grid.windows.length * grid.entries.length;
  const column = () => new Float64Array(count);
  const net = column(), gross = column(), sharpe = column(), costless = column();
  const trades = column(), returns: Float64Array[] = [];
  const lines = grid.windows.map((window) => strategyLine(rows, window));
  for (let i = 0; i < count; i++) {
    const { enter } = settingAt(grid, i), { exit, stop } = terms;
    const line = lines[Math.floor(i / grid.entries.length)]!;
    const side = strategySides(line.z, { from, to: rows.length }, { enter, exit, stop });
    const account = strategyAccount(rows, side, line.beta, terms);
    const ratio = sharpeRatio(account.returns.subarray(from), { periodsPerYear });
    returns.push(account.returns);
    net[i] = account.trades.reduce((sum, trade) => sum + netOf(trade), 0);
    gross[i] = account.trades.reduce((sum, trade) => sum + trade.gross, 0);
    trades[i] = account.trades.length;
    sharpe[i] = ratio.value;
    costless[i] = sharpeRatio(beforeCosts(account).subarray(from), { periodsPerYear }).perPeriod;
  }
  const best = bestOf(sharpe);
  const later = returns.map((one) => one.subarray(from));
  const overfitting = best < 0 ? undefined : luckOf(later, costless, best, periodsPerYear);
  return { surface: { from, net, gross, sharpe, trades, best, overfitting }, lines, returns };
}

/** Money that a trade has won after all that it cost. */
export function netOf({ gross, costs, funding }: Pick<PairTrade, "gross" | "costs" | "funding">) {
  return gross - costs - funding;
}

/** Index of the highest number; -1 where none is known. */
export function bestOf(values: Float64Array): number {
  let best = -1;
  values.forEach((value, i) => {
    if (!Number.isNaN(value) && (best < 0 || value > values[best]!)) best = i;
  });
  return best;
}

/** Returns of an account as they would have been at no cost, on the money that it had. */
function beforeCosts({ returns, equity, costs, funding }: PairBacktest): Float64Array {
  return returns.map((value, row) =>
    row === 0 ? value : value + (costs[row]! + funding[row]!) / equity[row - 1]!
  );
}

/**
 * The spread between the settings' ratios is taken before costs: that a setting which trades more pays more is no luck,
 * and would count as much of it.
 */
function luckOf(
  returns: readonly Float64Array[],
  costless: Float64Array,
  best: number,
  periodsPerYear: number,
): SurfaceLuck | undefined {
  try {
    const { probability, probabilityOfLoss, splits, trials } = backtestOverfitting(returns, {
      blocks: BLOCKS,
    });
    const known = costless.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deflated = deflatedSharpe(sharpeRatio(returns[best]!, { periodsPerYear }), {
      trials: known.length,
      variance: squares / (known.length - 1),
    }).value;
    return { probability, probabilityOfLoss, splits, trials, deflated };
  } catch (error) {
    if (error instanceof StatisticsError && error.code === "too-few") return undefined;
    throw error;
  }
}
