import { FieldReader, type Fields, fieldsOf, parseJson } from "./field_reader.ts";
import { isEpochMs } from "./json_fields.ts";
import { minutesOf, type ReadMinutes, type ReadTrades, tradesOf } from "./page_rows.ts";
import { LONGEST_TEXT, type VenueTrade } from "./stream_message.ts";

/** A row of `OHLC`; one without trades is flat at the close before. */
export interface KrakenRow {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base currency. */
  readonly volume: number;
  readonly trades: number;
  /** 0 without trades. */
  readonly vwap: number;
}

export interface KrakenRows extends ReadMinutes<KrakenRow> {
  /** Open time of the last row that is finished. */
  readonly lastFinished: number;
}

/** The body of `GET /0/public/OHLC`; undefined when it is another thing. */
export function decodeKrakenRows(body: string): KrakenRows | undefined {
  const result = resultOf(body);
  const page = result && minutesOf(listIn(result), rowOf);
  if (result === undefined || page === undefined) return undefined;
  const read = new FieldReader(result);
  const lastFinished = read.seconds("last");
  return read.fault === undefined ? { ...page, lastFinished } : undefined;
}

/** `[time s, open, high, low, close, vwap, volume, count]` */
function rowOf(item: unknown): KrakenRow | string {
  if (!Array.isArray(item)) return "a row is not a list";
  const read = new FieldReader(item);
  const row = {
    openTime: read.seconds(0),
    open: read.price(1),
    high: read.price(2),
    low: read.price(3),
    close: read.price(4),
    vwap: read.size(5),
    volume: read.size(6),
    trades: read.whole(7),
  };
  return read.fault ?? row;
}

/** The body of `GET /0/public/Trades`; undefined when it is another thing. */
export function decodeKrakenTrades(body: string): ReadTrades | undefined {
  const result = resultOf(body);
  return result && tradesOf(listIn(result), tradeOf);
}

/** `[price, volume, time s, "b" or "s", "m" or "l", miscellaneous, id]`, the time with decimals. */
function tradeOf(item: unknown): VenueTrade | undefined {
  if (!Array.isArray(item)) return undefined;
  const read = new FieldReader(item);
  const seconds: unknown = item[2];
  // To µs first: the nearest double of a time may be below the ms that it names.
  const time = typeof seconds === "number" ? Math.floor(Math.round(seconds * 1e6) / 1e3) : NaN;
  const trade: VenueTrade = {
    id: read.whole(6, 1),
    time,
    price: read.price(0),
    size: read.size(1),
    side: read.word(3, ["b", "s"]) === "b" ? "buy" : "sell",
  };
  return read.fault === undefined && isEpochMs(time) ? trade : undefined;
}

/** The venue's clock from the body of `GET /0/public/Time`, epoch ms of a whole second; undefined for another thing. */
export function decodeKrakenTime(body: string): number | undefined {
  const result = resultOf(body);
  if (result === undefined) return undefined;
  const read = new FieldReader(result);
  const time = read.seconds("unixtime");
  return read.fault === undefined ? time : undefined;
}

/** The first error of a body, `EAPI:Rate limit exceeded`; undefined for a good answer and for another server's. */
export function decodeKrakenError(body: string): string | undefined {
  const errors = fieldsOf(parseJson(body, "page"))?.error;
  const first = Array.isArray(errors) ? errors.find(isError) : undefined;
  return first?.slice(0, LONGEST_TEXT);
}

/** Warnings begin with W. */
function isError(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("E");
}

function resultOf(body: string): Fields | undefined {
  const fields = fieldsOf(parseJson(body, "page"));
  const isGood = Array.isArray(fields?.error) && !fields.error.some(isError);
  return isGood ? fieldsOf(fields?.result) : undefined;
}

/** What is under the venue's own name of the pair, which need not be the one asked for. */
function listIn(result: Fields): unknown {
  const key = Object.keys(result).find((name) => name !== "last");
  return key === undefined ? undefined : result[key];
}
