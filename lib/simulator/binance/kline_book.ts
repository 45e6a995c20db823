import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../model/time.ts";
import { LeastRecent } from "../least_recent.ts";
import { RecentMinutes } from "../recent_minutes.ts";
import type { Listing, SimulatedTrade, Truth } from "../truth.ts";
import { roundedSum } from "./decimal_text.ts";
import { joinKlines, type Kline, KlineBuilder } from "./kline.ts";
import type { KlineInterval } from "./kline_interval.ts";

/** Of each symbol. */
const KEPT_TRADE_MINUTES = 512;
const KEPT_MINUTES = 10_000;
const KEPT_SPANS = 4_096;
/** How far back the price of a bar without trades is looked for. */
const MAX_SILENCE = HOUR;

/** A minute being made: what has been added up by `at`, and the bar of it. */
interface Forming {
  at: number;
  taken: number;
  readonly sum: KlineBuilder;
  bar: Kline | undefined;
}

/**
 * The truth as klines of every interval. Nothing later than the asked time is ever seen; a finished minute
 * equals the truth's, and a minute the truth does not have is in no bar.
 */
export class KlineBook {
  readonly truth: Truth;
  readonly #trades = new RecentMinutes<readonly SimulatedTrade[]>(KEPT_TRADE_MINUTES);
  readonly #minutes = new RecentMinutes<Kline | null>(KEPT_MINUTES);
  readonly #spans = new LeastRecent<string, Kline | null>(KEPT_SPANS);
  readonly #forming = new Map<string, Forming>();
  #listings: { minute: number; bySymbol: Map<string, Listing> } | undefined;

  constructor(truth: Truth) {
    this.truth = truth;
  }

  /** What Binance lists then, by symbol. */
  listings(at: number): ReadonlyMap<string, Listing> {
    const minute = floorTo(at, MINUTE);
    if (this.#listings?.minute !== minute) {
      const ours = this.truth.listings(minute).filter(({ kind }) => kind === "crypto");
      const bySymbol = new Map(ours.map((listing) => [listing.symbol, listing]));
      this.#listings = { minute, bySymbol };
    }
    return this.#listings.bySymbol;
  }

  /** What Binance lists under a symbol then. */
  listing(symbol: string, at: number): Listing | undefined {
    const listed = this.listings(at).get(symbol) ??
      this.truth.listing?.(symbol, floorTo(at, MINUTE));
    return listed?.kind === "crypto" ? listed : undefined;
  }

  /** Trades of the minute that opens then. */
  trades(symbol: string, minuteOpen: number): readonly SimulatedTrade[] {
    if (!this.#knows(minuteOpen)) return [];
    return this.#trades.get(symbol, minuteOpen, () => this.truth.trades(symbol, minuteOpen));
  }

  /** Whether anything traded in `(after, upTo]`, a stretch within one minute. */
  hasTradeIn(symbol: string, after: number, upTo: number): boolean {
    const trades = this.trades(symbol, floorTo(upTo, MINUTE));
    const next = trades[firstAfter(trades, after)];
    return next !== undefined && next.time <= upTo;
  }

  /** The last price traded by then; undefined when nothing has traded for long. */
  lastPrice(symbol: string, at: number): number | undefined {
    const minute = floorTo(at, MINUTE);
    const trades = this.trades(symbol, minute);
    return trades[firstAfter(trades, at) - 1]?.price ?? this.#priceBefore(symbol, minute);
  }

  /** True when the truth has the minute that holds this time. */
  hasMinute(symbol: string, time: number): boolean {
    return this.#minute(symbol, floorTo(time, MINUTE)) !== undefined;
  }

  /**
   * The bar of `interval` that opens at `openTime` as it is known at `at`: finished when it has ended by
   * then, else forming. Undefined when it has no minute, or no price is known yet.
   */
  at(
    symbol: string,
    interval: KlineInterval,
    openTime: number,
    at: number,
  ): Kline | undefined {
    if (openTime > at) return undefined;
    if (interval.name === "1s") return this.#second(symbol, openTime, at);
    const end = interval.endOf(openTime);
    if (end <= at) return this.#span(symbol, openTime, end);
    const minute = floorTo(at, MINUTE);
    const done = this.#span(symbol, openTime, minute);
    const forming = this.#formingMinute(symbol, minute, at);
    if (done === undefined) return forming && { ...forming, openTime };
    return forming === undefined ? done : joinKlines(done, forming);
  }

  /** A finished minute. */
  #minute(symbol: string, minute: number): Kline | undefined {
    if (!this.#knows(minute)) return undefined;
    return this.#minutes.get(symbol, minute, () => this.#readMinute(symbol, minute)) ?? undefined;
  }

  #readMinute(symbol: string, minute: number): Kline | null {
    const bar = this.truth.minute(symbol, minute);
    if (bar === undefined) return null;
    const trades = this.trades(symbol, minute);
    const builder = new KlineBuilder(minute, bar.open);
    for (const trade of trades) builder.add(trade);
    const sum = builder.build();
    // A truth read from bars draws their path with trades that need not have its volume and mean price.
    const money = bar.vwap * bar.volume;
    const isWhole = Math.abs(sum.volume - bar.volume) <= 1e-7 &&
      Math.abs(sum.quoteVolume - money) <= 1e-7 * money;
    const takenShare = sum.volume > 0 ? sum.takerVolume / sum.volume : 0;
    const quoteVolume = isWhole ? sum.quoteVolume : roundedSum(money);
    return {
      openTime: minute,
      open: bar.open,
      high: bar.high,
      low: bar.low,
      close: bar.close,
      volume: bar.volume,
      quoteVolume,
      trades: bar.trades,
      firstId: sum.firstId,
      lastId: sum.lastId,
      takerVolume: isWhole ? sum.takerVolume : roundedSum(bar.volume * takenShare),
      takerQuote: isWhole ? sum.takerQuote : roundedSum(quoteVolume * takenShare),
    };
  }

