import assert from "node:assert/strict";
import { mergeSnapshot } from "../../../lib/charts/browser/kept_bars.ts";

const bars = (from: number, to: number, close = 1) =>
  Array.from({ length: to - from }, (_, i) => ({
    openTime: from + i,
    open: 1,
    high: 1,
    low: 1,
    close,
    volume: 1,
  }));

Deno.test("mergeSnapshot keeps older bars and believes the snapshot for its own time", () => {
  assert.deepEqual(mergeSnapshot(bars(0, 10), bars(4, 12, 2), 100), [
    ...bars(0, 4),
    ...bars(4, 12, 2),
  ]);
  assert.deepEqual(mergeSnapshot(bars(0, 10), bars(4, 8, 2), 100), [
    ...bars(0, 4),
    ...bars(4, 8, 2),
  ]);
});

Deno.test("mergeSnapshot keeps at most so many, the newest", () => {
  assert.deepEqual(mergeSnapshot(bars(0, 10), bars(9, 12), 5), bars(7, 12));
});

Deno.test("mergeSnapshot starts anew where the snapshot does not join on", () => {
  assert.deepEqual(mergeSnapshot(bars(0, 10), bars(20, 25), 100), bars(20, 25));
  assert.deepEqual(mergeSnapshot([], bars(0, 3), 100), bars(0, 3));
  assert.deepEqual(mergeSnapshot(bars(0, 3), [], 100), []);
});
