import assert from "node:assert/strict";
import { adf } from "../../../lib/stats/stationarity/adf.ts";
import { engleGranger } from "../../../lib/stats/stationarity/engle_granger.ts";
import { defaultLag, schwertLag } from "../../../lib/stats/stationarity/short_samples.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../gaussian_pairs.ts";

const normal = gaussians(seededRandom(2050));

function walk(rows: number, sizeAt: (t: number) => number = () => 1): Float64Array {
  let level = 0;
  return Float64Array.from({ length: rows }, (_, t) => level += sizeAt(t) * normal());
}

Deno.test("defaultLag is Schwert's from 80 rows on, and never more or fewer for a row more by much", () => {
  for (const rows of [80, 100, 250, 4_000]) assert.equal(defaultLag(rows, 1), schwertLag(rows));
  assert.equal(defaultLag(20, 1), 1);
  assert.equal(defaultLag(20, 3), 0);
  for (let rows = 12; rows < 100; rows++) {
    const more = defaultLag(rows + 1, 2) - defaultLag(rows, 2);
    assert.ok(more === 0 || more === 1, `${rows}: ${more}`);
    assert.ok(defaultLag(rows, 2) <= schwertLag(rows));
  }
});

for (const rows of [20, 30, 50]) {
  Deno.test(`adf and engleGranger call few walks of ${rows} rows stationary, and p agrees with critical`, () => {
    let alone = 0, together = 0;
    for (let sample = 0; sample < 500; sample++) {
      const x = walk(rows), y = walk(rows);
      const unit = adf(x), pair = engleGranger(y, [x]);
      for (const test of [unit, pair]) {
        assert.equal(
          test.pvalue < 0.05,
          test.stat < test.critical["5%"],
          JSON.stringify(test.stat),
        );
      }
      if (unit.pvalue < 0.05) alone++;
      if (pair.pvalue < 0.05) together++;
    }
    assert.ok(alone >= 15 && alone <= 50, `adf: ${alone} of 500`);
    assert.ok(together >= 12 && together <= 50, `engleGranger: ${together} of 500`);
  });
}

Deno.test("adf and engleGranger with a maxLag, or as statsmodels, keep the asymptotic p-value", () => {
  const x = walk(30), y = walk(30);
  const long = adf(x, { compat: "statsmodels" }), own = adf(x, { maxLag: schwertLag(30) });
  assert.deepEqual([long.stat, long.pvalue], [own.stat, own.pvalue]);
  const pair = engleGranger(y, [x], { compat: "statsmodels" });
  const same = engleGranger(y, [x], { maxLag: schwertLag(30) });
  assert.deepEqual([pair.stat, pair.pvalue], [same.stat, same.pvalue]);
  assert.throws(() => adf(x, { compat: "r" as "paper" }), /compat must be .* got "r"/);
});

Deno.test("engleGranger tests the basis of a perpetual that is its spot to a millionth", () => {
  let passed = 0;
  for (let sample = 0; sample < 30; sample++) {
    const spot = walk(2_000, () => 50), basis = walk(2_000, () => 0.02);
    const perpetual = spot.map((value, t) => value + basis[t]!);
    const test = engleGranger(perpetual, [spot]);
    assert.ok(test.collinear && Number.isFinite(test.stat));
    if (test.pvalue < 0.05) passed++;
    if (sample > 0) continue;
    const there = engleGranger(perpetual, [spot], { compat: "statsmodels" });
    assert.deepEqual([there.stat, there.pvalue, there.collinear], [-Infinity, 0, true]);
    const held = engleGranger(spot.map((value) => value + 0.1 * normal()), [spot]);
    assert.ok(held.collinear && held.pvalue < 1e-6, "a basis that reverts");
  }
  assert.ok(passed <= 5, `${passed} of 30`);
});

Deno.test("the wild bootstrap of adf and engleGranger stands volatility that falls to a fifth", () => {
  const count = { adf: 0, wildAdf: 0, pair: 0, wildPair: 0 }, samples = 40;
  for (let seed = 0; seed < samples; seed++) {
    const size = (t: number) => t < 16 ? 5 : 1;
    const x = walk(80, size), y = walk(80, size);
    const options = { bootstrap: 99, seed, autolag: null, maxLag: 1 };
    const one = adf(x, options), two = engleGranger(y, [x], options);
    if (one.pvalue < 0.05) count.adf++;
    if (one.bootstrapPvalue < 0.05) count.wildAdf++;
    if (two.pvalue < 0.05) count.pair++;
    if (two.bootstrapPvalue < 0.05) count.wildPair++;
  }
  assert.ok(count.adf > 0.25 * samples && count.pair > 0.1 * samples, JSON.stringify(count));
  assert.ok(
    count.wildAdf < 0.17 * samples && count.wildPair < 0.15 * samples,
    JSON.stringify(count),
  );
});

Deno.test("the wild bootstrap is reproducible, has no unit and finds what reverts", () => {
  let state = 0;
  const swing = Float64Array.from({ length: 120 }, () => state = 0.5 * state + normal());
  const x = walk(120), y = x.map((value, t) => 2 * value + swing[t]!);
  for (const regression of ["n", "c", "ct"] as const) {
    const options = { bootstrap: 199, regression, maxLag: 2 };
    const test = adf(swing, options);
    assert.ok(test.bootstrapPvalue <= 0.02);
    const moved = adf(swing.map((value) => value * 2 ** 300), options);
    assert.equal(moved.bootstrapPvalue, test.bootstrapPvalue);
  }
  const [first, again, other] = [1, 1, 2].map((seed) => {
    return engleGranger(walkOf(x), [x], { bootstrap: 99, seed }).bootstrapPvalue;
  });
  assert.equal(first, again);
  assert.notEqual(first, other);
  assert.ok(engleGranger(y, [x], { bootstrap: 99, maxLag: 2 }).bootstrapPvalue <= 0.02);
  assert.ok(Number.isNaN(adf(swing).bootstrapPvalue));
  assert.ok(Number.isNaN(engleGranger(x, [x.slice()], { bootstrap: 9 }).bootstrapPvalue));
  assert.throws(() => adf(swing, { bootstrap: -1 }), /bootstrap must/);
});

/** A walk that has nothing to do with another, the same each time. */
function walkOf(x: Float64Array): Float64Array {
  let level = 0;
  return x.map((_, t) => level += Math.sin(t * t));
}
