import { type Bar, sameValues } from "../../model/bar.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import type { Source } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import { barOf, type BinanceStreamKline } from "../../wire/binance_kline.ts";

export interface FormingBarOptions {
  readonly symbol: string;
  readonly source: Source;
  readonly clock: Clock;
  readonly emit: (event: FeedEvent) => void;
  /** Local ms between two bars told because of trades. */
  readonly refreshMs: number;
}

/** What of a trade moves a bar. */
export interface FormingTrade {
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

/**
 * The minute being made: told at each kline that changes it (every 2 s) and, in between, moved on by the
 * trades that the kline does not hold yet. Never told after its close.
 */
export class FormingBar {
  readonly #options: FormingBarOptions;
  #bar: Bar | undefined;
  #told: Bar | undefined;
  #toldAt = -Infinity;
  #eventTime = -Infinity;
  /** Newest trade that is in the bar. */
  #tradeId = -1;
  #closedTo = -Infinity;

  constructor(options: FormingBarOptions) {
    this.#options = options;
  }

  clear(): void {
    this.#bar = this.#told = undefined;
    this.#eventTime = -Infinity;
    this.#tradeId = -1;
  }

  /** Takes the venue's word for the bar; an older word for it is ignored. */
  take(kline: BinanceStreamKline, eventTime: number): void {
    const { openTime } = kline;
    if (openTime < this.#closedTo) return;
    if (this.#bar !== undefined) {
      if (openTime < this.#bar.openTime) return;
      if (openTime === this.#bar.openTime && eventTime < this.#eventTime) return;
    }
    this.#eventTime = eventTime;
    // Trades told already are newer than this kline: going back to it would make the bar shrink.
    const isBehind = openTime === this.#bar?.openTime && kline.lastTradeId < this.#tradeId;
    if (isBehind) return;
    this.#tradeId = kline.lastTradeId;
    this.#bar = barOf(kline, false, this.#options.source);
    this.#tell();
  }

  /** Adds a trade of the bar's minute, unless the bar holds it already. */
  addTrade({ id, time, price, size }: FormingTrade): void {
    const bar = this.#bar;
    if (bar === undefined || id <= this.#tradeId) return;
    if (time < bar.openTime || time >= bar.openTime + MINUTE) return;
    this.#tradeId = id;
    const volume = bar.volume + size;
    // A minute without trades stands at the price before it; its first trade opens it anew.
    const isFirst = bar.trades === 0;
    this.#bar = {
      ...bar,
      open: isFirst ? price : bar.open,
      high: isFirst ? price : Math.max(bar.high, price),
      low: isFirst ? price : Math.min(bar.low, price),
      close: price,
      volume,
      trades: (bar.trades ?? 0) + 1,
      ...(volume > 0 ? { vwap: ((bar.vwap ?? 0) * bar.volume + price * size) / volume } : {}),
    };
    const { clock, refreshMs } = this.#options;
    if (clock.monotonic() - this.#toldAt >= refreshMs) this.#tell();
  }

  /** The minute that opens then is closed: nothing more is told of it or of earlier ones. */
  closed(openTime: number): void {
    this.#closedTo = Math.max(this.#closedTo, openTime + MINUTE);
    if (this.#bar !== undefined && this.#bar.openTime < this.#closedTo) this.clear();
  }

  #tell(): void {
    const bar = this.#bar;
    if (bar === undefined) return;
    const told = this.#told;
    if (told?.openTime === bar.openTime && sameValues(told, bar)) return;
    const { clock, emit, symbol } = this.#options;
    this.#told = bar;
    this.#toldAt = clock.monotonic();
    emit({ kind: "forming", instrument: symbol, bar, receivedAt: clock.now() });
  }
}
