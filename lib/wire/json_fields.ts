/** A JSON object whose fields are not validated yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object with fields, or undefined. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Fields
    : undefined;
}

/** Longest texts that are worth parsing, characters, by what they are; honest ones have a fifth of it. */
export const MAX_JSON = {
  /** A frame of a stream, an error or a time. */
  frame: 65_536,
  /** A page of history: 1,500 kline rows are some 200 kB. */
  page: 1_000_000,
} as const;
/** Rows of one page of history; venues send 1,000 to 1,500. */
export const MAX_ROWS = 5_000;

/**
 * Parsed JSON, or undefined for invalid JSON and for longer texts than its kind has. `null` gives undefined too: no
 * message consists of it.
 */
export function parseJson(text: string, kind: keyof typeof MAX_JSON): unknown {
  if (text.length > MAX_JSON[kind]) return undefined;
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
