import assert from "node:assert/strict";
import fc from "fast-check";
import { kendall } from "../../../lib/stats/correlation/kendall.ts";
import { pearson } from "../../../lib/stats/correlation/pearson.ts";
import { spearman } from "../../../lib/stats/correlation/spearman.ts";
import { distance, type Golden, numbersOf, readAnswers } from "../closeness.ts";

interface Case {
  name: string;
  x: Golden;
  y: Golden;
  spearman: Golden;
  kendall: Golden;
  pearson?: Golden;
}

for (const expected of readAnswers<{ pairs: Case[] }>("correlation_family.jsonl").pairs) {
  Deno.test(`spearman, kendall and pearson equal scipy: ${expected.name}`, () => {
    const x = numbersOf(expected.x), y = numbersOf(expected.y);
    const rho = spearman(x, y), tau = kendall(x, y);
    assert.ok(distance(rho.value, expected.spearman[0]!, 1e-3) < 1e-12, `rho ${rho.value}`);
    assert.ok(distance(tau.value, expected.kendall[0]!, 1e-3) < 1e-12, `tau ${tau.value}`);
    // Up to 9 pairs ours is counted out; scipy rounds a perfect rho to 1 or an ulp less, as it comes.
    if (rho.n <= 9) assert.ok(rho.pvalue >= expected.spearman[1]! - 1e-12);
    else if (Math.abs(rho.value) < 1 - 1e-12) {
      assert.ok(distance(rho.pvalue, expected.spearman[1]!, 0) < 1e-9, `p ${rho.pvalue}`);
    } else assert.equal(rho.pvalue, 0);
    assert.ok(distance(tau.pvalue, expected.kendall[1]!, 0) < 1e-10, `p ${tau.pvalue}`);
    if (expected.pearson === undefined) return;
    const r = pearson(x, y, { basis: "rows", level: 0.9 });
    [r.value, r.pvalue, r.lo, r.hi].forEach((value, i) => {
      const error = distance(value, expected.pearson![i]!, i === 1 ? 0 : 1e-3);
      assert.ok(error < 1e-10, `pearson ${i} is off by ${error}`);
    });
  });
}

const column = fc.array(
  fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -99, max: 99 })),
  {
    minLength: 2,
    maxLength: 40,
    size: "max",
  },
);

Deno.test("kendall counts as all pairs of rows do", () => {
  fc.assert(fc.property(column, (rows) => {
    let balance = 0, freeX = 0, freeY = 0;
    rows.forEach(([a, b], i) => {
      for (const [c, d] of rows.slice(i + 1)) {
        balance += Math.sign(a - c) * Math.sign(b - d);
        freeX += Math.abs(Math.sign(a - c));
        freeY += Math.abs(Math.sign(b - d));
      }
    });
    const { value } = kendall(rows.map(([a]) => a), rows.map(([, b]) => b));
    const tau = rows.length < 3 ? NaN : balance / Math.sqrt(freeX * freeY);
    assert.ok(distance(value, tau, 1) < 1e-14);
  }));
});

Deno.test("rank correlations are symmetric, within ±1, and see order alone", () => {
  fc.assert(fc.property(column, (rows) => {
    const x = rows.map(([a]) => a), y = rows.map(([, b]) => b);
    for (const rank of [spearman, kendall]) {
      const plain = rank(x, y);
      assert.ok(!(Math.abs(plain.value) > 1));
      assert.ok(distance(rank(y, x).value, plain.value, 1) < 1e-14);
      const bent = rank(x.map((v) => 1e9 + v ** 3), y.map((v) => -Math.exp(v)));
      assert.ok(distance(-bent.value, plain.value, 1) < 1e-14);
      assert.ok(distance(bent.pvalue, plain.pvalue, 1e-9) < 1e-9);
    }
  }));
});

Deno.test("rank correlations leave gaps out and say NaN where there is nothing to rank", () => {
  const gaps = spearman([1, NaN, 2, 3, 9], [2, 4, 3, 7, Infinity]);
  assert.deepEqual(gaps, { value: 1, pvalue: 1 / 3, n: 3 });
  assert.deepEqual(spearman([1, 2], [1, 2]), { value: NaN, pvalue: NaN, n: 2 });
  assert.deepEqual(kendall([1], [1]), { value: NaN, pvalue: NaN, n: 1 });
  assert.ok(Number.isNaN(spearman([1, 1, 1, 1], [1, 2, 3, 4]).value));
  assert.ok(Number.isNaN(kendall([1, 2, 3], [5, 5, 5]).value));
  assert.deepEqual(kendall([1, 2], [3, 4]), { value: NaN, pvalue: NaN, n: 2 });
  assert.equal(kendall([1, 2, 3], [3, 4, 5]).value, 1);
  assert.throws(() => spearman([1], [1, 2]), /equally long/);
});

Deno.test("spearman is exact up to 9 pairs, with ties and without", () => {
  const cases = readAnswers<{ x: number[]; y: number[]; pvalue: number }[]>("exact_ranks.json");
  assert.ok(cases.length > 15);
  for (const { x, y, pvalue } of cases) {
    assert.ok(distance(spearman(x, y).pvalue, pvalue, 0) < 1e-12, `${x} / ${y}`);
  }
});
