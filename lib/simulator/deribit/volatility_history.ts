import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../model/time.ts";
import type { Truth } from "../truth.ts";
import { CURRENCIES, PUBLISHED } from "./indices.ts";
import { invalid, type RpcParameters } from "./rpc.ts";

/** `[ms, open, high, low, close]` */
export type VolatilityRow = readonly [number, number, number, number, number];

export interface VolatilityData {
  readonly data: readonly VolatilityRow[];
  /** The next call's `end_timestamp`, for the page before. */
  readonly continuation: number | null;
}

const STEPS: Readonly<Record<string, number>> = {
  "1": SECOND,
  "60": MINUTE,
  "3600": HOUR,
  "43200": 12 * HOUR,
  "1D": DAY,
};
/** Found by others by trial; Deribit documents none. */
const PAGE_ROWS = 1_000;

/**
 * `public/get_volatility_index_data`: rows that open in `[start_timestamp, end_timestamp]`, the newest page
 * of them, oldest row first. The row of the bucket that is still forming is among them.
 *
 * @param now venue time.
 * @throws {RpcError} for parameters that are missing or not of their kind.
 */
export function volatilityData(truth: Truth, params: RpcParameters, now: number): VolatilityData {
  const { currency, resolution } = params;
  if (!CURRENCIES.some((known) => known === currency)) {
    throw invalid("currency", `must be one of ${CURRENCIES.join(", ")}`);
  }
  const from = timestampOf(params, "start_timestamp");
  const to = timestampOf(params, "end_timestamp");
  const step = typeof resolution === "string" ? STEPS[resolution] : undefined;
  if (step === undefined) {
    throw invalid("resolution", `must be one of ${Object.keys(STEPS).join(", ")}`);
  }
  const index = PUBLISHED.find((one) => one.currency === currency);
  if (index === undefined) return { data: [], continuation: null };
  const rows: VolatilityRow[] = [];
  const oldest = Math.max(from, truth.from);
  let open = floorTo(Math.min(to, now), step);
  for (; open >= oldest && rows.length < PAGE_ROWS; open -= step) {
    const row = rowOf(truth, index.symbol, { open, step, now });
    if (row !== undefined) rows.push(row);
  }
  return { data: rows.reverse(), continuation: open >= oldest ? open : null };
}

function timestampOf(params: RpcParameters, name: string): number {
  const value = params[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(name, "must be an integer");
}

function rowOf(
  truth: Truth,
  symbol: string,
  { open, step, now }: { open: number; step: number; now: number },
): VolatilityRow | undefined {
  if (step === MINUTE && open + MINUTE <= now) {
    const bar = truth.minute(symbol, open);
    return bar && [open, bar.open, bar.high, bar.low, bar.close];
  }
  const end = Math.min(open + step, now + 1);
  const values: number[] = [];
  for (let minute = floorTo(open, MINUTE); minute < end; minute += MINUTE) {
    for (const { time, value } of truth.values?.(symbol, minute) ?? []) {
      if (time >= open && time < end) values.push(value);
    }
  }
  const [first] = values;
  if (first === undefined) return undefined;
  return [open, first, highest(values), lowest(values), values.at(-1)!];
}

/** A day has more values than a call may have arguments. */
function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value));
}

function lowest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value));
}
