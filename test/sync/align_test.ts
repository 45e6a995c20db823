import assert from "node:assert/strict";
import { MINUTE } from "../../lib/model/time.ts";
import { align } from "../../lib/sync/align.ts";
import { gridOf, MONDAY } from "./grids.ts";

const grids = new Map([
  ["BTCUSDT", gridOf([1, 2, "a", 4])],
  ["ES", gridOf([10, 11, 12, "-"], MONDAY + MINUTE)],
]);

Deno.test("align puts instruments on one axis and carries nothing forward", () => {
  const { instruments, openTime, closes, returns, complete } = align(grids);
  assert.deepEqual(instruments, ["BTCUSDT", "ES"]);
  assert.deepEqual([...openTime], [0, 1, 2, 3, 4].map((i) => MONDAY + i * MINUTE));
  assert.deepEqual(closes.map((c) => [...c]), [[1, 2, NaN, 4, NaN], [NaN, 10, 11, 12, NaN]]);
  assert.deepEqual([...complete], [0, 1, 0, 1, 0]);
  assert.equal(returns[0]![1], Math.log1p(1));
  assert.ok([0, 2, 3, 4].every((i) => Number.isNaN(returns[0]![i])));
  assert.ok(Math.abs(returns[1]![3]! - Math.log(12 / 11)) < 1e-15);
});

Deno.test("align cuts to the time asked for, and keeps the returns at its edge", () => {
  const cut = align(grids, { from: MONDAY + 90_000, to: MONDAY + 4 * MINUTE });
  assert.deepEqual([...cut.openTime], [MONDAY + 2 * MINUTE, MONDAY + 3 * MINUTE]);
  assert.ok(Math.abs(cut.returns[1]![0]! - Math.log(11 / 10)) < 1e-15);
});

Deno.test("align gives an instrument that has not begun a column of NaN", () => {
  const one = align(new Map([["A", gridOf([1, 2])], ["B", gridOf([], NaN)]]));
  assert.deepEqual(one.closes.map((c) => [...c]), [[1, 2], [NaN, NaN]]);
  assert.deepEqual([...one.complete], [0, 0]);
  assert.equal(align(new Map()).openTime.length, 0);
  assert.equal(align(grids, { from: MONDAY + 3 * MINUTE, to: MONDAY }).openTime.length, 0);
});
