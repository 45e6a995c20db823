import type { Bar } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import { floorTo, type Interval } from "../model/time.ts";

/** A trade whose id increases by one with every trade of its instrument. */
export interface CountedTrade {
  readonly id: number;
  /** Epoch ms UTC; a fraction of a millisecond is kept. */
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

/** Bars and intervals that the trades so far complete. Intervals are whole steps. */
export type TradeBarEvent =
  /** Every trade of the step is in it. */
  | { readonly kind: "closed"; readonly bar: Bar }
  /** A bar that had closed before, revised: a trade dated before its end arrived late. */
  | { readonly kind: "revised"; readonly bar: Bar }
  /** Steps without a trade: the trades on either side have consecutive ids. */
  | ({ readonly kind: "empty" } & Interval)
  /** Steps with trades missing, so no bar is made from the ones received. */
  | ({ readonly kind: "incomplete"; readonly fromId: number; readonly toId: number } & Interval);

/** Options of {@link TradeBars}. */
export interface TradeBarsOptions {
  /** Length of a bar, ms; it divides the UTC day. */
  readonly stepMs: number;
  /** Label of the bars. */
  readonly source: Source;
  /** Contract month of the bars, for futures. */
  readonly contract?: string;
}

/**
 * Bars from trades, for venues that do not close bars themselves. A bar is closed only when the ids are contiguous
 * over both its edges: the id before its first trade was seen, and so was one after its end, with every id between.
 * Then nothing can be missing, whatever the stream lost before or after.
 *
 * Trades come in the order of their ids; a feed that heals lost ids holds the later ones back meanwhile. A jump
 * makes the steps it touches incomplete, and so does the first trade of all: what came before it is not known.
 * Volume and money are compensated sums (Neumaier, ZAMM 54, 1974), so decimal sizes add up to the venue's total.
 *
 * @example
 * ```ts
 * import { TradeBars } from "./trade_bars.ts";
 * import assert from "node:assert/strict";
 * const bars = new TradeBars({ stepMs: 1_000, source: "simulated" });
 * bars.take({ id: 7, time: 900, price: 10, size: 1 });
 * bars.take({ id: 8, time: 1_200, price: 11, size: 2 });
 * const [event] = bars.take({ id: 9, time: 2_100, price: 12, size: 1 });
 * assert.ok(event?.kind === "closed" && event.bar.openTime === 1_000 && event.bar.volume === 2);
 * ```
 */
export class TradeBars {
  readonly #stepMs: number;
  readonly #source: Source;
  readonly #contract: string | undefined;
  #lastId: number | undefined;
  /** Steps that open before this time can never be complete. */
  #wholeFrom = -Infinity;
  #current: Tally | undefined;
  /** The step closed last, kept for trades that arrive late. */
  #closed: Tally | undefined;

  /** @throws {RangeError} when `stepMs` is not a whole number above 0. */
  constructor(options: TradeBarsOptions) {
    const { stepMs, source, contract } = options;
    if (!Number.isSafeInteger(stepMs) || stepMs <= 0) {
      throw new RangeError(`stepMs must be a whole number above 0, got ${stepMs}`);
    }
    this.#stepMs = stepMs;
    this.#source = source;
    this.#contract = contract;
  }

  /** Id of the newest trade taken; undefined before the first. */
  get lastId(): number | undefined {
    return this.#lastId;
  }

  /** The forming bar; undefined before the first trade and while its own first trades are missing. */
  get forming(): Bar | undefined {
    const current = this.#current;
    return current === undefined || current.openTime < this.#wholeFrom
      ? undefined
      : this.#barOf(current, false);
  }

