import type { Market } from "../../../lib/market/market.ts";
import {
  type BacktestOptions,
  backtestSettings,
} from "../../../lib/notebook/panels/backtest_settings.ts";
import { stepOf } from "../../../lib/model/timeframe.ts";
import { pairStrategyStudy } from "../../../lib/pairs/studies/pair_strategy.ts";
import { studyScope } from "../../../lib/sync/studies/study_scope.ts";

export interface RawBacktestCase {
  readonly timeframe: "1m" | "5m";
  readonly days: 1 | 7;
  readonly options: BacktestOptions;
}

/** A backtest of two instruments as JSON, numbers in full; what is unknown is null. */
export function rawBacktest(
  market: Market,
  [y = "", x = ""]: readonly string[],
  { timeframe, days, options }: RawBacktestCase,
): string {
  const sideOf = (id: string) => market.instruments.find((one) => one.id === id)!;
  const sides = { y: sideOf(y), x: sideOf(x) };
  const minutes = [y, x].map((id) => ({
    instrument: sideOf(id),
    grid: market.minuteGrid(id),
    fundings: market.funding(id).payments,
  }));
  const scope = studyScope(minutes, { timeframe, days, hours: "all" });
  const result = pairStrategyStudy.run(scope, backtestSettings(options, sides));
  if (result.kind === "lacking") throw new Error(result.reason);
  const { found, evidence: { from, to } } = result;
  const { terms, grid, plan, surface, summary } = found;
  return JSON.stringify({
    ...{ y, x, from, to, stepMs: stepOf(timeframe), terms, grid, plan },
    perpetual: found.perpetual,
    choices: found.folds.map(({ choice }) => choice),
    trades: found.trades.map(({ quantity, entry, exit, ...trade }) => ({
      ...trade,
      ...{ quantityY: quantity.y, quantityX: quantity.x },
      ...{ entryY: entry.y, entryX: entry.x, exitY: exit.y, exitX: exit.x },
    })),
    equity: [...found.equity],
    net: [...surface.net],
    counts: [...surface.trades],
    best: surface.best,
    overfitting: surface.overfitting,
    sharpe: summary.sharpe,
    maxDrawdown: summary.maxDrawdown,
  });
}
