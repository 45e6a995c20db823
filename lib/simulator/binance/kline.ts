import type { SimulatedTrade } from "../truth.ts";
import { roundedSum } from "./decimal_text.ts";

/** A bar with every field that Binance sends. Amounts ending in `Quote` are in quote currency. */
export interface Kline {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
  /** Ids of the first and last trade; −1 without trades. */
  readonly firstId: number;
  readonly lastId: number;
  /** What buyers took from the book. */
  readonly takerVolume: number;
  readonly takerQuote: number;
}

/** Adds up trades to a bar. */
export class KlineBuilder {
  readonly openTime: number;
  #open: number;
  #high: number;
  #low: number;
  #close: number;
  #volume = 0;
  #quoteVolume = 0;
  #trades = 0;
  #firstId = -1;
  #lastId = -1;
  #takerVolume = 0;
  #takerQuote = 0;

  /** @param price of the last trade before: a bar in which nothing has traded is flat there. */
  constructor(openTime: number, price: number) {
    this.openTime = openTime;
    this.#open =
      this.#high =
      this.#low =
      this.#close =
        price;
  }

  add({ id, price, size, buyerIsMaker }: SimulatedTrade): void {
    if (this.#trades === 0) {
      this.#open = this.#high = this.#low = price;
      this.#firstId = id;
    }
    this.#high = Math.max(this.#high, price);
    this.#low = Math.min(this.#low, price);
    this.#close = price;
    this.#volume += size;
    this.#quoteVolume += price * size;
    this.#trades++;
    this.#lastId = id;
    if (buyerIsMaker) return;
    this.#takerVolume += size;
    this.#takerQuote += price * size;
  }

  /** The bar so far. */
  build(): Kline {
    return {
      openTime: this.openTime,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: roundedSum(this.#volume),
      quoteVolume: roundedSum(this.#quoteVolume),
      trades: this.#trades,
      firstId: this.#firstId,
      lastId: this.#lastId,
      takerVolume: roundedSum(this.#takerVolume),
      takerQuote: roundedSum(this.#takerQuote),
    };
  }
}

function isEmpty({ trades, volume }: Kline): boolean {
  return trades === 0 && volume === 0;
}

/** Two neighbouring stretches as one bar. A stretch without trades adds nothing. */
export function joinKlines(a: Kline, b: Kline): Kline {
  if (isEmpty(b)) return a;
  if (isEmpty(a)) return { ...b, openTime: a.openTime };
  return {
    openTime: a.openTime,
    open: a.open,
    high: Math.max(a.high, b.high),
    low: Math.min(a.low, b.low),
    close: b.close,
    volume: roundedSum(a.volume + b.volume),
    quoteVolume: roundedSum(a.quoteVolume + b.quoteVolume),
    trades: a.trades + b.trades,
    firstId: a.firstId < 0 ? b.firstId : a.firstId,
    lastId: Math.max(a.lastId, b.lastId),
    takerVolume: roundedSum(a.takerVolume + b.takerVolume),
    takerQuote: roundedSum(a.takerQuote + b.takerQuote),
  };
}