  /**
   * Takes one trade. One whose id was seen before changes nothing, and neither does one without a price.
   *
   * @returns what it completes, in time order.
   */
  take(trade: CountedTrade): TradeBarEvent[] {
    const { id, time, price, size } = trade;
    const isGood = Number.isSafeInteger(id) && Number.isFinite(time) && price > 0 && size >= 0 &&
      Number.isFinite(price) && Number.isFinite(size);
    if (!isGood || (this.#lastId !== undefined && id <= this.#lastId)) return [];
    const last = this.#lastId;
    this.#lastId = id;
    const openTime = floorTo(time, this.#stepMs);
    if (last === undefined || this.#current === undefined) {
      this.#begin(trade, openTime);
      this.#wholeFrom = openTime + this.#stepMs;
      return [];
    }
    if (id !== last + 1) return this.#jump(trade, openTime, { fromId: last + 1, toId: id - 1 });
    const current = this.#current;
    if (openTime === current.openTime) {
      current.add(trade);
      return [];
    }
    return openTime > current.openTime
      ? this.#advance(trade, openTime)
      : this.#takeLate(trade, openTime);
  }

  /**
   * Closes what ended by `time`, given that the venue reports `id` as its newest trade then. Without it, a quiet
   * tail cannot be distinguished from lost trades.
   *
   * @returns nothing when `id` is not the newest trade taken.
   */
  proveQuiet(id: number, time: number): TradeBarEvent[] {
    const current = this.#current;
    const openTime = floorTo(time, this.#stepMs);
    if (current === undefined || id !== this.#lastId || openTime <= current.openTime) return [];
    const from = current.openTime + this.#stepMs;
    const events = current.isEmpty ? [] : this.#close(current);
    const empty = current.isEmpty ? current.openTime : from;
    if (openTime > empty && empty >= this.#wholeFrom) {
      events.push({ kind: "empty", from: empty, to: openTime });
    }
    this.#current = new Tally(openTime);
    return events;
  }

  #begin(trade: CountedTrade, openTime: number): void {
    this.#current = new Tally(openTime);
    this.#current.add(trade);
  }

  #advance(trade: CountedTrade, openTime: number): TradeBarEvent[] {
    const current = this.#current!;
    const events = current.isEmpty ? [] : this.#close(current);
    const empty = current.isEmpty ? current.openTime : current.openTime + this.#stepMs;
    if (openTime > empty) events.push({ kind: "empty", from: empty, to: openTime });
    this.#begin(trade, openTime);
    return events;
  }

  #close(tally: Tally): TradeBarEvent[] {
    if (tally.openTime < this.#wholeFrom) return [];
    this.#closed = tally;
    return [{ kind: "closed", bar: this.#barOf(tally, true) }];
  }

  /** Ids are missing between the newest trade and this one: both their steps and all between are incomplete. */
  #jump(
    trade: CountedTrade,
    openTime: number,
    ids: { readonly fromId: number; readonly toId: number },
  ): TradeBarEvent[] {
    const from = Math.min(this.#current!.openTime, openTime);
    const to = Math.max(this.#current!.openTime, openTime) + this.#stepMs;
    this.#begin(trade, openTime);
    this.#closed = undefined;
    this.#wholeFrom = Math.max(this.#wholeFrom, to);
    return [{ kind: "incomplete", from, to, ...ids }];
  }

  /** Clocks of matching engines step back a little: the trade belongs where its time says. */
  #takeLate(trade: CountedTrade, openTime: number): TradeBarEvent[] {
    if (openTime < this.#wholeFrom) return [];
    const closed = this.#closed;
    if (closed !== undefined && openTime < closed.openTime) {
      // Two steps late: its bar is no longer in memory and cannot be revised.
      const to = openTime + this.#stepMs;
      return [{ kind: "incomplete", from: openTime, to, fromId: trade.id, toId: trade.id }];
    }
    const tally = closed?.openTime === openTime ? closed : new Tally(openTime);
    tally.add(trade);
    tally.revision++;
    this.#closed = tally;
    return [{ kind: "revised", bar: this.#barOf(tally, true) }];
  }

  #barOf(tally: Tally, closed: boolean): Bar {
    const { openTime, open, high, low, close, trades, revision } = tally;
    const volume = tally.volume, vwap = tally.money / volume;
    return {
      openTime,
      open,
      high,
      low,
      close,
      volume,
      trades,
      ...(Number.isFinite(vwap) ? { vwap } : {}),
      closed,
      revision,
      source: this.#source,
      ...(this.#contract === undefined ? {} : { contract: this.#contract }),
    };
  }
}

/** The trades of one step, added up. */
class Tally {
  readonly openTime: number;
  open = NaN;
  high = -Infinity;
  low = Infinity;
  close = NaN;
  trades = 0;
  revision = 0;
  #volume = 0;
  #lostVolume = 0;
  #money = 0;
  #lostMoney = 0;

  constructor(openTime: number) {
    this.openTime = openTime;
  }

  get isEmpty(): boolean {
    return this.trades === 0;
  }

  get volume(): number {
    return this.#volume + this.#lostVolume;
  }

  get money(): number {
    return this.#money + this.#lostMoney;
  }

  add({ price, size }: CountedTrade): void {
    if (this.trades === 0) this.open = price;
    this.high = Math.max(this.high, price);
    this.low = Math.min(this.low, price);
    this.close = price;
    this.trades++;
    const volume = this.#volume + size;
    this.#lostVolume += lost(this.#volume, size, volume);
    this.#volume = volume;
    const paid = price * size, money = this.#money + paid;
    this.#lostMoney += lost(this.#money, paid, money);
    this.#money = money;
  }
}

/** What adding two numbers to `sum` has rounded away. */
function lost(a: number, b: number, sum: number): number {
  return Math.abs(a) >= Math.abs(b) ? a - sum + b : b - sum + a;
}
