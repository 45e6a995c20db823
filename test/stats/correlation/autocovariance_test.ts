import assert from "node:assert/strict";
import {
  Autocovariances,
  deviationsInRows,
  memoryOf,
} from "../../../lib/stats/correlation/autocovariance.ts";
import { blockLength } from "../../../lib/stats/correlation/block_length.ts";
import { effectiveN } from "../../../lib/stats/correlation/effective_n.ts";
import { lagDots } from "../../../lib/stats/dot.ts";
import { lagProducts } from "../../../lib/stats/correlation/fast_fourier.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussianPairs, gaussians } from "../gaussian_pairs.ts";

function directProducts(x: ArrayLike<number>, maxLag: number): number[] {
  return Array.from({ length: maxLag + 1 }, (_, lag) => {
    let sum = 0;
    for (let row = lag; row < x.length; row++) sum += x[row]! * x[row - lag]!;
    return sum;
  });
}

Deno.test("lagProducts are the sums of products, at every length about a block", () => {
  const normal = gaussians(seededRandom(1));
  for (const n of [1, 2, 15, 16, 17, 63, 64, 65, 100, 1_000, 1_023, 5_000]) {
    const x = Float64Array.from({ length: n }, () => normal());
    for (const maxLag of [1, 7, 40].filter((lag) => lag < n)) {
      const direct = directProducts(x, maxLag);
      lagProducts(x, maxLag).forEach((value, lag) =>
        assert.ok(Math.abs(value - direct[lag]!) < 1e-11 * n, `n ${n}, lag ${lag}`)
      );
    }
  }
});

Deno.test("autocovariances are the same to either side of the lag where the way of summing changes", () => {
  const normal = gaussians(seededRandom(2));
  const { x } = gaussianPairs(4_000, 0, normal, 0.97);
  x.forEach((_, row) => row % 7 === 3 && (x[row] = NaN));
  const known = x.filter((value) => Number.isFinite(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const found = new Autocovariances(deviationsInRows(x), 60);
  const unit = found.at(0) / (known.reduce((sum, v) => sum + (v - mean) ** 2, 0) / known.length);
  for (const lag of [31, 32, 33, 60]) {
    let sum = 0, count = 0;
    for (let row = lag; row < x.length; row++) {
      const product = (x[row]! - mean) * (x[row - lag]! - mean);
      if (Number.isNaN(product)) continue;
      sum += product;
      count++;
    }
    assert.equal(found.count(lag), count);
    const expected = unit * sum / count * (x.length - lag) / x.length;
    assert.ok(Math.abs(found.at(lag) / expected - 1) < 1e-10, `lag ${lag}`);
  }
});

Deno.test("gaps leave the memory of a column its size", () => {
  const random = seededRandom(3), normal = gaussians(random);
  const { x } = gaussianPairs(60_000, 0, normal, 0.8);
  const gappy = x.map((value) => random() < 0.6 ? NaN : value);
  const whole = memoryOf(x).covariances, holed = memoryOf(gappy).covariances;
  for (const lag of [1, 2, 5]) {
    const rho = holed.at(lag) / holed.at(0);
    assert.ok(Math.abs(rho - 0.8 ** lag) < 0.03, `lag ${lag}: ${rho}`);
    assert.ok(Math.abs(whole.at(lag) / whole.at(0) - 0.8 ** lag) < 0.02);
  }
});

Deno.test("effectiveN counts the pairs that are there: var r = 1 / nEff with 60 % missing", () => {
  const random = seededRandom(4), normal = gaussians(random);
  let squares = 0, sum = 0;
  const samples = 120, rows = 2_000;
  for (let sample = 0; sample < samples; sample++) {
    const { x, y } = gaussianPairs(rows, 0, normal, 0.8);
    x.forEach((_, row) => random() < 0.6 && (x[row] = NaN));
    sum += effectiveN(x, y) / samples;
    let xx = 0, yy = 0, xy = 0;
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(x[row])) continue;
      xx += x[row]! ** 2;
      yy += y[row]! ** 2;
      xy += x[row]! * y[row]!;
    }
    squares += xy * xy / (xx * yy) / samples;
  }
  assert.ok(Math.abs(sum * squares - 1) < 0.3, `${sum} pairs, by the variance ${1 / squares}`);
});

Deno.test("blockLength and effectiveN take a long memory in their stride", () => {
  const normal = gaussians(seededRandom(5));
  const { x, y } = gaussianPairs(20_000, 0, normal, 0.995);
  assert.ok(blockLength(x) > 60);
  const n = effectiveN(x, y);
  assert.ok(n > 40 && n < 250, `${n}`);
});

Deno.test("lagDots are the sums of products, whichever are summed together", () => {
  const normal = gaussians(seededRandom(6));
  for (const n of [0, 1, 2, 3, 5, 9, 40]) {
    const x = Float64Array.from({ length: n }, () => normal());
    for (const from of [0, 1, 3]) {
      const direct = directProducts(x, from + 10).slice(from);
      const found = lagDots(x, from, from + 10);
      assert.equal(found.length, 11);
      found.forEach((value, i) =>
        assert.ok(Math.abs(value - direct[i]!) < 1e-13, `n ${n}, lag ${from + i}`)
      );
    }
  }
});
