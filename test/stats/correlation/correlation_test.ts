import assert from "node:assert/strict";
import { sampleCorrelation } from "simple-statistics";
import { correlation } from "../../../lib/stats/correlation/correlation.ts";
import { readGolden } from "../golden.ts";

Deno.test("correlation equals exact arithmetic and pandas on whole columns to 1e-12", () => {
  for (const { name, x, y, full } of readGolden().correlation) {
    const error = Math.abs(correlation(x, y).value - full);
    assert.ok(error < 1e-12, `${name}: off by ${error}`);
  }
});

Deno.test("correlation agrees with simple-statistics on plain data", () => {
  const { x, y } = readGolden().correlation.find((c) => c.name === "returns")!;
  const reference = sampleCorrelation([...x], [...y]);
  assert.ok(Math.abs(correlation(x, y).value - reference) < 1e-13);
});

Deno.test("correlation counts only rows where both sides are finite", () => {
  const x = [1, NaN, 3, 4, Infinity, 6], y = [2, 2, NaN, 1, 5, 0];
  const dense = correlation([1, 4, 6], [2, 1, 0]);
  assert.deepEqual(correlation(x, y), dense);
  assert.equal(dense.n, 3);
});

Deno.test("correlation is NaN, never 0, for a constant side, one row or none", () => {
  assert.deepEqual(correlation([0.1, 0.1, 0.1], [1, 2, 4]), { value: NaN, n: 3 });
  assert.deepEqual(correlation([1], [2]), { value: NaN, n: 1 });
  assert.deepEqual(correlation([], []), { value: NaN, n: 0 });
});

Deno.test("correlation refuses columns of different length", () => {
  assert.throws(() => correlation([1, 2], [1]), /equally long, got 2 and 1/);
});
