/** Upper edge of the first delay, and the shortest of all, venue ms. */
const BASE_MS = 1_000;
const FLOOR_MS = 250;

/**
 * Full jitter: a delay drawn evenly from `[0, min(cap, base · 2^attempt)]`, so that many clients cut off
 * together do not come back together (M. Brooker, "Exponential Backoff and Jitter", AWS 2015).
 *
 * @param attempt 0 for the first retry.
 * @param random a number in `[0, 1)`.
 * @param capMs upper edge of every delay, venue ms.
 * @returns delay in venue ms, never below 250.
 *
 * @example
 * ```ts
 * import { backoffDelay } from "./backoff.ts";
 * import assert from "node:assert/strict";
 * assert.equal(backoffDelay(3, 0.5), 4_000);
 * assert.equal(backoffDelay(30, 0.5), 30_000);
 * ```
 */
export function backoffDelay(attempt: number, random: number, capMs = 60_000): number {
  const ceiling = Math.min(capMs, BASE_MS * 2 ** Math.min(attempt, 30));
  return Math.max(FLOOR_MS, random * ceiling);
}
