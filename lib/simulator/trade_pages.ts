import { floorTo, MINUTE } from "../model/time.ts";
import type { SimulatedTrade, Truth } from "./truth.ts";

/** What a request for trades sees. */
export interface TradeView {
  readonly book: TradeSource;
  /** Nothing later is seen, venue time. */
  readonly now: number;
  /** Lets others run when the call has worked for long. */
  breathe(): Promise<void> | void;
}

/** Trades by the venue's own symbols. */
export interface TradeSource {
  readonly truth: Pick<Truth, "from">;
  /** Trades of the minute that opens then. */
  trades(symbol: string, minuteOpen: number): readonly SimulatedTrade[];
}

/** The newest trades by a time, oldest first. */
export async function newestTrades(
  symbol: string,
  { last, limit }: { last: number; limit: number },
  { book, breathe }: TradeView,
): Promise<SimulatedTrade[]> {
  let found: SimulatedTrade[] = [];
  for (let minute = floorTo(last, MINUTE); found.length < limit; minute -= MINUTE) {
    if (minute + MINUTE <= book.truth.from) break;
    found = book.trades(symbol, minute).filter(({ time }) => time <= last).concat(found);
    await breathe();
  }
  return found.slice(-limit);
}

/** Trades from a time or an id on, oldest first. */
export async function oldestTrades(
  symbol: string,
  { start, fromId, last, limit }: {
    start: number | undefined;
    fromId: number | undefined;
    last: number;
    limit: number;
  },
  view: TradeView,
): Promise<SimulatedTrade[]> {
  const { book, breathe } = view;
  const first = fromId === undefined
    ? floorTo(Math.max(start ?? 0, book.truth.from), MINUTE)
    : await minuteOfId(symbol, fromId, view);
  const found: SimulatedTrade[] = [];
  for (let minute = first; minute <= last && found.length < limit; minute += MINUTE) {
    for (const trade of book.trades(symbol, minute)) {
      const isWanted = trade.time <= last && trade.time >= (start ?? -Infinity) &&
        trade.id >= (fromId ?? -Infinity);
      if (isWanted && found.length < limit) found.push(trade);
    }
    await breathe();
  }
  return found;
}

/** A minute at or before the one that holds the trade: ids rise with time, so it is halved in. */
async function minuteOfId(
  symbol: string,
  id: number,
  { book, now, breathe }: TradeView,
): Promise<number> {
  let low = floorTo(book.truth.from, MINUTE);
  let high = floorTo(now, MINUTE);
  while (high - low > MINUTE) {
    const middle = floorTo((low + high) / 2, MINUTE);
    let next = middle;
    while (next < high && book.trades(symbol, next).length === 0) {
      next += MINUTE;
      await breathe();
    }
    const firstId = next < high ? book.trades(symbol, next)[0]!.id : Infinity;
    if (firstId <= id) low = next;
    else high = middle;
    await breathe();
  }
  return low;
}

/** Trades with ids below one, the newest of them, newest first. */
export async function tradesBelow(
  symbol: string,
  { id, limit }: { readonly id: number; readonly limit: number },
  view: TradeView,
): Promise<SimulatedTrade[]> {
  const { book, now, breathe } = view;
  const found: SimulatedTrade[] = [];
  let minute = id === Infinity ? floorTo(now, MINUTE) : await minuteOfId(symbol, id, view) + MINUTE;
  for (; minute + MINUTE > book.truth.from && found.length < limit; minute -= MINUTE) {
    const trades = book.trades(symbol, minute);
    for (let i = trades.length - 1; i >= 0 && found.length < limit; i--) {
      const trade = trades[i]!;
      if (trade.id < id && trade.time <= now) found.push(trade);
    }
    await breathe();
  }
  return found;
}
