import { MINUTE } from "../../model/time.ts";
import type { Listing } from "../truth.ts";
import { joinBars, type Tape } from "./tape.ts";
import { dayOpenAt } from "./trading_days.ts";
import type { SimulatedBar, SimulatedTrade } from "../truth.ts";

/** What a quote line shows at one moment. Absent: not known yet. */
export interface Quote {
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly last: number;
  readonly lastSize: number;
  /** When it last traded, epoch ms UTC. */
  readonly lastTime: number;
  /** Of the trading day. */
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly volume?: number;
  /** Last price of the trading day before. */
  readonly close?: number;
}

/** Derives the quote of one listing from its trades; the day's figures are added up as time goes on. */
export class QuoteReader {
  readonly #tape: Tape;
  readonly #listing: Listing;
  #dayOpen = NaN;
  #addedTo = NaN;
  #day: SimulatedBar | undefined;
  #close: number | undefined;
  #last: SimulatedTrade | undefined;
  #searchedTo: number | undefined;

  constructor(tape: Tape, listing: Listing) {
    this.#tape = tape;
    this.#listing = listing;
  }

  /** The quote at `time`, which must not go back. Undefined before the first trade. */
  at(time: number): Quote | undefined {
    const { symbol, tickSize } = this.#listing;
    this.#last = this.#tape.lastTrade(symbol, time, this.#searchedTo) ?? this.#last;
    this.#searchedTo = time;
    if (this.#last === undefined) return undefined;
    this.#advanceDay(time);
    const { id, time: lastTime, price, size, buyerIsMaker } = this.#last;
    const bid = buyerIsMaker ? price : price - tickSize;
    const day = this.#day;
    return {
      bid,
      ask: bid + tickSize,
      bidSize: 1 + id % 37,
      askSize: 1 + id % 41,
      last: price,
      lastSize: size,
      lastTime,
      ...(day && { open: day.open, high: day.high, low: day.low, volume: day.volume }),
      ...(this.#close !== undefined && { close: this.#close }),
    };
  }

  /** Whole minutes once, so that a day is added up in one pass; the running minute lags behind. */
  #advanceDay(time: number): void {
    const { symbol } = this.#listing;
    const open = dayOpenAt(time);
    if (open !== this.#dayOpen) {
      this.#dayOpen = open;
      this.#addedTo = open;
      this.#day = undefined;
      this.#close = this.#tape.closeBefore(symbol, open);
    }
    const to = time - time % MINUTE;
    for (const bar of this.#tape.bars(symbol, this.#addedTo, to, MINUTE)) {
      this.#day = this.#day === undefined ? bar : joinBars(this.#day, bar);
    }
    this.#addedTo = Math.max(this.#addedTo, to);
  }
}
