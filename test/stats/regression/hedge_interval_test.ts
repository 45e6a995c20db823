import assert from "node:assert/strict";
import { hedgeInterval } from "../../../lib/stats/regression/hedge_interval.ts";
import { ols } from "../../../lib/stats/regression/ols.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { distance, readAnswers } from "../closeness.ts";
import { gaussians } from "../gaussian_pairs.ts";
import { revertingPair } from "../reverting_pair.ts";

const cases = readAnswers<
  { x: number[]; y: number[]; rows: number[]; phi: number; beta: number; se: number }[]
>("hedge_interval.json");

Deno.test("hedgeInterval finds the φ of nlme's gls by restricted likelihood, across gaps too", () => {
  for (const { x, y, rows, phi, beta, se } of cases) {
    const gappy = y.map((value, row) => rows.includes(row) ? value : NaN);
    const found = hedgeInterval(gappy, x);
    assert.equal(found.n, rows.length);
    assert.ok(distance(found.phi, phi, 0) < 1e-4, `${found.phi} ${phi}`);
    // Averaged over φ, beta is near that of the best φ, and a little less certain.
    assert.ok(Math.abs(found.beta - beta) < 0.2 * se, `${found.beta} ${beta} ${se}`);
    assert.ok(found.se > 0.97 * se && found.se < 1.3 * se, `${found.se} ${se}`);
  }
});

Deno.test("hedgeInterval is the average over φ of generalised least squares with the whole covariance", () => {
  const { x, y } = revertingPair(30, 0.7, gaussians(seededRandom(5)));
  const rows = [...x.keys()].filter((row) => row !== 12 && row !== 13);
  const found = hedgeInterval(y.map((value, row) => rows.includes(row) ? value : NaN), x);
  const fits: { beta: number; variance: number; log: number }[] = [];
  for (let phi = -0.95; phi < 1; phi += 0.0025) {
    const covariance = rows.map((a) => {
      return rows.map((b) => phi ** Math.abs(a - b) / (1 - phi * phi));
    });
    fits.push(generalised(rows.map((row) => y[row]!), rows.map((row) => x[row]!), covariance));
  }
  const most = Math.max(...fits.map(({ log }) => log));
  let weights = 0, mean = 0, square = 0;
  for (const { beta, variance, log } of fits) {
    const weight = Math.exp(log - most);
    weights += weight;
    mean += weight * beta;
    square += weight * (variance + beta * beta);
  }
  mean /= weights;
  const se = Math.sqrt(square / weights - mean * mean);
  assert.ok(Math.abs(found.beta - mean) < 0.02 * se, `${found.beta} ${mean} ${se}`);
  assert.ok(distance(found.se, se, 0) < 0.02, `${found.se} ${se}`);
});

/** Beta, its variance and the restricted log-likelihood, by Gauss and Jordan on [V | 1 x y]. */
function generalised(y: number[], x: number[], covariance: number[][]) {
  const n = y.length, ones = y.map(() => 1);
  const table = covariance.map((row, i) => [...row, 1, x[i]!, y[i]!]);
  let logs = 0;
  for (let k = 0; k < n; k++) {
    const pivot = table[k]![k]!;
    logs += Math.log(pivot);
    for (let j = k; j < n + 3; j++) table[k]![j]! /= pivot;
    for (let i = 0; i < n; i++) {
      const share = table[i]![k]!;
      if (i === k || share === 0) continue;
      for (let j = k; j < n + 3; j++) table[i]![j]! -= share * table[k]![j]!;
    }
  }
  const form = (left: number[], at: number) => {
    return left.reduce((sum, value, i) => sum + value * table[i]![n + at]!, 0);
  };
  const a = form(ones, 0), b = form(ones, 1), c = form(x, 1), u = form(ones, 2), v = form(x, 2);
  const determinant = a * c - b * b;
  const alpha = (c * u - b * v) / determinant, beta = (a * v - b * u) / determinant;
  const squares = form(y, 2) - alpha * u - beta * v;
  return {
    beta,
    variance: squares / (n - 2) * a / determinant,
    log: -((n - 2) * Math.log(squares) + logs + Math.log(determinant)) / 2,
  };
}

Deno.test("hedgeInterval covers a planted hedge ratio where least squares does not", () => {
  const normal = gaussians(seededRandom(17)), samples = 150;
  for (const phi of [0.9, 0.995]) {
    let covered = 0, plain = 0;
    for (let sample = 0; sample < samples; sample++) {
      const { x, y } = revertingPair(250, phi, normal);
      const { lo, hi } = hedgeInterval(y, x);
      if (lo <= 1.5 && 1.5 <= hi) covered++;
      const [from, to] = ols(y, [x]).confInt[1]!;
      if (from <= 1.5 && 1.5 <= to) plain++;
    }
    assert.ok(covered >= 0.9 * samples, `φ ${phi}: ${covered} of ${samples}`);
    assert.ok(plain < 0.55 * samples, `least squares would do: ${plain}`);
  }
});

Deno.test("hedgeInterval does not depend on level or unit, and its line goes through the data", () => {
  const { x, y } = revertingPair(200, 0.9, gaussians(seededRandom(2)));
  const base = hedgeInterval(y, x);
  for (const [shift, unit] of [[1e6, 1], [0, 2 ** 300], [0, 2 ** -300]] as const) {
    const moved = hedgeInterval(y.map((v) => (v - shift) * unit), x.map((v) => v + shift));
    assert.ok(distance(moved.beta / unit, base.beta, 0) < 1e-8);
    assert.ok(distance(moved.se / unit, base.se, 0) < 1e-6);
    assert.ok(distance(moved.phi, base.phi, 0) < 1e-6);
    const spread = x.map((v, t) =>
      y[t]! - shift - moved.beta / unit * (v + shift) - moved.alpha / unit
    );
    const mean = spread.reduce((sum, v) => sum + v, 0) / spread.length;
    assert.ok(Math.abs(mean) < 3, `mean of the spread ${mean}`);
  }
  const wide = hedgeInterval(y, x, { level: 0.99 });
  assert.equal(wide.beta, base.beta);
  assert.ok(wide.lo < base.lo && wide.hi > base.hi);
});

Deno.test("hedgeInterval throws a typed error for what has no interval", () => {
  const { x, y } = revertingPair(30, 0.9, gaussians(seededRandom(2)));
  for (
    const [a, b, code] of [
      [y.slice(0, 19), x.slice(0, 19), "too-few"],
      [y, x.map(() => 4), "constant"],
      [x.map((v) => 2 * v + 1), x, "perfect-fit"],
    ] as const
  ) {
    assert.throws(() => hedgeInterval(a, b), { name: "StatisticsError", code });
  }
  assert.throws(() => hedgeInterval(y, [1]), RangeError);
  assert.throws(() => hedgeInterval(y, x, { level: 1 }), /level must lie strictly/);
});
