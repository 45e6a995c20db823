/** A JSON object whose fields are not validated yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object with fields, or undefined. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Fields
    : undefined;
}

/** Longer texts are not worth parsing: the largest honest ones (1000 kline rows) are some 200 kB. */
const MAX_TEXT = 4_000_000;

/** Parsed JSON, or undefined for invalid JSON. `null` gives undefined too: no message consists of it. */
export function parseJson(text: string): unknown {
  if (text.length > MAX_TEXT) return undefined;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Times outside 2001..2100 are damage, not data. */
const EARLIEST = 1e12;
const LATEST = 4.2e12;

/** True for a whole number of ms since 1970 that can be the time of market data. */
export function isEpochMs(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= EARLIEST &&
    value < LATEST;
}
