import { FieldReader, fieldsOf, MAX_ROWS, parseJson } from "./field_reader.ts";

/** A row of `GET /api/v3/historicalTrades` or of `GET /fapi/v1/aggTrades`. */
export interface BinanceTradeRow {
  /** One higher at each row. */
  readonly id: number;
  /** Id of the last single trade in it. */
  readonly lastTradeId: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly buyerIsMaker: boolean;
}

/**
 * The body of a request for single or for aggregate trades: its rows up to the first that cannot be read or
 * does not follow the one before. Undefined when it is not a list of rows at all.
 *
 * Source: Binance spot REST, "Old trade lookup"; Binance USD-M futures, "Compressed/Aggregate trades list".
 *
 * @example
 * ```ts
 * import { decodeTradeRows } from "./binance_trade.ts";
 * import assert from "node:assert/strict";
 * const row = { a: 7, p: "1.5", q: "2", f: 10, l: 12, T: 1_790_000_000_051, m: true };
 * assert.equal(decodeTradeRows(JSON.stringify([row]), "aggregate")?.[0]?.lastTradeId, 12);
 * ```
 */
export function decodeTradeRows(
  text: string,
  kind: "single" | "aggregate",
): BinanceTradeRow[] | undefined {
  const list = parseJson(text, "page");
  if (!Array.isArray(list) || list.length > MAX_ROWS) return undefined;
  const rows: BinanceTradeRow[] = [];
  for (const item of list) {
    const row = rowOf(item, kind);
    const last = rows.at(-1);
    if (row === undefined || (last !== undefined && row.id !== last.id + 1)) break;
    rows.push(row);
  }
  return rows;
}

function rowOf(item: unknown, kind: "single" | "aggregate"): BinanceTradeRow | undefined {
  const fields = fieldsOf(item);
  if (fields === undefined) return undefined;
  const read = new FieldReader(fields);
  const isSingle = kind === "single";
  const row = {
    id: read.whole(isSingle ? "id" : "a"),
    lastTradeId: read.whole(isSingle ? "id" : "l"),
    time: read.time(isSingle ? "time" : "T"),
    price: read.price(isSingle ? "price" : "p"),
    size: read.size(isSingle ? "qty" : "q"),
    buyerIsMaker: read.flag(isSingle ? "isBuyerMaker" : "m"),
  };
  return read.fault === undefined ? row : undefined;
}
