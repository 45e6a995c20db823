import type { Bar } from "../model/bar.ts";
import { floorTo, MINUTE } from "../model/time.ts";

/** A trade as the forming bar needs it. */
export interface NumberedTrade {
  /** Grows with every trade of the instrument: the venue's trade id (the last one, of an aggregate). */
  readonly sequence: number;
  /** Epoch ms UTC. */
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

/** Trades remembered since the last venue bar; a venue bar comes every second or two. */
const MAX_TRADES = 10_000;

/**
 * The minute that is still forming: the venue's own unfinished bar plus the trades it does not hold yet.
 * The venue's bar always wins; trades only bridge the time to the next one. It begins with the first venue
 * bar, so that a minute entered half-way never shows a wrong open.
 *
 * @example
 * ```ts
 * import { FormingBar } from "./forming.ts";
 * import assert from "node:assert/strict";
 * const forming = new FormingBar();
 * const bar = { openTime: 0, open: 10, high: 11, low: 9, close: 10, volume: 5 };
 * forming.take({ ...bar, closed: false, revision: 0, source: "simulated" }, 100);
 * assert.equal(forming.trade({ sequence: 100, time: 2_000, price: 12, size: 1 }), undefined);
 * assert.equal(forming.trade({ sequence: 101, time: 2_500, price: 12, size: 1 })?.high, 12);
 * ```
 */
export class FormingBar {
  #bar: Bar | undefined;
  /** Sequence of the last trade in the venue's newest bar, and in the forming bar. */
  #venueThrough = -Infinity;
  #through = -Infinity;
  /** Trades since the venue's newest bar. */
  #trades: NumberedTrade[] = [];

  /** The forming minute; undefined before the first venue bar and while none is forming. */
  get bar(): Bar | undefined {
    return this.#bar?.closed === false ? this.#bar : undefined;
  }

  /**
   * Takes the venue's bar of the running minute, closed or not.
   *
   * @param lastTrade number of the last trade it holds; -1 if it holds none.
   * @returns the forming bar, or undefined when none is forming or `bar` is older than what is known.
   */
  take(bar: Bar, lastTrade: number): Bar | undefined {
    if (this.#bar !== undefined) {
      if (bar.openTime < this.#bar.openTime) return undefined;
      const isSame = bar.openTime === this.#bar.openTime;
      const isLate = this.#bar.closed || lastTrade < this.#venueThrough;
      if (isSame && !bar.closed && isLate) return undefined;
    }
    const trades = this.#trades;
    this.#bar = bar;
    this.#venueThrough = this.#through = lastTrade;
    this.#trades = [];
    for (const trade of trades) this.trade(trade);
    return this.bar;
  }

  /**
   * Adds a trade. One after the end of the running minute begins the next.
   *
   * @returns the forming bar, or undefined when the trade is in it already, is late, or comes before the
   * first venue bar.
   */
  trade(trade: NumberedTrade): Bar | undefined {
    const bar = this.#bar;
    if (bar === undefined || !(trade.price > 0) || !(trade.size >= 0)) return undefined;
    if (trade.sequence <= this.#through) return undefined;
    const openTime = floorTo(trade.time, MINUTE);
    if (openTime < bar.openTime || (openTime === bar.openTime && bar.closed)) return undefined;
    const isNext = openTime > bar.openTime;
    this.#bar = isNext ? begun(bar, trade, openTime) : extended(bar, trade);
    this.#through = trade.sequence;
    if (isNext) {
      this.#trades = [];
      this.#venueThrough = -Infinity;
    }
    this.#trades.push(trade);
    if (this.#trades.length > MAX_TRADES) this.#trades.shift();
    return this.#bar;
  }
}

function extended(bar: Bar, { price, size }: NumberedTrade): Bar {
  const volume = bar.volume + size;
  const money = (bar.vwap ?? (bar.volume === 0 ? 0 : NaN)) * bar.volume + price * size;
  const { trades, vwap: _, ...rest } = bar;
  // A minute without trades carries the previous price; its first trade sets the open.
  const isFirst = trades === 0;
  return {
    ...rest,
    open: isFirst ? price : bar.open,
    high: isFirst ? price : Math.max(bar.high, price),
    low: isFirst ? price : Math.min(bar.low, price),
    close: price,
    volume,
    ...(trades === undefined ? {} : { trades: trades + 1 }),
    ...(Number.isFinite(money / volume) ? { vwap: money / volume } : {}),
  };
}

function begun(previous: Bar, { price, size }: NumberedTrade, openTime: number): Bar {
  return {
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: size,
    ...(previous.trades === undefined ? {} : { trades: 1 }),
    ...(size > 0 ? { vwap: price } : {}),
    closed: false,
    revision: 0,
    source: previous.source,
    ...(previous.contract === undefined ? {} : { contract: previous.contract }),
  };
}
