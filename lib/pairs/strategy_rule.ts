import { LONGEST_FUNDING_MS } from "../model/funding.ts";
import { type PairBacktest } from "./backtest_types.ts";
import { pairBacktest } from "./pair_backtest.ts";
import { PairSignal, type Side } from "./pair_signal.ts";
import { PastSpread } from "./past_spread.ts";
import type { StrategyLeg, StrategyRows, StrategyTerms } from "./strategy_rows.ts";
import type { RowRange } from "./walk_forward.ts";

/** Hedge and z-score of each row, both by the line through the `window` rows before it. */
export interface StrategyLine {
  readonly beta: Float64Array;
  readonly z: Float64Array;
}

/**
 * Where each row stands against the least-squares line of log prices of the `window` rows before it: its distance in the
 * deviations that those rows had. NaN until half of the window is known.
 */
export function strategyLine({ y, x, length }: StrategyRows, window: number): StrategyLine {
  const past = new PastSpread({ window, minPeriods: Math.max(3, Math.ceil(window / 2)) });
  const beta = new Float64Array(length), z = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const reading = past.push(Math.log(y.close[row]!), Math.log(x.close[row]!));
    beta[row] = reading.beta;
    z[row] = reading.zscore;
  }
  return { beta, z };
}

/**
 * Positions wanted after each row's close, in these rows alone: the rule begins without one, and what is open is closed
 * after the last row, where more rows follow.
 */
export function strategySides(
  z: Float64Array,
  { from, to }: RowRange,
  bands: { readonly enter: number; readonly exit: number; readonly stop: number },
): Int8Array {
  const signal = new PairSignal(bands), side = new Int8Array(z.length);
  for (let row = from; row < to; row++) side[row] = signal.push(z[row]!);
  if (to < z.length) side[to - 1] = 0;
  return side;
}

/** What an account comes to that holds these sides, hedged by the betas known at each decision. */
export function strategyAccount(
  rows: StrategyRows,
  side: ArrayLike<Side> | Int8Array,
  beta: Float64Array,
  terms: StrategyTerms,
): PairBacktest {
  const legTerms = (leg: "y" | "x") => ({
    multiplier: terms.lots[leg],
    feeRate: terms.feeBp[leg] / 1e4,
    slippageRate: terms.slippageBp / 1e4,
  });
  return pairBacktest({
    y: withFunding(rows, rows.y, terms.fundingBp.y),
    x: withFunding(rows, rows.x, terms.fundingBp.x),
    side,
    beta,
    capital: terms.capital,
    gross: terms.gross,
    hedge: "log",
    wholeContracts: true,
    yTerms: legTerms("y"),
    xTerms: legTerms("x"),
  });
}

/** What was paid, or the rate given for every eight hours. */
function withFunding({ start, stepMs }: StrategyRows, leg: StrategyLeg, rateBp: number | null) {
  const { open, close, funding } = leg;
  if (rateBp === null) return funding === undefined ? { open, close } : { open, close, funding };
  const given = open.map((_, row) =>
    (start + row * stepMs) % LONGEST_FUNDING_MS === 0 ? rateBp / 1e4 : 0
  );
  return { open, close, funding: given };
}
