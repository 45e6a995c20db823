import assert from "node:assert/strict";
import { normalizedRatio } from "../../lib/sync/normalized_ratio.ts";

Deno.test("the ratio starts at 100 where both are known, with the moves of both sides", () => {
  const { value, moveA, moveB } = normalizedRatio([NaN, 20, 30, 22], [5, 4, NaN, 5], { window: 2 });
  assert.deepEqual([...value].map((one) => one.toFixed(6)), [
    "NaN",
    "100.000000",
    "NaN",
    "88.000000",
  ]);
  assert.deepEqual([...moveA].map((one) => one.toFixed(2)), ["NaN", "0.00", "NaN", "10.00"]);
  assert.deepEqual([...moveB].map((one) => one.toFixed(2)), ["NaN", "0.00", "NaN", "25.00"]);
});

Deno.test("beyond two standard deviations is marked on its side, by the naive formula", () => {
  const a = Array.from(
    { length: 60 },
    (_, i) => 100 + Math.sin(i * 2.3) + (i === 40 ? 9 : i === 55 ? -9 : 0),
  );
  const b = a.map(() => 50);
  const { value, beyond, upper, lower } = normalizedRatio(a, b, { window: 20 });
  for (let row = 0; row < 60; row++) {
    const window = [...value.slice(row - 19, row + 1)];
    if (row < 19) {
      assert.equal(beyond[row], 0);
      continue;
    }
    const mean = window.reduce((sum, one) => sum + one, 0) / 20;
    const sd = Math.sqrt(window.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 20);
    assert.ok(Math.abs(upper[row]! - mean - 2 * sd) < 1e-9);
    assert.ok(Math.abs(lower[row]! - mean + 2 * sd) < 1e-9);
    assert.equal(
      beyond[row],
      value[row]! > mean + 2 * sd ? 1 : value[row]! < mean - 2 * sd ? -1 : 0,
    );
  }
  assert.deepEqual([beyond[40], beyond[55]], [1, -1]);
});

Deno.test("without a common row everything is unknown", () => {
  const { value, beyond, moveA } = normalizedRatio([NaN, 1], [1, NaN]);
  assert.ok([...value, ...moveA].every(Number.isNaN));
  assert.deepEqual([...beyond], [0, 0]);
});

Deno.test("bands begin anew where another contract begins, by the rows from there on alone", () => {
  const a = Array.from({ length: 12 }, (_, i) => 100 + i % 3), b = a.map((_, i) => i < 6 ? 10 : 20);
  const whole = normalizedRatio(a, b, { window: 3, restarts: [6] });
  const later = normalizedRatio(a.slice(6), b.slice(6), { window: 3 });
  assert.ok(Number.isNaN(whole.middle[7]!) && !Number.isNaN(whole.middle[5]!));
  assert.ok(
    Math.abs(whole.middle[8]! / whole.value[8]! - later.middle[2]! / later.value[2]!) < 1e-12,
  );
  assert.throws(() => normalizedRatio(a, b, { restarts: [1.5] }), /restarts/);
});
