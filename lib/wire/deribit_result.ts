import { isFraction, isVolatility, toPercent } from "./deribit_value.ts";
import { fieldsOf, isEpochMs, MAX_ROWS } from "./json_fields.ts";

/** One row of `public/get_volatility_index_data`; values in per cent a year. */
export interface VolatilityRow {
  /** Start of the row's bucket, epoch ms UTC. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface VolatilityPage {
  /** Oldest first; each time once. */
  readonly rows: readonly VolatilityRow[];
  /** The end for the next older page; undefined when there is none. */
  readonly continuation: number | undefined;
  /** Rows that were sent as fractions. */
  readonly fractions: number;
  /** Why rows were left out, one text each. */
  readonly rejected: readonly string[];
}

/**
 * Reads the result of `public/get_volatility_index_data`: `{"data":[[ms,o,h,l,c],…],"continuation":ms|null}`.
 *
 * @returns undefined when it is no such result at all.
 *
 * @example
 * ```ts
 * import { decodeVolatilityPage } from "./deribit_result.ts";
 * import assert from "node:assert/strict";
 * const page = decodeVolatilityPage({
 *   data: [[1789999920000, 0.413, 0.4141, 0.4128, 0.4137]],
 *   continuation: null,
 * });
 * assert.equal(page?.rows[0]?.close, 41.37);
 * ```
 */
export function decodeVolatilityPage(result: unknown): VolatilityPage | undefined {
  const fields = fieldsOf(result);
  if (fields === undefined || !Array.isArray(fields.data) || fields.data.length > MAX_ROWS) {
    return undefined;
  }
  const rows = new Map<number, VolatilityRow>();
  const rejected: string[] = [];
  let fractions = 0;
  for (const each of fields.data) {
    const row = rowOf(each);
    if (typeof row === "string") {
      rejected.push(row);
      continue;
    }
    if (rows.has(row.openTime)) rejected.push("a time that stands twice");
    else if (isFraction(row.high)) {
      fractions++;
      rows.set(row.openTime, inPercent(row));
    } else rows.set(row.openTime, row);
  }
  const { continuation } = fields;
  return {
    rows: [...rows.values()].sort((a, b) => a.openTime - b.openTime),
    continuation: isEpochMs(continuation) ? continuation : undefined,
    fractions,
    rejected,
  };
}

function rowOf(value: unknown): VolatilityRow | string {
  if (!Array.isArray(value) || value.length < 5) return "a row that is not five numbers";
  const [openTime, open, high, low, close] = value as unknown[];
  if (!isEpochMs(openTime)) return "a row without an epoch time";
  if (![open, high, low, close].every(isVolatility)) return "a value that is not a number above 0";
  const row = { openTime, open, high, low, close } as VolatilityRow;
  const isInside = (price: number) => price <= row.high && price >= row.low;
  return isInside(row.open) && isInside(row.close) ? row : "a row outside its own high and low";
}

function inPercent({ openTime, open, high, low, close }: VolatilityRow): VolatilityRow {
  return {
    openTime,
    open: toPercent(open),
    high: toPercent(high),
    low: toPercent(low),
    close: toPercent(close),
  };
}

const MOST_NAMES = 1_000;
const LONGEST_NAME = 128;

/** Reads the result of `public/get_time`: epoch ms. */
export function decodeVenueTime(result: unknown): number | undefined {
  return isEpochMs(result) ? result : undefined;
}

export interface PlatformStatus {
  /** Whether trading and indices are locked: for all, for `names`, or for none. */
  readonly locked: "all" | "some" | "none";
  /** Indices (`btc_usd`), or currencies (`BTC`), that are locked. */
  readonly names: readonly string[];
}

/**
 * Reads the result of `public/status`. Its schema and its sample differ: `locked` is `"true"`, `"partial"`,
 * `"false"` or a boolean, the list is `locked_indices` or `locked_currencies`.
 */
export function decodeStatus(result: unknown): PlatformStatus | undefined {
  const fields = fieldsOf(result);
  if (fields === undefined) return undefined;
  const names = decodeNames(fields.locked_indices ?? fields.locked_currencies ?? []);
  if (names === undefined) return undefined;
  switch (fields.locked) {
    case true:
    case "true":
      return { locked: "all", names };
    case "partial":
      return { locked: "some", names };
    case false:
    case "false":
      return { locked: names.length > 0 ? "some" : "none", names };
    default:
      return undefined;
  }
}

/** Reads the result of `public/subscribe`, the channels that were accepted, or any other list of names. */
export function decodeNames(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_NAMES) return undefined;
  const isName = (name: unknown) => typeof name === "string" && name.length <= LONGEST_NAME;
  return value.every(isName) ? value as string[] : undefined;
}
