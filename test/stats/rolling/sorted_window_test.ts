import assert from "node:assert/strict";
import fc from "fast-check";
import { median } from "simple-statistics";
import { SortedWindow } from "../../../lib/stats/rolling/sorted_window.ts";

Deno.test("SortedWindow has the median and mean of the last values", () => {
  const values = fc.array(fc.integer({ min: -5, max: 5 }), {
    minLength: 1,
    maxLength: 40,
    size: "max",
  });
  fc.assert(fc.property(values, fc.integer({ min: 1, max: 9 }), (values, size) => {
    const window = new SortedWindow(size);
    values.forEach((value, i) => {
      window.push(value);
      const held = values.slice(Math.max(0, i + 1 - size), i + 1);
      assert.equal(window.n, held.length);
      assert.equal(window.median, median(held));
      assert.ok(Math.abs(window.mean - held.reduce((a, b) => a + b, 0) / held.length) < 1e-12);
    });
  }));
});

Deno.test("SortedWindow is NaN when empty and refuses NaN", () => {
  const window = new SortedWindow(3);
  assert.ok(Number.isNaN(window.median) && Number.isNaN(window.mean));
  assert.throws(() => window.push(NaN), /got NaN/);
  assert.throws(() => new SortedWindow(0), /size must be/);
});
