import { DAY } from "../model/time.ts";
import type { PairBacktest, PairTrade, RefusalReason } from "./backtest_types.ts";
import { drawdowns } from "./drawdown.ts";
import { probabilisticSharpe, sharpeRatio } from "./sharpe_ratio.ts";
import type { OfLegs, StrategyRows, StrategyTerms } from "./strategy_rows.ts";
import { netOf } from "./strategy_surface.ts";

/** A trade in times and units: plain data. */
export interface StrategyTrade {
  /** 1: y bought and x sold. */
  readonly side: number;
  /** Opens of the bars it was filled at, epoch ms UTC; NaN while it is open. */
  readonly entryTime: number;
  readonly exitTime: number;
  readonly beta: number;
  /** Units of each leg, signed: lots times their size. */
  readonly quantity: OfLegs<number>;
  /** Prices of the fills, slippage within them; NaN while it is open. */
  readonly entry: OfLegs<number>;
  readonly exit: OfLegs<number>;
  /** Money won by prices; paid as fees; lost by slippage; paid as funding; and what is left. */
  readonly gross: number;
  readonly fees: number;
  readonly slippage: number;
  readonly funding: number;
  readonly net: number;
  /** Times that funding fell due on a leg at a rate that is not known: it is in neither. */
  readonly unknownFundings: number;
}

/** What an account came to in the rows looked at. */
export interface StrategySummary {
  readonly days: number;
  readonly net: number;
  readonly gross: number;
  readonly fees: number;
  readonly slippage: number;
  readonly funding: number;
  /** Times that funding fell due on a leg held at a rate that is not known: it is in none of these. */
  readonly unknownFundings: number;
  /** Trades, the open one included; those closed, and those of them that won after costs. */
  readonly trades: number;
  readonly closed: number;
  readonly won: number;
  /** Of a year, with its 95 % interval by Newey and West; NaN where nothing was traded. */
  readonly sharpe: number;
  readonly sharpeLo: number;
  readonly sharpeHi: number;
  /** Probability that the true ratio is above 0. */
  readonly probability: number;
  /** As a share of the peak: negative, or 0. */
  readonly maxDrawdown: number;
  /** Share of rows with a position at their close. */
  readonly inMarket: number;
  /** Money filled a day, in multiples of the capital. */
  readonly turnover: number;
  /** Size of a position at which the median fill, and the thinnest, is 1 % of what was traded in its bar. */
  readonly capacity: number;
  readonly leastCapacity: number;
  /** Positions that were wanted and not opened, with their reasons. */
  readonly refused: readonly { readonly reason: RefusalReason; readonly count: number }[];
}

/** Share of a bar's trading up to which a fill is thought to move no price. */
export const CAPACITY_SHARE = 0.01;

/** How many standard errors a 95 % interval reaches to either side. */
const NORMAL_95 = 1.959963984540054;

/** @param from first row looked at. */
export function summarizeStrategy(
  account: PairBacktest,
  rows: StrategyRows,
  terms: StrategyTerms,
  from: number,
): StrategySummary {
  const { trades, returns, equity, side, traded, refused } = account;
  const days = (rows.length - from) * rows.stepMs / DAY;
  const sum = (of: (trade: PairTrade) => number) =>
    trades.reduce((total, trade) => total + of(trade), 0);
  const closed = trades.filter(({ exitRow }) => exitRow !== undefined);
  const ratio = sharpeRatio(returns.subarray(from), { periodsPerYear: 365 * DAY / rows.stepMs });
  const half = NORMAL_95 * ratio.robustError;
  const held = side.subarray(from).reduce((count, one) => count + Math.abs(one), 0);
  const capacities = fillCapacities(trades, rows, terms);
  const reasons = new Map<RefusalReason, number>();
  for (const { reason } of refused) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return {
    days,
    net: sum(netOf),
    gross: sum((trade) => trade.gross),
    fees: sum((trade) => trade.fees),
    slippage: sum((trade) => trade.costs - trade.fees),
    funding: sum((trade) => trade.funding),
    unknownFundings: sum((trade) => trade.unknownFundings),
    trades: trades.length,
    closed: closed.length,
    won: closed.filter((trade) => netOf(trade) > 0).length,
    sharpe: ratio.value,
    sharpeLo: ratio.value - half,
    sharpeHi: ratio.value + half,
    probability: probabilisticSharpe(ratio),
    maxDrawdown: drawdowns(equity.subarray(from), { initial: terms.capital }).max,
    inMarket: held / (rows.length - from),
    turnover: traded.reduce((total, value) => total + value, 0) / terms.capital / days,
    capacity: capacities[Math.floor(capacities.length / 2)] ?? NaN,
    leastCapacity: capacities[0] ?? NaN,
    refused: [...reasons].map(([reason, count]) => ({ reason, count })),
  };
}

/** For each fill, the size of a position whose fill would be 1 % of its bar; ascending, unknown ones left out. */
function fillCapacities(
  trades: readonly PairTrade[],
  { y, x }: StrategyRows,
  { gross, lots }: StrategyTerms,
): number[] {
  const found = trades.flatMap(({ entryRow, exitRow, quantityY, quantityX }) =>
    [entryRow, ...(exitRow === undefined ? [] : [exitRow])].flatMap((row) => [
      gross * CAPACITY_SHARE * y.money[row]! / (Math.abs(quantityY) * lots.y * y.open[row]!),
      gross * CAPACITY_SHARE * x.money[row]! / (Math.abs(quantityX) * lots.x * x.open[row]!),
    ])
  );
  return found.filter(Number.isFinite).sort((a, b) => a - b);
}

/** A trade of the account in times and units. */
export function strategyTrade(
  trade: PairTrade,
  { start, stepMs }: Pick<StrategyRows, "start" | "stepMs">,
  { lots }: Pick<StrategyTerms, "lots">,
): StrategyTrade {
  const { side, entryRow, exitRow, beta, gross, fees, costs, funding, unknownFundings } = trade;
  const { entryPrices, exitPrices = { y: NaN, x: NaN } } = trade;
  return {
    side,
    entryTime: start + entryRow * stepMs,
    exitTime: exitRow === undefined ? NaN : start + exitRow * stepMs,
    beta,
    quantity: { y: trade.quantityY * lots.y, x: trade.quantityX * lots.x },
    entry: entryPrices,
    exit: exitPrices,
    gross,
    fees,
    slippage: costs - fees,
    funding,
    net: netOf(trade),
    unknownFundings,
  };
}
