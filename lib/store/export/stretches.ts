import { DAY, floorTo, type Interval } from "../../model/time.ts";

/** Long ranges are read and worked out in parts of this length, on the UTC grid: memory holds one of them. */
const STRETCH = 32 * DAY;

/**
 * A range cut at fixed times of UTC, so that the parts of two ranges that overlap are cut alike.
 *
 * @example
 * ```ts
 * import { stretchesOf } from "./stretches.ts";
 * import assert from "node:assert/strict";
 * const day = 86_400_000;
 * assert.deepEqual([...stretchesOf({ from: 30 * day, to: 40 * day })], [
 *   { from: 30 * day, to: 32 * day },
 *   { from: 32 * day, to: 40 * day },
 * ]);
 * ```
 */
export function* stretchesOf({ from, to }: Interval): Generator<Interval> {
  for (let at = from; at < to;) {
    const end = Math.min(to, floorTo(at, STRETCH) + STRETCH);
    yield { from: at, to: end };
    at = end;
  }
}
