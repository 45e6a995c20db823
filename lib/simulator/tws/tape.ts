import { DAY, floorTo, MINUTE, SECOND } from "../../model/time.ts";
import { RecentMinutes } from "../recent_minutes.ts";
import type { SimulatedBar, SimulatedTrade, Truth } from "../truth.ts";

export const FIVE_SECONDS = 5 * SECOND;
/** How far back a price is looked for: longer than any closure of the exchange. */
const MAX_SILENCE = 6 * DAY;
/** Of each symbol. */
const KEPT_MINUTES = 128;
const KEPT_DAYS = 32;

/** Whole minutes of a stretch that have been added up. */
interface RunningSum {
  to: number;
  bar: SimulatedBar | undefined;
}

/** The truth as the venue reads it off: nothing later than the asked time is ever seen. */
export class Tape {
  readonly truth: Truth;
  readonly #fives = new RecentMinutes<readonly SimulatedBar[]>(KEPT_MINUTES);
  readonly #trades = new RecentMinutes<readonly SimulatedTrade[]>(KEPT_MINUTES);

  readonly #days = new RecentMinutes<RunningSum>(KEPT_DAYS);

  constructor(truth: Truth) {
    this.truth = truth;
  }

  isOpen(symbol: string, time: number): boolean {
    return this.#knows(time) && this.truth.isOpen(symbol, floorTo(time, MINUTE));
  }

  /** The five seconds that begin then; undefined when nothing traded. */
  five(symbol: string, openTime: number): SimulatedBar | undefined {
    return this.#fivesOf(symbol, floorTo(openTime, MINUTE))
      .find((bar) => bar.openTime === openTime);
  }

  /**
   * Bars of whole five seconds within `[from, to)`, in order; of whole minutes where `stepMs` allows it.
   * A bar holds only what had traded by `to`.
   */
  *bars(symbol: string, from: number, to: number, stepMs: number): Generator<SimulatedBar> {
    const first = Math.max(from, this.truth.from);
    const end = Math.min(to, this.truth.to);
    for (let minute = floorTo(first, MINUTE); minute < end; minute += MINUTE) {
      if (stepMs >= MINUTE && minute >= first && minute + MINUTE <= end) {
        const bar = this.truth.minute(symbol, minute);
        if (bar !== undefined) yield bar;
        continue;
      }
      for (const bar of this.#fivesOf(symbol, minute)) {
        if (bar.openTime >= first && bar.openTime + FIVE_SECONDS <= end) yield bar;
      }
    }
  }

  /**
   * All that traded from `open` until `to` as one bar. What has been added up once is not again, so the
   * running day may be asked for often.
   */
  dayBar(symbol: string, open: number, to: number): SimulatedBar | undefined {
    const kept = this.#days.get(symbol, open, () => ({ to: open, bar: undefined }));
    const sum = kept.to <= to ? kept : { to: open, bar: undefined };
    const whole = Math.max(open, floorTo(to, MINUTE));
    for (const bar of this.bars(symbol, sum.to, whole, MINUTE)) sum.bar = joined(sum.bar, bar);
    sum.to = Math.max(sum.to, whole);
    let day = sum.bar;
    for (const bar of this.bars(symbol, whole, to, FIVE_SECONDS)) day = joined(day, bar);
    return day && { ...day, openTime: open };
  }

  /** The last trade at or before `time`, looked for no earlier than `notBefore`. */
  lastTrade(
    symbol: string,
    time: number,
    notBefore = time - MAX_SILENCE,
  ): SimulatedTrade | undefined {
    const earliest = Math.max(notBefore, this.truth.from);
    for (let minute = floorTo(time, MINUTE); minute > earliest - MINUTE; minute -= MINUTE) {
      if (!this.#knows(minute) || this.truth.minute(symbol, minute) === undefined) continue;
      const trade = this.#tradesOf(symbol, minute).findLast((trade) => trade.time <= time);
      if (trade !== undefined) return trade.time >= earliest ? trade : undefined;
    }
    return undefined;
  }

  /** Trades within `[from, to)`, in order. */
  *trades(symbol: string, from: number, to: number): Generator<SimulatedTrade> {
    for (let minute = floorTo(from, MINUTE); minute < to; minute += MINUTE) {
      if (!this.#knows(minute)) continue;
      for (const trade of this.#tradesOf(symbol, minute)) {
        if (trade.time >= from && trade.time < to) yield trade;
      }
    }
  }

  /** The last price of the five seconds and minutes that ended by `time`. */
  closeBefore(symbol: string, time: number): number | undefined {
    const minute = floorTo(time, MINUTE);
    const fives = this.#fivesOf(symbol, minute);
    const five = fives.findLast((bar) => bar.openTime + FIVE_SECONDS <= time);
    if (five !== undefined) return five.close;
    const earliest = Math.max(minute - MAX_SILENCE, this.truth.from);
    for (let before = minute - MINUTE; before >= earliest; before -= MINUTE) {
      const close = this.truth.minute(symbol, before)?.close;
      if (close !== undefined) return close;
    }
    return undefined;
  }

  /** The first minute that traded before `before`; undefined when none did. */
  firstBar(symbol: string, before: number): SimulatedBar | undefined {
    for (const bar of this.bars(symbol, this.truth.from, before, MINUTE)) return bar;
    return undefined;
  }

  #fivesOf(symbol: string, minute: number): readonly SimulatedBar[] {
    if (!this.#knows(minute)) return [];
    return this.#fives.get(symbol, minute, () => this.truth.fiveSeconds(symbol, minute));
  }

  #tradesOf(symbol: string, minute: number): readonly SimulatedTrade[] {
    return this.#trades.get(symbol, minute, () => this.truth.trades(symbol, minute));
  }

  #knows(time: number): boolean {
    return time >= this.truth.from && time < this.truth.to;
  }
}

function joined(sum: SimulatedBar | undefined, bar: SimulatedBar): SimulatedBar {
  return sum === undefined ? bar : joinBars(sum, bar);
}

/** Two neighbouring bars, or parts of them, as one that opens with `a`. */
export function joinBars(a: SimulatedBar, b: SimulatedBar): SimulatedBar {
  const volume = a.volume + b.volume;
  return {
    openTime: a.openTime,
    open: a.open,
    high: Math.max(a.high, b.high),
    low: Math.min(a.low, b.low),
    close: b.close,
    volume,
    trades: a.trades + b.trades,
    vwap: volume > 0 ? (a.vwap * a.volume + b.vwap * b.volume) / volume : b.close,
  };
}
