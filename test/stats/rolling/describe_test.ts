import assert from "node:assert/strict";
import fc from "fast-check";
import {
  interquartileRange,
  sampleKurtosis,
  sampleSkewness,
  sampleStandardDeviation,
} from "simple-statistics";
import { describe } from "../../../lib/stats/rolling/describe.ts";
import { quantile } from "../../../lib/stats/rolling/quantile.ts";
import { distance, farthest, type Golden, numbersOf, readAnswers } from "../closeness.ts";

type Case =
  & { name: string; x: Golden; p: number[]; quantiles: Golden }
  & Record<"mean" | "sd1" | "skew" | "kurt" | "min" | "max" | "median", number | null>;

for (const expected of readAnswers<{ describe: Case[] }>("rolling.jsonl").describe) {
  Deno.test(`describe equals exact arithmetic: ${expected.name}`, () => {
    const actual = describe(numbersOf(expected.x));
    assert.equal(actual.n, expected.x.length);
    for (const name of ["mean", "sd1", "min", "max", "median"] as const) {
      assert.ok(distance(actual[name], expected[name], 1e-200) < 1e-13, name);
    }
    assert.ok(distance(actual.var1, expected.sd1! ** 2, 1e-300) < 1e-13, "var1");
    assert.ok(distance(actual.skew1, expected.skew, 1) < 1e-12, "skew1");
    assert.ok(distance(actual.kurt1, expected.kurt, 1) < 1e-12, "kurt1");
    const quantiles = expected.p.map((p) => actual.quantile(p));
    assert.ok(farthest(quantiles, numbersOf(expected.quantiles), 1e-200) < 1e-14, "quantile");
  });
}

Deno.test("describe agrees with simple-statistics", () => {
  const column = fc.array(fc.integer({ min: -1e6, max: 1e6 }), {
    minLength: 4,
    maxLength: 50,
    size: "max",
  })
    .filter((values) => new Set(values).size > 1);
  fc.assert(fc.property(column, (values) => {
    const d = describe(values);
    assert.ok(distance(d.sd1, sampleStandardDeviation(values), 1e-9) < 1e-11);
    assert.ok(distance(d.skew1, sampleSkewness(values), 1) < 1e-9);
    assert.ok(distance(d.kurt1, sampleKurtosis(values), 1) < 1e-9);
    const range = d.quantile(0.75) - d.quantile(0.25);
    assert.ok(distance(range, interquartileRange(values), 1) < 1e-12);
  }));
});

Deno.test("describe leaves gaps out and says NaN where there is too little", () => {
  const none = describe([NaN, Infinity]);
  const { n, mean, sd1, min, median } = none;
  assert.deepEqual([n, mean, sd1, min, median], [0, NaN, NaN, NaN, NaN]);
  assert.ok(Number.isNaN(none.quantile(0.5)));
  const one = describe([NaN, 3]);
  assert.deepEqual([one.n, one.mean, one.var1, one.max], [1, 3, NaN, 3]);
  const two = describe([3, 5]);
  assert.deepEqual([two.var1, two.skew1, two.kurt1], [2, NaN, NaN]);
  const flat = describe([0.1, 0.1, 0.1, 0.1, 0.1]);
  assert.deepEqual([flat.mean, flat.sd1, flat.skew1, flat.kurt1], [0.1, 0, NaN, NaN]);
});

Deno.test("quantile names a p out of range", () => {
  assert.throws(() => quantile([1], 1.01), /p must be within 0..1/);
  assert.throws(() => describe([1]).quantile(NaN), /p must be within 0..1/);
});
