import assert from "node:assert/strict";
import fc from "fast-check";
import { effectiveN } from "../../../lib/stats/correlation/effective_n.ts";
import { deviationsOfPairs } from "../../../lib/stats/correlation/pair_deviations.ts";
import { pearson } from "../../../lib/stats/correlation/pearson.ts";
import {
  effectivePairs,
  inflationParts,
} from "../../../lib/stats/correlation/variance_inflation.ts";

interface Case {
  readonly name: string;
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
  readonly n: number;
  readonly tails: number;
  readonly memory: number;
  readonly nEff: number;
}

const { cases }: { cases: Case[] } = JSON.parse(
  Deno.readTextFileSync(new URL("../../golden/effective_n.json", import.meta.url)),
);
const columnOf = (values: readonly (number | null)[]) =>
  Float64Array.from(values, (value) => value ?? NaN);

Deno.test("the inflation equals derivatives by weight, hat matrices and sums taken in numpy", () => {
  assert.equal(cases.length, 8);
  for (const { name, x, y, n, tails, memory, nEff } of cases) {
    const pairs = deviationsOfPairs(columnOf(x), columnOf(y));
    assert.equal(pairs.n, n, name);
    const found = inflationParts(pairs.x, pairs.y, pairs.follows, n);
    assert.ok(Math.abs(found.tails / tails - 1) < 1e-9, `${name}: tails ${found.tails}, ${tails}`);
    assert.ok(Math.abs(found.memory / memory - 1) < 1e-12, `${name}: memory ${found.memory}`);
    const pairsLeft = effectivePairs(n, found.tails * found.memory);
    assert.ok(Math.abs(pairsLeft / nEff - 1) < 1e-9, `${name}: ${pairsLeft}, not ${nEff}`);
    // Longer memory can only take more away.
    assert.ok(effectiveN(columnOf(x), columnOf(y)) < nEff * (1 + 1e-9), name);
  }
  assert.ok(cases.some(({ tails }) => tails > 3) && cases.some(({ memory }) => memory > 2));
});

Deno.test("effectiveN lies above 3 and not above n, whatever level, scale and order of sides", () => {
  const value = fc.double({ min: -5, max: 5, noNaN: true });
  const rows = fc.array(fc.tuple(value, value), { minLength: 5, maxLength: 60 });
  fc.assert(fc.property(rows, (rows) => {
    const x = Float64Array.from(rows, ([a]) => a), y = Float64Array.from(rows, ([, b]) => b);
    const n = effectiveN(x, y);
    if (Number.isNaN(n)) return;
    assert.ok(n > 3 && n <= rows.length, `${n} of ${rows.length}`);
    assert.ok(Math.abs(effectiveN(y, x) / n - 1) < 1e-9);
    const scaled = effectiveN(x.map((v) => v * 2 ** 400), y.map((v) => -v * 2 ** -400));
    assert.ok(Math.abs(scaled / n - 1) < 1e-9, `${scaled}, not ${n}`);
  }));
});

Deno.test("a row that makes the correlation alone widens its interval over 0", () => {
  const { x, y } = cases.find(({ name }) => name === "one row makes it")!;
  const robust = pearson(columnOf(x), columnOf(y));
  const naive = pearson(columnOf(x), columnOf(y), { basis: "rows" });
  assert.ok(naive.value > 0.9 && naive.lo > 0.85, `${naive.lo}`);
  assert.ok(robust.lo < 0.6 && robust.nEff < 8, `${robust.lo}, ${robust.nEff}`);
});

Deno.test("an exact relation and a constant side inflate nothing", () => {
  const ramp = Float64Array.from({ length: 30 }, (_, i) => i * i % 17);
  const exact = deviationsOfPairs(ramp, ramp.map((v) => 3 - v));
  const { tails } = inflationParts(exact.x, exact.y, exact.follows, exact.n);
  assert.equal(tails, 1);
  assert.ok(Number.isNaN(effectiveN(ramp, ramp.map(() => 1))));
  assert.throws(() => effectiveN(ramp, ramp, { causes: "tails" as "all" }), /causes must be/);
});

Deno.test("pearson and effectiveN hold where the sum of a column is beyond doubles", () => {
  const wave = (row: number, step: number) => Math.sin(row * row * step);
  const x = Float64Array.from({ length: 400 }, (_, row) => wave(row, 0.7) + 3);
  const y = Float64Array.from({ length: 400 }, (_, row) => x[row]! + wave(row, 0.3));
  x[0] = 0;
  const small = pearson(x, y);
  const far = pearson(x.map((v) => v * 2 ** 1020), y.map((v) => v * 2 ** -1020));
  assert.ok(Math.abs(far.value - small.value) < 1e-14, `${far.value}, not ${small.value}`);
  assert.ok(Math.abs(far.nEff / small.nEff - 1) < 1e-9, `${far.nEff}, not ${small.nEff}`);
});
