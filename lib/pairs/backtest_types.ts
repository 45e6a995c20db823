import type { Column } from "../stats/regression/columns.ts";
import type { LegTerms } from "./backtest_leg.ts";
import type { Side } from "./pair_signal.ts";

/** Bars of one leg: one row a bar, both legs on the same rows. NaN where there is no bar. */
export interface LegPrices {
  readonly open: Column;
  readonly close: Column;
}

/** Options of `pairBacktest`. */
export interface PairBacktestOptions {
  /** Bars of the leg that a long spread buys. */
  readonly y: LegPrices;
  /** Bars of the leg that a long spread sells. */
  readonly x: LegPrices;
  /** Position wanted after each row's close: -1, 0 or 1; NaN for no new decision. */
  readonly side: Column;
  /** Hedge ratio known by each row's close, or one for all. Rows where it is NaN open nothing. */
  readonly beta: number | Column;
  /** Money at the start. */
  readonly capital: number;
  /** Contracts of y in a position. @default 1 */
  readonly contracts?: number;
  /** Money in both legs together, instead of `contracts`; sized at the closes of the deciding row. */
  readonly gross?: number;
  /**
   * What beta is a ratio of: `price` (points of y per point of x) trades `beta · my/mx` contracts of x for
   * one of y; `log` (an elasticity) trades `beta · Py my / (Px mx)`. @default "price"
   */
  readonly hedge?: "price" | "log";
  /** Whether x is traded to the newest beta at each open, and paid for. @default false: frozen at entry */
  readonly rebalance?: boolean;
  /** Whether contracts are rounded to whole ones. @default false */
  readonly wholeContracts?: boolean;
  readonly yTerms?: LegTerms;
  readonly xTerms?: LegTerms;
}

/** One position from entry to exit. */
export interface PairTrade {
  readonly side: Side;
  /** Rows at whose open it was filled; `exitRow` is undefined while it is still open at the end. */
  readonly entryRow: number;
  readonly exitRow: number | undefined;
  /** Hedge ratio at entry. */
  readonly beta: number;
  /** Contracts at entry, signed. */
  readonly quantityY: number;
  readonly quantityX: number;
  /** Money won by price moves before costs, to the exit or the last known prices. */
  readonly gross: number;
  /** Half-spreads, slippage and fees. */
  readonly costs: number;
}

/** An account that traded a pair: one row a bar. */
export interface PairBacktest {
  /** Money at each close; NaN where an open position has no price. */
  readonly equity: Float64Array;
  /** Simple return since the last known equity; NaN where there is none, or after ruin. */
  readonly returns: Float64Array;
  /** Position held at each close. */
  readonly side: Int8Array;
  /** Contracts held at each close, signed. */
  readonly quantityY: Float64Array;
  readonly quantityX: Float64Array;
  /** Money paid in the row: half-spreads, slippage and fees. */
  readonly costs: Float64Array;
  /** Notional filled in the row, both legs. */
  readonly traded: Float64Array;
  readonly trades: readonly PairTrade[];
}
