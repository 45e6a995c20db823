import assert from "node:assert/strict";
import fc from "fast-check";
import { KalmanHedge } from "../../../lib/stats/regression/kalman_filter.ts";
import { kalmanHedge } from "../../../lib/stats/regression/kalman_hedge.ts";
import { kalmanNoise } from "../../../lib/stats/regression/kalman_noise.ts";
import { ols } from "../../../lib/stats/regression/ols.ts";
import { RollingOls, rollingOls } from "../../../lib/stats/regression/rolling_ols.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import { gaussians } from "../gaussian_pairs.ts";
import { distance, farthest, type Golden, numbersOf, readAnswers } from "../closeness.ts";

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

Deno.test("kalmanHedge starts as the least-squares line of 60 rows when nothing moves", () => {
  const { y, x } = randomPair(200, 4);
  y[10] = NaN;
  x[20] = NaN;
  // The 60th complete row is row 61. Recursive residuals have the squares of least squares' residuals, so
  // the likeliest r of a beta that stands still is s², and the start the line with its covariance.
  const rows = [...y.keys()].filter((row) => row < 62 && row !== 10 && row !== 20);
  const line = ols(rows.map((row) => y[row]!), [rows.map((row) => x[row]!)]);
  const [alpha, beta] = line.params as unknown as [number, number];
  const r = line.resid.reduce((sum, e) => sum + e * e, 0) / line.dfResid;
  const mean = rows.reduce((sum, row) => sum + x[row]!, 0) / 60;
  const spread = rows.reduce((sum, row) => sum + (x[row]! - mean) ** 2, 0);
  const p0 = [[r / spread, -r * mean / spread], [
    -r * mean / spread,
    r * (1 / 60 + mean * mean / spread),
  ]] as const;
  const right = kalmanHedge(y.slice(62), x.slice(62), { q: 0, r, m0: [beta, alpha], p0 });
  const found = kalmanHedge(y, x, { q: 0 });
  assert.equal(found.learnedAt, 62);
  // A start that knows a millionth is not quite one that knows nothing.
  assert.ok(distance(found.state!.r, r, 0) < 5e-3);
  for (const name of COLUMNS) {
    assert.ok(found[name].subarray(0, 62).every(Number.isNaN));
    assert.ok(farthest(found[name].slice(62), right[name], 1) < 5e-3, name);
  }
  assert.ok(farthest(found.beta.slice(62), right.beta, 0) < 1e-6);
});

Deno.test("kalmanHedge learns the noise that makes its innovations likeliest, whatever else is given", () => {
  const { y, x } = randomPair(200, 4);
  const q = 1e-8 / (1 - 1e-8);
  for (
    const options of [
      { delta: 1e-8 },
      { q },
      { q: [q, q] as const },
      { q, m0: [1, 0] as const },
      { q, p0: 1 },
      { q, m0: [1, 0] as const, p0: 1 },
      { m0: [1, 0] as const, p0: 1, training: 150 },
      { r: 0.05, training: 150 },
    ]
  ) {
    const found = kalmanHedge(y, x, options), rows = found.learnedAt;
    assert.equal(rows, "training" in options ? 150 : 60);
    const given = { q, ...options };
    const noise = kalmanNoise(y.slice(0, rows), x.slice(0, rows), "q" in options ? given : options);
    if (!("delta" in options)) assert.equal(found.state!.r, noise.r);
    const rest = kalmanHedge(y.slice(rows), x.slice(rows), found.state!);
    assert.deepEqual(found.innovation.slice(rows), rest.innovation);
    if ("r" in options) continue;
    for (const factor of [0.9, 1.1]) {
      const other = kalmanNoise(y.slice(0, rows), x.slice(0, rows), {
        ..."q" in options || "delta" in options ? given : { ...options, q: noise.q },
        r: noise.r * factor,
      });
      assert.ok(other.logLikelihood < noise.logLikelihood, JSON.stringify(options));
    }
  }
  const known = { q, m0: [1, 0], p0: 1 } as const;
  const through = kalmanHedge(y, x, known);
  const exact = kalmanHedge(y, x, { ...known, r: through.state!.r });
  assert.ok(farthest(through.beta.slice(62), exact.beta.slice(62), 0) < 1e-9);
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
  const [bb, aa] = noise.q as unknown as [number, number];
  const price = x.at(-1)!;
  const steps = bb * price * price + aa;
  const made = (0.01 * price) ** 2 / 12;
  assert.ok(steps > made / 3 && steps < made * 3, `steps of ${steps}, made with ${made}`);
  // A better or worse guess of q has no higher likelihood.
  for (const factor of [0.1, 10]) {
    const other = kalmanNoise(y, x, { q: [bb * factor, aa * factor] });
    assert.ok(other.logLikelihood < noise.logLikelihood);
  }
});

Deno.test("kalmanHedge learns again at 250, 500 and 1000 rows, each time from the past alone", () => {
  const { y, x } = randomPair(1_300, 9);
  const all = kalmanHedge(y, x);
  assert.equal(all.learnedAt, 1_000);
  for (const end of [249, 250, 251, 500, 501, 999, 1_001]) {
    const cut = kalmanHedge(y.slice(0, end), x.slice(0, end));
    for (const name of COLUMNS) assert.deepEqual(cut[name], all[name].slice(0, end));
  }
  const { q, r, m0, p0 } = kalmanNoise(y.slice(0, 500), x.slice(0, 500));
  const middle = kalmanHedge(y.slice(500, 1_000), x.slice(500, 1_000), { q, r, m0, p0 });
  assert.deepEqual(middle.variance, all.variance.slice(500, 1_000));
});

Deno.test("kalmanHedge's signal is standard normal on a beta that walks 3e-3 a bar", () => {
  const normal = gaussians(seededRandom(6));
  let wide = 0, count = 0;
  for (let pair = 0; pair < 12; pair++) {
    const x = new Float64Array(1_000), y = new Float64Array(1_000);
    for (let t = 0, level = 100, beta = 1.5; t < 1_000; t++) {
      x[t] = level += normal();
      y[t] = (beta += 3e-3 * normal()) * level + 3 + normal();
    }
    const { innovation, variance } = kalmanHedge(y, x);
    for (let t = 250; t < 1_000; t++) {
      if (Math.abs(innovation[t]!) > 2 * Math.sqrt(variance[t]!)) wide++;
      count++;
    }
  }
  assert.ok(wide / count > 0.035 && wide / count < 0.056, `${wide} of ${count} beyond 2`);
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
