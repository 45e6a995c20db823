import { type CoinbaseTrade, readTrade } from "./coinbase_frame.ts";
import { FieldReader, fieldsOf, MAX_ROWS, parseJson } from "./field_reader.ts";
import { isEpochMs } from "./json_fields.ts";

/** A row of candles. Coinbase says no number of trades. */
export interface CoinbaseCandle {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base currency. */
  readonly volume: number;
}

/** Rows of `GET /products/{id}/candles`, oldest first, and what could not be read of them. */
export interface CoinbaseCandles {
  readonly rows: readonly CoinbaseCandle[];
  /** Why a row was left out, one text each. */
  readonly rejected: readonly string[];
}

/**
 * The body of a request for candles, each `[time s, low, high, open, close, volume]`, which come newest first.
 * Undefined when it is no list of rows.
 *
 * @example
 * ```ts
 * import { decodeCoinbaseCandles } from "./coinbase_rest.ts";
 * import assert from "node:assert/strict";
 * const [row] = decodeCoinbaseCandles("[[1790000040,1,4,2,3,0.5]]")!.rows;
 * assert.deepEqual([row!.low, row!.high, row!.open, row!.close], [1, 4, 2, 3]);
 * ```
 */
export function decodeCoinbaseCandles(body: string): CoinbaseCandles | undefined {
  const list = parseJson(body, "page");
  if (!Array.isArray(list) || list.length > MAX_ROWS) return undefined;
  const rows: CoinbaseCandle[] = [];
  const rejected: string[] = [];
  for (const item of list) {
    const row = candleOf(item);
    if (typeof row === "string") rejected.push(row);
    else rows.push(row);
  }
  return { rows: rows.sort((a, b) => a.openTime - b.openTime), rejected };
}

function candleOf(item: unknown): CoinbaseCandle | string {
  if (!Array.isArray(item)) return "a row is not a list";
  const read = new FieldReader(item, { hasNumbers: true });
  const row = {
    openTime: read.seconds(0),
    low: read.price(1),
    high: read.price(2),
    open: read.price(3),
    close: read.price(4),
    volume: read.size(5),
  };
  return read.fault ?? row;
}

/**
 * The body of `GET /products/{id}/trades`, oldest first. Rows that cannot be read are left out, and then the answer is
 * not whole. Undefined when it is no list of rows.
 */
export function decodeCoinbaseTrades(
  body: string,
): { readonly rows: readonly CoinbaseTrade[]; readonly isWhole: boolean } | undefined {
  const list = parseJson(body, "page");
  if (!Array.isArray(list) || list.length > MAX_ROWS) return undefined;
  const rows = list.flatMap((item) => {
    const fields = fieldsOf(item);
    if (fields === undefined) return [];
    const read = new FieldReader(fields);
    const trade = readTrade(read);
    return read.fault === undefined ? [trade] : [];
  });
  return { rows: rows.sort((a, b) => a.id - b.id), isWhole: rows.length === list.length };
}

/** The venue's clock from the body of `GET /time`, epoch ms; undefined when it is another thing. */
export function decodeCoinbaseTime(body: string): number | undefined {
  const epoch = fieldsOf(parseJson(body, "frame"))?.epoch;
  const ms = typeof epoch === "number" ? Math.round(epoch * 1_000) : NaN;
  return isEpochMs(ms) ? ms : undefined;
}

const LONGEST_TEXT = 300;

/** What an error says, `{"message":"NotFound"}`; undefined when Coinbase did not write it. */
export function decodeCoinbaseError(body: string): string | undefined {
  const message = fieldsOf(parseJson(body, "frame"))?.message;
  return typeof message === "string" ? message.slice(0, LONGEST_TEXT) : undefined;
}
