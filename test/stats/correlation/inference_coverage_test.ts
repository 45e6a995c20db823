import assert from "node:assert/strict";
import { effectiveN } from "../../../lib/stats/correlation/effective_n.ts";
import { pearson } from "../../../lib/stats/correlation/pearson.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import {
  resampleRows,
  stationaryBootstrap,
} from "../../../lib/stats/correlation/stationary_bootstrap.ts";
import { gaussianPairs, gaussians } from "../gaussian_pairs.ts";

/** Share of simulated samples whose interval holds the true correlation, in percent. */
function coverage(
  samples: number,
  r: number,
  interval: (sample: number) => { lo: number; hi: number },
) {
  let held = 0;
  for (let sample = 0; sample < samples; sample++) {
    const { lo, hi } = interval(sample);
    if (lo <= r && r <= hi) held++;
  }
  return 100 * held / samples;
}

Deno.test("pearson: 95 % intervals hold the true correlation in 95 ± 1 % of 10,000 samples", () => {
  const normal = gaussians(seededRandom(11));
  for (const [r, n] of [[0, 24], [0.5, 60], [-0.9, 32]] as const) {
    const percent = coverage(10_000, r, () => {
      const { x, y } = gaussianPairs(n, r, normal);
      return pearson(x, y, { basis: "rows" });
    });
    assert.ok(Math.abs(percent - 95) < 1, `r ${r}, n ${n}: ${percent} %`);
  }
});

Deno.test("pearson: the effective n keeps the interval honest when rows remember, all rows do not", () => {
  const normal = gaussians(seededRandom(12));
  const samples = Array.from({ length: 1_500 }, () => gaussianPairs(400, 0, normal, 0.7));
  const effective = coverage(1_500, 0, (i) => pearson(samples[i]!.x, samples[i]!.y));
  const naive = coverage(1_500, 0, (i) => pearson(samples[i]!.x, samples[i]!.y, { basis: "rows" }));
  assert.ok(Math.abs(effective - 95) < 2, `effective ${effective} %`);
  assert.ok(naive < 80, `all rows ${naive} %`);
});

Deno.test("effectiveN is n / (1 + 2 Σ ρρ) for an autoregression, and n for noise", () => {
  const normal = gaussians(seededRandom(13));
  const { x, y } = gaussianPairs(50_000, 0, normal, 0.8);
  const theory = 50_000 * (1 - 0.64) / (1 + 0.64);
  assert.ok(Math.abs(effectiveN(x, y) / theory - 1) < 0.1, `${effectiveN(x, y)}, not ${theory}`);
  const noise = gaussianPairs(5_000, 0.4, normal);
  assert.ok(effectiveN(noise.x, noise.y) > 4_800);
  assert.ok(Number.isNaN(effectiveN([1, 2, NaN, 4], [1, 2, 3, 5])));
  assert.ok(Number.isNaN(effectiveN([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])));
});

Deno.test("stationaryBootstrap covers the truth where rows remember, and its seed is its only luck", () => {
  const normal = gaussians(seededRandom(14));
  const percent = coverage(300, 0.3, (sample) => {
    const { x, y } = gaussianPairs(300, 0.3, normal, 0.6);
    return stationaryBootstrap(x, y, { replications: 199, random: seededRandom(sample) });
  });
  assert.ok(percent > 89 && percent < 98, `${percent} %`);
  const { x, y } = gaussianPairs(100, 0.3, normal);
  const first = stationaryBootstrap(x, y, { replications: 99, random: seededRandom(1) });
  assert.deepEqual(stationaryBootstrap(x, y, { replications: 99 }), first);
  const other = stationaryBootstrap(x, y, { replications: 99, random: seededRandom(2) });
  assert.notEqual(other.lo, first.lo);
  assert.equal(first.n, 100);
});

Deno.test("stationaryBootstrap widens a correlation's interval where blocks cannot hold the memory", () => {
  const { x, y } = gaussianPairs(60, 0, gaussians(seededRandom(15)), 0.9);
  const plain = stationaryBootstrap(x, y, { replications: 199, interval: "percentile" });
  const scaled = stationaryBootstrap(x, y, { replications: 199 });
  assert.equal(plain.value, scaled.value);
  const widthOf = ({ lo, hi }: { lo: number; hi: number }) => Math.atanh(hi) - Math.atanh(lo);
  assert.ok(widthOf(scaled) > 1.3 * widthOf(plain), `${widthOf(scaled)}, ${widthOf(plain)}`);
  const share = (a: Float64Array, b: Float64Array) =>
    a.reduce((sum, v, i) => sum + Number(v * b[i]! > 0), 0) / a.length;
  const ofShare = stationaryBootstrap(x, y, { replications: 19 }, share);
  assert.match(ofShare.method, /percentile/);
  const bad = { interval: "studentized" as "scaled" };
  assert.throws(() => stationaryBootstrap(x, y, bad), /interval must be/);
});

Deno.test("resampleRows makes runs of neighbours of the mean length asked for", () => {
  const rows = resampleRows(100_000, 8, seededRandom(4));
  let breaks = 1;
  rows.forEach((row, i) => {
    if (i > 0 && row !== (rows[i - 1]! + 1) % 100_000) breaks++;
  });
  assert.ok(Math.abs(100_000 / breaks - 8) < 0.3, `${100_000 / breaks}`);
});

Deno.test("stationaryBootstrap names the option out of range and says NaN for too little", () => {
  const x = [1, 2, 3, 4, 6], y = [2, 1, 4, 3, 5];
  assert.throws(() => stationaryBootstrap(x, y, { replications: 0 }), /replications must/);
  assert.throws(() => stationaryBootstrap(x, y, { level: 1 }), /level must/);
  assert.throws(() => stationaryBootstrap(x, y, { blockLength: 0.5 }), /blockLength must/);
  const { lo, replications } = stationaryBootstrap([1, 2], [2, 1]);
  assert.deepEqual([lo, replications], [NaN, 0]);
});
