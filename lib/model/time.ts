/** Times are integer epoch milliseconds, UTC; durations are milliseconds. */
export const SECOND = 1_000;
/** A minute, ms. */
export const MINUTE = 60 * SECOND;
/** An hour, ms. */
export const HOUR = 60 * MINUTE;
/** A day of UTC, ms. */
export const DAY = 24 * HOUR;

/** A half-open stretch of time `[from, to)`, both epoch ms UTC. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * The start of the step that holds `time`.
 *
 * @example
 * ```ts
 * import { floorTo, MINUTE } from "./time.ts";
 * import assert from "node:assert/strict";
 * assert.equal(floorTo(90_500, MINUTE), 60_000);
 * ```
 */
export function floorTo(time: number, stepMs: number): number {
  return Math.floor(time / stepMs) * stepMs;
}

/** The first step boundary at or after `time`. */
export function ceilTo(time: number, stepMs: number): number {
  return Math.ceil(time / stepMs) * stepMs;
}

/**
 * `2025-12-01 14:35:00 UTC`, the one way a time is shown to a reader. An unusable time is shown as
 * `unknown time` so that a message about bad data can always be written.
 */
export function formatUtc(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? "unknown time"
    : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** {@link formatUtc} as short as it stays clear at `now`: `14:35:00 UTC` on the same day of UTC. */
export function briefUtc(time: number, now: number): string {
  const full = formatUtc(time);
  return full.slice(0, 10) === formatUtc(now).slice(0, 10) ? full.slice(11) : full;
}

/** Sorted, disjoint cover of the given intervals; touching ones become one, empty ones vanish. */
export function mergeIntervals(intervals: Iterable<Interval>): Interval[] {
  const sorted = [...intervals].filter((i) => i.to > i.from).sort((a, b) => a.from - b.from);
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}