  /** Whole minutes of `[from, to)` as one bar; days and hours in it are remembered. */
  #span(symbol: string, from: number, to: number): Kline | undefined {
    let sum: Kline | undefined;
    const first = Math.max(from, floorTo(this.truth.from, MINUTE));
    const end = Math.min(to, this.truth.to);
    for (let time = first; time < end;) {
      const step = [DAY, HOUR].find((step) =>
        time % step === 0 && time + step <= end && step < to - from
      ) ?? MINUTE;
      const part = step === MINUTE ? this.#minute(symbol, time) : this.#block(symbol, time, step);
      if (part !== undefined) sum = sum === undefined ? part : joinKlines(sum, part);
      time += step;
    }
    return sum && { ...sum, openTime: from };
  }

  #block(symbol: string, from: number, step: number): Kline | undefined {
    return this.#spans.get(
      `${symbol}@${from}/${step}`,
      () => this.#span(symbol, from, from + step) ?? null,
    ) ?? undefined;
  }

  /** The trades of the minute by `at`; those already added up are not added up again. */
  #formingMinute(symbol: string, minute: number, at: number): Kline | undefined {
    if (this.#minute(symbol, minute) === undefined) return undefined;
    const trades = this.trades(symbol, minute);
    let state = this.#forming.get(symbol);
    if (state === undefined || state.sum.openTime !== minute || state.at > at) {
      const price = this.#priceBefore(symbol, minute);
      if (price === undefined && !(trades.length > 0 && trades[0]!.time <= at)) return undefined;
      const sum = new KlineBuilder(minute, price ?? trades[0]!.price);
      state = { at, taken: 0, sum, bar: undefined };
      this.#forming.set(symbol, state);
    }
    while (state.taken < trades.length && trades[state.taken]!.time <= at) {
      state.sum.add(trades[state.taken++]!);
      state.bar = undefined;
    }
    state.at = at;
    return state.bar ??= state.sum.build();
  }

  #second(symbol: string, openTime: number, at: number): Kline | undefined {
    const minute = floorTo(openTime, MINUTE);
    if (this.#minute(symbol, minute) === undefined) return undefined;
    const trades = this.trades(symbol, minute);
    const before = trades.findLast((trade) => trade.time < openTime)?.price ??
      this.#priceBefore(symbol, minute);
    const inside = trades.filter((trade) =>
      trade.time >= openTime && trade.time < openTime + SECOND && trade.time <= at
    );
    const price = before ?? inside[0]?.price;
    if (price === undefined) return undefined;
    const bar = new KlineBuilder(openTime, price);
    for (const trade of inside) bar.add(trade);
    return bar.build();
  }

  #priceBefore(symbol: string, minute: number): number | undefined {
    for (let time = minute - MINUTE; time >= minute - MAX_SILENCE; time -= MINUTE) {
      const close = this.#knows(time) ? this.truth.minute(symbol, time)?.close : undefined;
      if (close !== undefined) return close;
    }
    return undefined;
  }

  #knows(time: number): boolean {
    return time >= this.truth.from && time < this.truth.to;
  }
}

/** Index of the first trade later than `time`. */
export function firstAfter(trades: readonly SimulatedTrade[], time: number): number {
  let low = 0, high = trades.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trades[middle]!.time > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
