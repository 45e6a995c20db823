/** Widths of pictures that are drawn for narrow windows: few, so that readers share them, CSS px. */
export const LEAST_WIDTH = 320, MOST_WIDTH = 790, WIDTH_STEP = 10;

/**
 * How wide pictures may be in a place so wide, CSS px; undefined where there is room for all of them.
 *
 * @example
 * ```ts
 * import { pictureRoom } from "./picture_room.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([374, 300, 1_208].map(pictureRoom), [370, 320, undefined]);
 * ```
 */
export function pictureRoom(placePx: number): number | undefined {
  const width = Math.max(LEAST_WIDTH, placePx - placePx % WIDTH_STEP);
  return width > MOST_WIDTH ? undefined : width;
}
