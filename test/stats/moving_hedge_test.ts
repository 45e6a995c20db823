import assert from "node:assert/strict";
import fc from "fast-check";
import { KalmanHedge } from "../../lib/stats/regression/kalman_filter.ts";
import { kalmanHedge } from "../../lib/stats/regression/kalman_hedge.ts";
import { kalmanNoise } from "../../lib/stats/regression/kalman_noise.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { RollingOls, rollingOls } from "../../lib/stats/regression/rolling_ols.ts";
import { StatisticsError } from "../../lib/stats/statistics_error.ts";
import { farthest, type Golden, numbersOf, readAnswers } from "./closeness.ts";

const golden = readAnswers<{
  rollingOls: Record<"y" | "x" | "alpha" | "beta" | "alphaSe" | "betaSe" | "rsquared", Golden> & {
    window: number;
  };
  kalmanHedge: (Record<"y" | "x" | "beta" | "alpha" | "innovation" | "variance", Golden> & {
    name: string;
    q: [number, number];
    r: number;
    m0: [number, number];
    p0: [[number, number], [number, number]];
  })[];
}>("regression.json");

Deno.test("rollingOls gives statsmodels' RollingOLS", () => {
  const { rollingOls: right } = golden;
  const lines = rollingOls(numbersOf(right.y), numbersOf(right.x), { window: right.window });
  for (const name of ["alpha", "beta", "alphaSe", "betaSe", "rsquared"] as const) {
    assert.ok(farthest(lines[name], numbersOf(right[name]), 1e-2) < 1e-9, name);
  }
});

Deno.test("rollingOls is ols of each window, wherever the data lies", () => {
  const value = fc.integer({ min: -100, max: 100 });
  const rows = fc.array(fc.tuple(value, value), { minLength: 8, maxLength: 40, size: "max" });
  const shift = fc.constantFrom(0, 1e9);
  fc.assert(fc.property(rows, shift, (data, level) => {
    const y = data.map(([a]) => a + level), x = data.map(([, b]) => b - level);
    const lines = rollingOls(y, x, { window: 8 });
    for (let end = 8; end <= y.length; end++) {
      const [ys, xs] = [y.slice(end - 8, end), x.slice(end - 8, end)];
      let fit;
      try {
        fit = ols(ys, [xs]);
      } catch (error) {
        if (error instanceof StatisticsError) continue;
        throw error;
      }
      const row = end - 1;
      assert.ok(farthest([lines.beta[row]!], [fit.params[1]!], 1e-3) < 1e-10);
      assert.ok(farthest([lines.betaSe[row]!], [fit.bse[1]!], 1e-3) < 1e-8);
      assert.ok(farthest([lines.rsquared[row]!], [fit.rsquared], 1e-3) < 1e-10);
    }
  }));
});

Deno.test("RollingOls peeks without changing, and says nothing of a constant x or too few pairs", () => {
  const line = new RollingOls({ window: 4, minPeriods: 2 });
  for (const [y, x] of [[1, 1], [2, NaN], [3, 2]] as const) line.push(y, x);
  const before = line.value;
  line.peek(100, -100);
  assert.deepEqual(line.value, before);
  assert.deepEqual([before.beta, before.alpha, before.n], [2, -1, 2]);
  assert.ok(Number.isNaN(before.betaSe));
  const flat = rollingOls([1, 2, 3], [5, 5, 5], { window: 3 });
  assert.ok(flat.beta.every(Number.isNaN));
  const level = rollingOls([5, 5, 5], [1, 2, 3], { window: 3 });
  assert.deepEqual([level.beta[2], level.betaSe[2]], [0, 0]);
  assert.throws(() => new RollingOls({ window: 3, minPeriods: 4 }), RangeError);
});

for (const right of golden.kalmanHedge) {
  Deno.test(`kalmanHedge is the filter in 60 digits: ${right.name}`, () => {
    const { q, r, m0, p0 } = right;
    const got = kalmanHedge(numbersOf(right.y), numbersOf(right.x), { q, r, m0, p0 });
    for (const name of ["beta", "alpha", "innovation", "variance"] as const) {
      const error = farthest(got[name], numbersOf(right[name]), 1e-2);
      assert.ok(error < 1e-8, `${name} is off by ${error}`);
    }
  });
}

function randomPair(length: number, seed: number): { y: Float64Array; x: Float64Array } {
  let state = seed;
  const next = () => (state = state * 48271 % 2147483647) / 2147483647 - 0.5;
  const x = new Float64Array(length), y = new Float64Array(length);
  let level = 100, beta = 1.5;
  for (let t = 0; t < length; t++) {
    x[t] = level += next();
    y[t] = (beta += 0.01 * next()) * level + 7 + next();
  }
  return { y, x };
}

const COLUMNS = ["beta", "alpha", "innovation", "variance"] as const;

