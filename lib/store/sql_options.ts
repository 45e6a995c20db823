import { MarketError } from "../model/errors.ts";
import { type SqlOptions, USUAL_SQL } from "./store.ts";

const MOST_ROWS = 100_000;
const MOST_BYTES = 256_000_000;
/** A day. */
const LONGEST_MS = 86_400_000;

/** @throws {RangeError} naming the first bound that is out of its range. */
export function assertSqlOptions(options: SqlOptions): void {
  const { limit, maxBytes, timeoutMs } = { ...USUAL_SQL, ...options };
  assertWhole("limit", limit, MOST_ROWS);
  assertWhole("maxBytes", maxBytes, MOST_BYTES);
  assertWhole("timeoutMs", timeoutMs, LONGEST_MS);
}

/** A query whose time is over. */
export function lateRefusal(timeoutMs: number, cause: unknown): MarketError {
  return new MarketError(
    "sql-timeout",
    "configure",
    `The query was ended after ${
      timeoutMs / 1_000
    } s, and nothing of it is answered. Ask for a shorter time or one ` +
      "instrument, see that it has an end, or give it longer.",
    { cause },
  );
}

function assertWhole(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(`${name} must be a whole number from 1 to ${most}, got ${value}`);
}
