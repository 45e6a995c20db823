import type { Bar } from "../model/bar.ts";
import { FieldReader, type Fields, fieldsOf, parseJson } from "./field_reader.ts";
import { minutesOf, type ReadMinutes } from "./page_rows.ts";

/** A kline as Binance sends it, from the stream or from REST. Times are epoch ms. */
export interface BinanceKline {
  readonly openTime: number;
  /** Last ms of the bar: open + interval − 1. */
  readonly closeTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base currency. */
  readonly volume: number;
  /** In quote currency. */
  readonly quoteVolume: number;
  readonly trades: number;
}

/** What the stream adds. */
export interface BinanceStreamKline extends BinanceKline {
  /** `1m`. */
  readonly interval: string;
  /** Ids of the first and last trade in it; −1 when there is none yet. */
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  /** True only on the final update of the bar. */
  readonly isClosed: boolean;
}

/** The inner `k` object of a stream kline, or the reason why it cannot be read. */
export function streamKlineOf(fields: Fields): BinanceStreamKline | string {
  const read = new FieldReader(fields);
  const kline = {
    openTime: read.time("t"),
    closeTime: read.time("T"),
    interval: read.text("i"),
    firstTradeId: read.whole("f", -1),
    lastTradeId: read.whole("L", -1),
    open: read.price("o"),
    high: read.price("h"),
    low: read.price("l"),
    close: read.price("c"),
    volume: read.size("v"),
    quoteVolume: read.size("q"),
    trades: read.whole("n"),
    isClosed: read.flag("x"),
  };
  return read.fault ?? kline;
}

/** The body of `GET /api/v3/klines`; undefined when it is not a list of rows at all. */
export function decodeKlineRows(text: string): ReadMinutes<BinanceKline> | undefined {
  return minutesOf(parseJson(text, "page"), klineRowOf);
}

/** `[openTime, o, h, l, c, volume, closeTime, quoteVolume, trades, …]` */
function klineRowOf(item: unknown): BinanceKline | string {
  if (!Array.isArray(item)) return "a row is not a list";
  const read = new FieldReader(item);
  const row = {
    openTime: read.time(0),
    closeTime: read.time(6),
    open: read.price(1),
    high: read.price(2),
    low: read.price(3),
    close: read.price(4),
    volume: read.size(5),
    quoteVolume: read.size(7),
    trades: read.whole(8),
  };
  return read.fault ?? row;
}

/** The venue's clock from the body of `GET /api/v3/time`, epoch ms; undefined when it is another thing. */
export function decodeServerTime(text: string): number | undefined {
  const fields = fieldsOf(parseJson(text, "frame"));
  if (fields === undefined) return undefined;
  const read = new FieldReader(fields);
  const time = read.time("serverTime");
  return read.fault === undefined ? time : undefined;
}

/** A kline as a minute. The volume-weighted price is quote over base volume, where anything was traded. */
export function minuteOf(kline: BinanceKline): BinanceMinute {
  const { openTime, open, high, low, close, volume, quoteVolume, trades } = kline;
  const minute = { openTime, open, high, low, close, volume, trades };
  return volume > 0 ? { ...minute, vwap: quoteVolume / volume } : minute;
}

/** What of a bar is the venue's. */
type BinanceMinute = Pick<
  Bar,
  "openTime" | "open" | "high" | "low" | "close" | "volume" | "trades" | "vwap"
>;
