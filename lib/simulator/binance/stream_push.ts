import { floorTo, MINUTE } from "../../model/time.ts";
import type { Damage } from "../damage.ts";
import { damaged } from "./damage.ts";
import { markPriceAt } from "./funding.ts";
import type { Kline } from "./kline.ts";
import { firstAfter, type KlineBook } from "./kline_book.ts";
import type { KlineInterval } from "./kline_interval.ts";
import {
  aggregateTradeEvent,
  bookTickerEvent,
  combined,
  klineEvent,
  markPriceEvent,
  type TimeUnit,
  tradeEvent,
} from "./payloads.ts";
import { type MarketStream, streamKeyOf } from "./stream_name.ts";

/** The final update of a bar leaves the venue this long after the bar's end, as captured ones do. */
const CLOSE_LATENCY_MS = 4;

/** One event of a stream. Its text is encoded once for each form requested. */
export class StreamPush {
  /** Event time, venue ms. */
  readonly time: number;
  readonly stream: string;
  /** The stream's name with its route. */
  readonly key: string;
  readonly #write: (unit: TimeUnit) => string;
  readonly #texts = new Map<string, string>();
  #damage: Damage | undefined;

  constructor(time: number, stream: MarketStream, write: (unit: TimeUnit) => string) {
    this.time = time;
    this.stream = stream.name;
    this.key = streamKeyOf(stream.name, stream.route);
    this.#write = write;
  }

  /** Corrupts the event for all receivers. */
  spoil(damage: Damage): void {
    this.#damage = damage;
    this.#texts.clear();
  }

  /** The frame's text, bare or in a combined stream's envelope. */
  text(unit: TimeUnit, isCombined: boolean): string {
    const key = `${unit}${isCombined}`;
    let text = this.#texts.get(key);
    if (text === undefined) {
      const payload = this.#write(unit);
      const sent = this.#damage === undefined ? payload : damaged(payload, this.#damage);
      text = isCombined ? combined(this.stream, sent) : sent;
      this.#texts.set(key, text);
    }
    return text;
  }
}

/** What a stream says in `(after, upTo]`, in order. Nothing in it depends on what comes later. */
export function eventsOf(
  book: KlineBook,
  stream: MarketStream,
  after: number,
  upTo: number,
): StreamPush[] {
  const listing = book.listing(stream.symbol, upTo);
  if (listing === undefined) return [];
  if (stream.kind === "kline") return klineEvents(book, stream, after, upTo);
  if (stream.kind === "markPrice") return markPriceEvents(book, stream, after, upTo);
  const { symbol, kind } = stream;
  const market = stream.route === "spot" ? "spot" : "usdm";
  const events: StreamPush[] = [];
  for (let minute = floorTo(after, MINUTE); minute <= upTo; minute += MINUTE) {
    const trades = book.trades(symbol, minute);
    for (let i = firstAfter(trades, after); i < trades.length; i++) {
      const trade = trades[i]!;
      if (trade.time > upTo) break;
      const write = {
        trade: (unit: TimeUnit) => tradeEvent(symbol, trade, { unit, market }),
        aggTrade: (unit: TimeUnit) => aggregateTradeEvent(symbol, trade, { unit, market }),
        bookTicker: () => bookTickerEvent(listing, trade, market),
      }[kind];
      events.push(new StreamPush(trade.time, stream, write));
    }
  }
  return events;
}

/** Whatever trades, or nothing. */
function markPriceEvents(
  book: KlineBook,
  stream: MarketStream & { everyMs: number },
  after: number,
  upTo: number,
): StreamPush[] {
  const { symbol, everyMs } = stream;
  const events: StreamPush[] = [];
  for (let time = floorTo(after, everyMs) + everyMs; time <= upTo; time += everyMs) {
    const lastPrice = book.lastPrice(symbol, time);
    if (lastPrice === undefined) continue;
    const write = (unit: TimeUnit) => {
      return markPriceEvent(symbol, markPriceAt(book.truth, symbol, { time, lastPrice }), unit);
    };
    events.push(new StreamPush(time, stream, write));
  }
  return events;
}

function klineEvents(
  book: KlineBook,
  stream: MarketStream & { interval: KlineInterval },
  after: number,
  upTo: number,
): StreamPush[] {
  const { interval, symbol, route } = stream;
  const { cadenceMs } = interval;
  // Spot repeats an unchanged bar, futures do not.
  const isPushed = (time: number) =>
    route === "spot" || book.hasTradeIn(symbol, time - cadenceMs, time);
  const events: StreamPush[] = [];
  const add = (kline: Kline | undefined, eventTime: number, isClosed: boolean) => {
    if (kline === undefined) return;
    events.push(
      new StreamPush(
        eventTime,
        stream,
        (unit) => klineEvent(symbol, interval, kline, { eventTime, isClosed, unit }),
      ),
    );
  };
  // A final update may be due from a bar whose end lies before `after`.
  const first = floorTo(after - CLOSE_LATENCY_MS, cadenceMs) + cadenceMs;
  for (let time = first; time <= upTo; time += cadenceMs) {
    const openTime = interval.openOf(time);
    if (time !== openTime) {
      const isNew = time > after && book.hasMinute(symbol, time) && isPushed(time);
      if (isNew) add(book.at(symbol, interval, openTime, time), time, false);
      continue;
    }
    const closedAt = time + CLOSE_LATENCY_MS;
    if (closedAt <= after || closedAt > upTo) continue;
    add(book.at(symbol, interval, interval.openOf(time - 1), time), closedAt, true);
  }
  return events;
}
