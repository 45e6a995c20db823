import { floorTo, MINUTE } from "../model/time.ts";
import type { Damage } from "./damage.ts";
import type { TradeBook } from "./trade_book.ts";
import type { SimulatedTrade } from "./truth.ts";
import type { StreamedEvent } from "./troubles.ts";

/** One message of a stream of pairs. */
export interface PairPush extends StreamedEvent {
  /** A trade, or several, and not a message that comes whatever trades. */
  readonly isTrade: boolean;
  text: string;
}

/** Trades of a pair in `(after, upTo]`, in order. */
export function tradesWithin(
  book: TradeBook,
  pair: string,
  after: number,
  upTo: number,
): SimulatedTrade[] {
  const found: SimulatedTrade[] = [];
  for (let minute = floorTo(after, MINUTE); minute <= upTo; minute += MINUTE) {
    for (const trade of book.trades(pair, minute)) {
      if (trade.time > after && trade.time <= upTo) found.push(trade);
    }
  }
  return found;
}

/** A text spoilt so that no reader may believe it: cut in half, or with a number that cannot be. */
export function spoilt(text: string, damage: Damage): string {
  switch (damage) {
    case "broken-json":
      return text.slice(0, Math.floor(text.length / 2));
    case "impossible-values":
      return text.replace(/"(price|last_trade_id|high)":("?)[\d.]+/, '"$1":$2-1');
    case "not-a-number":
      return text.replace(/"(size|qty|last_trade_id|volume)":("?)[\d.]+/, '"$1":$2NaN');
  }
}
