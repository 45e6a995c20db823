import assert from "node:assert/strict";
import fc from "fast-check";
import { TimeAxis } from "../../../lib/charts/browser/time_axis.ts";

Deno.test("TimeAxis joins the times of all series, each once and in order", () => {
  const axis = new TimeAxis([[10, 20, 40], [20, 30, 60]], 10);
  assert.deepEqual(axis.times, [10, 20, 30, 40, 60]);
  assert.equal(axis.last, 4);
  assert.equal(axis.positionOf(30), 2);
  assert.equal(axis.positionOf(50), undefined);
  assert.deepEqual(axis.jumps(), [3]);
  assert.deepEqual([5, 10, 45, 61].map((time) => axis.firstFrom(time)), [0, 0, 4, 5]);
});

Deno.test("TimeAxis runs straight between bars and evenly beyond them", () => {
  const axis = new TimeAxis([[10, 20, 60]], 10);
  assert.deepEqual([-2, 0, 0.5, 1.5, 2, 5].map((at) => axis.timeAt(at)), [-10, 10, 15, 40, 60, 90]);
  assert.ok(Number.isNaN(new TimeAxis([], 10).timeAt(0)));
});

Deno.test("TimeAxis.positionAt undoes timeAt", () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(times, fc.double({ min: -50, max: 100, noNaN: true }), (steps, position) => {
      const start = Date.UTC(2025, 11, 1);
      const column = steps.sort((a, b) => a - b).map((step) => start + step * 60_000);
      const axis = new TimeAxis([column], 60_000);
      assert.ok(Math.abs(axis.positionAt(axis.timeAt(position)) - position) < 1e-6);
    }),
  );
});
