import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Column } from "../stats/regression/columns.ts";
import type { LegTerms } from "./backtest_leg.ts";
import type { Side } from "./pair_signal.ts";

/** Bars of one leg: one row a bar, both legs on the same rows. NaN where there is no bar. */
export interface LegPrices {
  readonly open: Column;
  readonly close: Column;
  /**
   * Funding rate of a perpetual that falls due at the row's open, as a share of the notional: whoever holds
   * the contract into the open pays it when long and is paid it when short. 0 where none is due; NaN where it is due
   * and not known: nothing is paid then, and it is counted.
   * @default none
   */
  readonly funding?: Column;
  /** When the leg trades. Nothing is filled at an open outside it. @default whenever there is an open */
  readonly hours?: TradingCalendar;
}

/**
 * Why a wanted position was not opened, or the hedge not changed:
 * - `beta-unknown`: no hedge ratio was known at the decision;
 * - `beta-0`: the ratio is 0, so that y would stand without a hedge;
 * - `leg-rounds-to-0`: in whole contracts one leg is none, and the other would stand alone;
 * - `margin`: the account cannot pay the margin of both legs.
 */
export type RefusalReason = "beta-unknown" | "beta-0" | "leg-rounds-to-0" | "margin";

/** A position that was wanted and not opened. */
export interface Refusal {
  /** Row at whose open it would have been filled, the first of a stretch with this reason. */
  readonly row: number;
  readonly side: Side;
  readonly reason: RefusalReason;
}

/** Options of `pairBacktest`. */
export interface PairBacktestOptions {
  /** Bars of the leg that a long spread buys. */
  readonly y: LegPrices;
  /** Bars of the leg that a long spread sells. */
  readonly x: LegPrices;
  /** Position wanted after each row's close: -1, 0 or 1; NaN for no new decision. */
  readonly side: Column;
  /** Hedge ratio known by each row's close, or one for all. Where it is NaN or 0 nothing is opened. */
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
  /**
   * Whether contracts are rounded to whole ones, halves away from 0, so that a short position is the long one
   * with the other sign. Where a leg rounds to 0 nothing is opened. @default false
   */
  readonly wholeContracts?: boolean;
  /** Start of each row's bar, epoch ms UTC; needed where a leg has `hours`. */
  readonly openTime?: Column;
  readonly yTerms?: LegTerms;
  readonly xTerms?: LegTerms;
}

/** Prices that both legs were filled at. */
export interface LegFills {
  readonly y: number;
  readonly x: number;
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
  /** Prices of the fills, half-spread and slippage within them; those of the exit undefined while it is open. */
  readonly entryPrices: LegFills;
  readonly exitPrices: LegFills | undefined;
  /** Money won by price moves before costs, to the exit or the last known prices. */
  readonly gross: number;
  /** Half-spreads, slippage and fees. */
  readonly costs: number;
  /** The part of the costs that are fees. */
  readonly fees: number;
  /** Funding paid, less what was received. */
  readonly funding: number;
  /** Times that funding fell due on a leg and its rate was not known: it is not in `funding`. */
  readonly unknownFundings: number;
  /** What ended it: a decision, or a margin call. Undefined while it is open. */
  readonly endedBy: "signal" | "margin" | undefined;
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
  /** The part of them that are fees. */
  readonly fees: Float64Array;
  /** Funding paid in the row, less what was received. */
  readonly funding: Float64Array;
  /** Margin that the position at each close ties up. */
  readonly margin: Float64Array;
  /** Notional filled in the row, both legs. */
  readonly traded: Float64Array;
  readonly trades: readonly PairTrade[];
  /** Positions that were wanted and not opened. */
  readonly refused: readonly Refusal[];
}
