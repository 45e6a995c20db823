import { SECOND } from "../../model/time.ts";

const LONGEST_MS = 60 * SECOND;
/** Up to this share of a delay is left out, so that many clients do not come back together. */
const JITTER = 0.2;

/**
 * Time to the next attempt: 1, 2, 4 … s, at most 60 s, less up to a fifth.
 *
 * @param attempts made so far, 1 or more.
 * @param random a number in `[0, 1)`.
 * @returns local ms.
 *
 * @example
 * ```ts
 * import { retryDelay } from "./retry_delay.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([1, 2, 3, 9].map((attempts) => retryDelay(attempts, 0)), [1_000, 2_000, 4_000, 60_000]);
 * ```
 */
export function retryDelay(attempts: number, random: number): number {
  const full = Math.min(LONGEST_MS, SECOND * 2 ** Math.min(attempts - 1, 30));
  return Math.round(full * (1 - JITTER * random));
}
