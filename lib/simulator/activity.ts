import { DAY, HOUR } from "../model/time.ts";
import { shapeAt, WEEKEND_VOLUME } from "./intraday.ts";
import type { ListedMonth } from "./contract_months.ts";
import type { ModelInstrument } from "./model_instruments.ts";

/** Contracts in one trade, on average; a busy minute has fewer but larger trades. */
const CONTRACTS_A_TRADE = 3;
const MOST_FUTURES_TRADES = 36;

/** How fast volume moves on: from one fourth to three fourths of it in 2.2 times this. */
const ROLL_MS = 16 * HOUR;
/** What the lesser of two months trades at any time, and each month that is not active. */
const SMALLEST_SHARE = 0.002;

/** Annual cost of carry in the price of a future: interest less dividends. */
const CARRY = 0.025;
const YEAR = 365 * DAY;

/** How busy one minute of one symbol is before chance. */
export interface Activity {
  /** Mean number of trades. */
  readonly trades: number;
  /** Mean volume, in units. */
  readonly volume: number;
}

/** When a minute is, for its time-of-day shapes. */
export interface MinuteOfDay {
  readonly minute: number;
  /** New York's minute of the day at UTC midnight. */
  readonly shift: number;
  readonly isWeekend: boolean;
}

/** @param tradesPerMinute mean over the day. */
export function spotActivity(
  instrument: ModelInstrument,
  { minute, shift, isWeekend }: MinuteOfDay,
  tradesPerMinute: number,
): Activity {
  const level = shapeAt(instrument.volumeShape, minute, shift) * (isWeekend ? WEEKEND_VOLUME : 1);
  return { trades: tradesPerMinute * level, volume: instrument.volume * level };
}

/** @param share of the future's volume that is in this contract month. */
export function futureActivity(
  instrument: ModelInstrument,
  { minute, shift }: MinuteOfDay,
  share: number,
): Activity {
  const volume = instrument.volume * shapeAt(instrument.volumeShape, minute, shift) * share;
  return { trades: Math.min(MOST_FUTURES_TRADES, volume / CONTRACTS_A_TRADE), volume };
}

/**
 * Share of a future's volume in one of its contract months: nearly all in the nearest active one until its roll
 * nears, half at the roll, then nearly all in the next.
 *
 * @param leading the two nearest active months.
 */
export function shareOf(
  month: ListedMonth,
  leading: readonly ListedMonth[],
  time: number,
): number {
  const [nearest, following] = leading;
  if (nearest === undefined || (month !== nearest && month !== following)) return SMALLEST_SHARE;
  const moved = 1 / (1 + Math.exp(-(time - nearest.rollsAt) / ROLL_MS));
  const next = Math.min(1 - SMALLEST_SHARE, Math.max(SMALLEST_SHARE, moved));
  return month === nearest ? 1 - next : next;
}

/** Price of a contract month over that of its underlying: later ones are dearer; 1 at expiry. */
export function basisOf(month: ListedMonth, time: number): number {
  return Math.exp(CARRY * (month.expiresAt - time) / YEAR);
}
