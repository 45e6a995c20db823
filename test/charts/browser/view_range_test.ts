import assert from "node:assert/strict";
import { TimeAxis } from "../../../lib/charts/browser/time_axis.ts";
import {
  followed,
  initialRange,
  positionsOf,
  rangeAt,
  readRange,
} from "../../../lib/charts/browser/view_range.ts";

const MINUTE = 60_000;
const START = Date.UTC(2025, 11, 1);
const minutes = (from: number, to: number) =>
  new TimeAxis([Array.from({ length: to - from }, (_, i) => START + (from + i) * MINUTE)], MINUTE);

Deno.test("rangeAt follows while the newest bar shows, and holds the time once it does not", () => {
  const axis = minutes(0, 100);
  assert.deepEqual(rangeAt(axis, { from: 40, to: 103 }), {
    kind: "following",
    span: 63,
    margin: 4,
  });
  assert.equal(rangeAt(axis, { from: 40, to: 98.6 }).kind, "following");
  assert.deepEqual(rangeAt(axis, { from: 10.5, to: 60 }), {
    kind: "fixed",
    from: START + 10.5 * MINUTE,
    to: START + 60 * MINUTE,
  });
});

Deno.test("positionsOf moves with the newest bar when following", () => {
  const range = rangeAt(minutes(0, 100), { from: 40, to: 103 });
  assert.deepEqual(positionsOf(minutes(1, 101), range), { from: 40, to: 103 });
  assert.deepEqual(positionsOf(minutes(0, 105), range), { from: 45, to: 108 });
});

Deno.test("positionsOf finds a fixed range again when bars come, go, or are filled in", () => {
  const holes = new TimeAxis([[0, 1, 2, 5, 6, 7, 8].map((i) => START + i * MINUTE)], MINUTE);
  const range = rangeAt(holes, { from: 1, to: 4 });
  assert.deepEqual(positionsOf(minutes(0, 10), range), { from: 1, to: 6 });
  assert.deepEqual(positionsOf(minutes(3, 20), range), { from: -2, to: 3 }, "its start has left");
  assert.equal(positionsOf(minutes(50, 60), range), undefined, "all of it has left");
  assert.equal(positionsOf(new TimeAxis([], MINUTE), range), undefined);
});

Deno.test("initialRange shows bars of about 8 px, followed", () => {
  assert.deepEqual(initialRange(800), { kind: "following", span: 100, margin: 4 });
  assert.equal(positionsOf(minutes(0, 500), initialRange(10_000))!.from, 203);
  assert.deepEqual(followed({ from: 3, to: 33 }), { kind: "following", span: 30, margin: 4 });
});

Deno.test("readRange takes what it wrote and nothing else", () => {
  for (const range of [initialRange(800), { kind: "fixed" as const, from: 1, to: 2 }]) {
    assert.deepEqual(readRange(JSON.parse(JSON.stringify(range))), range);
  }
  const strange = [undefined, null, 7, "x", {}, { kind: "fixed", from: 2, to: 1 }, {
    kind: "following",
    span: -1,
    margin: 0,
  }, { kind: "following", span: null, margin: 0 }];
  for (const kept of strange) assert.equal(readRange(kept), undefined);
});
