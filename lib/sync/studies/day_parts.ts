import { SessionClock } from "../../calendar/market_sessions.ts";

/** Parts of the day, each time in exactly one: the session that opened last, or none. */
export const DAY_PARTS = ["asia", "europe", "us", "rest"] as const;
export type DayPart = (typeof DAY_PARTS)[number];

/**
 * Which part of the day times belong to: US regular hours; London's until New York opens; Tokyo's; the rest. Unlike
 * sessions, parts share no time, so that what is found in one rests on none of the others' rows.
 *
 * @param times epoch ms UTC.
 * @returns indices of {@link DAY_PARTS}.
 *
 * @example
 * ```ts
 * import { DAY_PARTS, dayParts } from "./day_parts.ts";
 * import assert from "node:assert/strict";
 * const at = (hour: number) => Date.UTC(2026, 0, 26, hour);
 * const parts = dayParts([at(2), at(10), at(15), at(22)]);
 * assert.deepEqual(Array.from(parts, (part) => DAY_PARTS[part]), ["asia", "europe", "us", "rest"]);
 * ```
 */
export function dayParts(times: ArrayLike<number>): Uint8Array {
  const us = new SessionClock("us"), europe = new SessionClock("europe");
  const asia = new SessionClock("asia");
  return Uint8Array.from(times, (time) => {
    if (us.isOpen(time)) return 2;
    if (europe.isOpen(time)) return 1;
    return asia.isOpen(time) ? 0 : 3;
  });
}
