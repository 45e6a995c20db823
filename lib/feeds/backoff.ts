/** Limits of the delay between two attempts, in venue ms. */
export interface BackoffOptions {
  /** Upper edge of the first delay. @default 1_000 */
  readonly baseMs?: number;
  /** Upper edge of every delay. @default 60_000 */
  readonly capMs?: number;
  /** No delay is shorter. @default 250 */
  readonly floorMs?: number;
}

/**
 * Full jitter: a delay drawn evenly from `[0, min(cap, base · 2^attempt)]`, so that many clients cut off
 * together do not come back together (M. Brooker, "Exponential Backoff and Jitter", AWS 2015).
 *
 * @param attempt 0 for the first retry.
 * @param random a number in `[0, 1)`.
 * @returns delay in ms, never below the floor.
 *
 * @example
 * ```ts
 * import { backoffDelay } from "./backoff.ts";
 * import assert from "node:assert/strict";
 * assert.equal(backoffDelay(3, 0.5), 4_000);
 * assert.equal(backoffDelay(30, 0.5), 30_000);
 * ```
 */
export function backoffDelay(
  attempt: number,
  random: number,
  { baseMs = 1_000, capMs = 60_000, floorMs = 250 }: BackoffOptions = {},
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.max(floorMs, random * ceiling);
}
