import { DAY, HOUR, MINUTE, SECOND } from "./time.ts";

/** How a duration is written, for messages. */
export const DURATION_RULE = "must be a duration such as 30s, 5m, 1h or 1d";

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const WRITTEN = /^(\d{1,9})(s|m|h|d)$/;

/**
 * Reads `30s`, `5m`, `1h` or `1d`.
 *
 * @returns ms; undefined for a text that is none.
 *
 * @example
 * ```ts
 * import { parseDuration } from "./duration.ts";
 * import assert from "node:assert/strict";
 * assert.equal(parseDuration("5m"), 300_000);
 * assert.equal(parseDuration("5 minutes"), undefined);
 * ```
 */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = WRITTEN.exec(text.trim()) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * UNITS[unit]!;
}

/** As short as it can be written: `5m`, `1h 30m`; whole seconds. */
export function durationText(ms: number): string {
  let left = Math.round(ms / SECOND);
  const parts: string[] = [];
  for (const [unit, size] of Object.entries(UNITS).toReversed()) {
    const count = Math.floor(left / (size / SECOND));
    left -= count * (size / SECOND);
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(" ") || "0s";
}
