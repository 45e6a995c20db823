import { DAY, HOUR, MINUTE, SECOND } from "../../model/time.ts";

/** Bar sizes of the venue, in ms, and the longest stretch it serves of each. */
const BAR_SIZES: Readonly<Record<string, { stepMs: number; longestMs: number }>> = {
  "5 secs": { stepMs: 5 * SECOND, longestMs: DAY },
  "10 secs": { stepMs: 10 * SECOND, longestMs: DAY },
  "15 secs": { stepMs: 15 * SECOND, longestMs: DAY },
  "30 secs": { stepMs: 30 * SECOND, longestMs: DAY },
  "1 min": { stepMs: MINUTE, longestMs: 32 * DAY },
  "2 mins": { stepMs: 2 * MINUTE, longestMs: 32 * DAY },
  "3 mins": { stepMs: 3 * MINUTE, longestMs: 32 * DAY },
  "5 mins": { stepMs: 5 * MINUTE, longestMs: 62 * DAY },
  "10 mins": { stepMs: 10 * MINUTE, longestMs: 62 * DAY },
  "15 mins": { stepMs: 15 * MINUTE, longestMs: 62 * DAY },
  "20 mins": { stepMs: 20 * MINUTE, longestMs: 62 * DAY },
  "30 mins": { stepMs: 30 * MINUTE, longestMs: 62 * DAY },
  "1 hour": { stepMs: HOUR, longestMs: 366 * DAY },
  "1 day": { stepMs: DAY, longestMs: 800 * DAY },
};

/** Names of the bar sizes, as the error of an unknown one lists them. */
export const BAR_SIZE_NAMES: readonly string[] = Object.keys(BAR_SIZES);

/** Length and limit of a bar size; undefined when the venue has none of that name. */
export function barSizeOf(name: string): { stepMs: number; longestMs: number } | undefined {
  return Object.hasOwn(BAR_SIZES, name) ? BAR_SIZES[name] : undefined;
}

/** How far back a request reaches: a stretch of time, or trading days. */
export type Duration =
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "days"; readonly count: number };

const TRADING_DAYS_OF: Readonly<Record<string, number>> = { D: 1, W: 5, M: 21, Y: 252 };

/**
 * Reads `1800 S`, `2 D`, `1 W`, `1 M` or `1 Y`. Seconds are clock time; the rest are trading days.
 *
 * @returns undefined when the text is no duration.
 */
export function parseDuration(text: string): Duration | undefined {
  const [, digits, unit] = /^(\d+) ?([SDWMY])$/.exec(text.trim()) ?? [];
  const count = Number(digits);
  if (unit === undefined || count === 0) return undefined;
  if (unit === "S") return { kind: "time", ms: count * SECOND };
  return { kind: "days", count: count * TRADING_DAYS_OF[unit]! };
}