Deno.test("kalmanHedge starts after 60 rows, learns q at the training row and never looks ahead", () => {
  const { y, x } = randomPair(400, 11);
  const all = kalmanHedge(y, x, { training: 150 });
  for (const name of COLUMNS) {
    assert.ok(all[name].subarray(0, 60).every(Number.isNaN), "they would know their own future");
    assert.ok(all[name].subarray(60).every(Number.isFinite));
  }
  assert.equal(all.learnedAt, 150);
  for (const end of [59, 60, 61, 149, 150, 151, 263, 399]) {
    const cut = kalmanHedge(y.slice(0, end), x.slice(0, end), { training: 150 });
    for (const name of COLUMNS) assert.deepEqual(cut[name], all[name].slice(0, end));
    assert.equal(cut.state === null, end < 60);
  }
  // What is used from the training row on is what those rows alone make likeliest.
  const { q, r, m0, p0 } = kalmanNoise(y.slice(0, 150), x.slice(0, 150));
  assert.deepEqual(all.state, { q, r, m0, p0 });
  const rest = kalmanHedge(y.slice(150), x.slice(150), { q, r, m0, p0 });
  assert.deepEqual(rest.beta, all.beta.slice(150));
});

Deno.test("kalmanHedge fills in each missing parameter from the first 60 complete rows", () => {
  const { y, x } = randomPair(200, 4);
  y[10] = NaN;
  x[20] = NaN;
  // The 60th complete row is row 61; by hand: least squares of those, and the filter from row 62 on.
  const rows = [...y.keys()].filter((row) => row < 62 && row !== 10 && row !== 20);
  const line = ols(rows.map((row) => y[row]!), [rows.map((row) => x[row]!)]);
  const [alpha, beta] = line.params as unknown as [number, number];
  const r = line.resid.reduce((sum, e) => sum + e * e, 0) / line.dfResid;
  const mean = rows.reduce((sum, row) => sum + x[row]!, 0) / 60;
  const spread = rows.reduce((sum, row) => sum + (x[row]! - mean) ** 2, 0);
  const p0 = [[10 * r / spread, -10 * r * mean / spread], [
    -10 * r * mean / spread,
    10 * r * (1 / 60 + mean * mean / spread),
  ]] as const;
  const q = 1e-4 / (1 - 1e-4);
  const right = kalmanHedge(y.slice(62), x.slice(62), { q, r, m0: [beta, alpha], p0 });
  for (const options of [{ delta: 1e-4 }, { q }, { q: [q, q] as const }]) {
    const found = kalmanHedge(y, x, options);
    assert.equal(found.learnedAt, 62);
    for (const name of COLUMNS) {
      assert.ok(found[name].subarray(0, 62).every(Number.isNaN));
      assert.ok(farthest(found[name].slice(62), right[name], 1e-3) < 1e-9, name);
    }
  }
  // With a start that is given, the rows before are filtered through with the noise they have.
  const given = { q, m0: [1, 0], p0: 1 } as const;
  const through = kalmanHedge(y, x, given), exact = kalmanHedge(y, x, { ...given, r });
  assert.ok(farthest(through.beta.slice(62), exact.beta.slice(62), 1e-3) < 1e-9);
  assert.throws(() => kalmanHedge(y, x, { delta: 1e-4, q }), /q and delta must not both be given/);
  assert.throws(() => kalmanHedge(y, x, { delta: 1 }), /delta must .* got 1/);
  assert.throws(() => kalmanHedge(y, x, { training: 0 }), /training must .* got 0/);
});

Deno.test("kalmanNoise finds the q that the data were made with, within a factor of three", () => {
  const { y, x } = randomPair(3000, 5);
  const noise = kalmanNoise(y, x);
  const { m0, r } = noise;
  assert.ok(Number.isFinite(noise.logLikelihood) && r > 0);
  assert.ok(Math.abs(m0[0] * x.at(-1)! + m0[1] - y.at(-1)!) < 1, "the last fitted y");
  const [[bb, ba], [, aa]] = noise.q as unknown as [[number, number], [number, number]];
  const price = x.at(-1)!;
  const steps = bb * price * price + 2 * ba * price + aa;
  const made = (0.01 * price) ** 2 / 12;
  assert.ok(steps > made / 3 && steps < made * 3, `steps of ${steps}, made with ${made}`);
  // A better or worse guess of q has no higher likelihood.
  for (const factor of [0.1, 10]) {
    const q = [[bb * factor, ba * factor], [ba * factor, aa * factor]] as const;
    const other = kalmanNoise(y, x, { q });
    assert.ok(other.logLikelihood < noise.logLikelihood);
  }
});

Deno.test("KalmanHedge refuses what is no covariance, and kalmanNoise degenerate training", () => {
  const good = { q: 0, r: 1, m0: [0, 0], p0: 1 } as const;
  assert.throws(() => new KalmanHedge({ ...good, r: -1 }), RangeError);
  assert.throws(() => new KalmanHedge({ ...good, p0: [[1, 2], [2, 1]] }), RangeError);
  assert.throws(() => new KalmanHedge({ ...good, m0: [NaN, 0] }), RangeError);
  const line = Array.from({ length: 80 }, (_, t) => t);
  assert.throws(() => kalmanNoise(line, line), { name: "StatisticsError", code: "perfect-fit" });
  assert.throws(() => kalmanNoise([1, 2], [1, 2]), { name: "StatisticsError", code: "too-few" });
});
