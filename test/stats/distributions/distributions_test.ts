import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chi2Survival,
  fSurvival,
  normalSurvival,
  tQuantile,
  tSurvival,
  tTwoSided,
} from "../../../lib/stats/distributions/distributions.ts";
import { distance, readAnswers } from "../closeness.ts";

const rows = readAnswers<[string, number, number, number, number][]>("distributions.json");
const survival: Record<string, (at: number, first: number, second: number) => number> = {
  normal: normalSurvival,
  t: tSurvival,
  chi2: chi2Survival,
  f: fSurvival,
};

for (const [name, of] of Object.entries(survival)) {
  Deno.test(`${name} survival is exact to 1e-12 relative, from the centre to 1e-300`, () => {
    const cases = rows.filter(([which]) => which === name);
    assert.ok(cases.some(([, , , , value]) => value < 1e-250), "the far tail is among them");
    for (const [, at, first, second, expected] of cases) {
      const error = distance(of(at, first, second), expected, 0);
      assert.ok(error < 1e-12, `${name}(${at}, ${first}, ${second}) is off by ${error}`);
    }
  });
}

Deno.test("tSurvival keeps its power tail where t² leaves the range of doubles", () => {
  // One degree of freedom is Cauchy: 1/(π t) far out.
  assert.ok(distance(tSurvival(1e200, 1), 1 / (Math.PI * 1e200), 0) < 1e-13);
  assert.equal(tSurvival(Infinity, 5), 0);
  assert.equal(tSurvival(-Infinity, 5), 1);
  assert.ok(Number.isNaN(tSurvival(NaN, 5)));
  assert.equal(tSurvival(2, Infinity), normalSurvival(2));
  assert.equal(tTwoSided(-2, 7), 2 * tSurvival(2, 7));
});

Deno.test("survival functions say NaN for NaN and keep to 0 and 1 at the ends", () => {
  assert.ok(Number.isNaN(normalSurvival(NaN)) && Number.isNaN(chi2Survival(NaN, 2)));
  assert.ok(Number.isNaN(fSurvival(NaN, 1, 2)));
  assert.deepEqual([normalSurvival(Infinity), normalSurvival(-Infinity)], [0, 1]);
  assert.deepEqual([chi2Survival(0, 3), chi2Survival(Infinity, 3)], [1, 0]);
  assert.deepEqual([fSurvival(0, 3, 4), fSurvival(Infinity, 3, 4)], [1, 0]);
  assert.throws(() => tSurvival(1, 0), RangeError);
  assert.throws(() => fSurvival(1, 2, -1), RangeError);
  assert.throws(() => chi2Survival(1, NaN), RangeError);
});

Deno.test("tQuantile inverts tSurvival, far tails included", () => {
  const exponent = fc.double({ min: -290, max: -0.31, noNaN: true });
  const df = fc.double({ min: 1, max: 1e6, noNaN: true });
  fc.assert(fc.property(exponent, df, (power, freedom) => {
    const p = 10 ** power;
    const t = tQuantile(p, freedom);
    // A tail this heavy may lie beyond the largest double.
    if (t === -Infinity) return freedom < 1.1;
    return distance(tSurvival(-t, freedom), p, 0) < 1e-11;
  }));
  assert.equal(tQuantile(0.5, 3), 0);
  assert.deepEqual([tQuantile(0, 3), tQuantile(1, 3)], [-Infinity, Infinity]);
  assert.equal(tQuantile(0.75, 4), -tQuantile(0.25, 4));
});
