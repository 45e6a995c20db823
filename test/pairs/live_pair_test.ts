import assert from "node:assert/strict";
import fc from "fast-check";
import { LivePair, type LivePairReading } from "../../lib/pairs/live_pair.ts";
import { pastSpread } from "../../lib/pairs/past_spread.ts";
import { pastZScore } from "../../lib/pairs/past_z_score.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { KalmanHedge } from "../../lib/stats/regression/kalman_filter.ts";
import { kalmanHedge } from "../../lib/stats/regression/kalman_hedge.ts";
import { totalLeastSquares } from "../../lib/stats/regression/total_least_squares.ts";
import { rollingCorrelation } from "../../lib/stats/rolling/rolling_correlation.ts";

const KALMAN = { q: [1e-6, 1e-8], r: 1e-6, m0: [1, 0], p0: 1 } as const;
const OPTIONS = { window: 30, minPeriods: 10, zWindow: 8 } as const;

/** Log prices of two walks that are tied together; some legs are missing. */
function pairOf(rows: number, seed: number) {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const x = new Float64Array(rows), y = new Float64Array(rows);
  let log = 4, spread = 0;
  for (let t = 0; t < rows; t++) {
    log += 1e-3 * normal();
    spread = 0.9 * spread + 5e-4 * normal();
    x[t] = random() < 0.05 ? NaN : log;
    y[t] = random() < 0.05 ? NaN : 0.5 + 1.2 * log + spread;
  }
  return { x, y };
}

function readingsOf(y: Float64Array, x: Float64Array): LivePairReading[] {
  const pair = new LivePair({ ...OPTIONS, kalman: new KalmanHedge(KALMAN) });
  return [...y].map((value, row) => pair.push(value, x[row]!));
}

const near = (a: number, b: number, what: string) =>
  assert.ok(
    Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b)),
    `${what}: ${a}, ${b}`,
  );

Deno.test("LivePair reads at each row what the functions of whole columns find", () => {
  const { x, y } = pairOf(300, 5);
  const readings = readingsOf(y, x);
  const { window, minPeriods, zWindow } = OPTIONS;
  const whole = pastSpread(y, x, { window, minPeriods });
  const z = pastZScore(whole.spread, { window: zWindow, minPeriods: 5 });
  const filtered = kalmanHedge(y, x, KALMAN);
  const moves = (values: Float64Array) => values.map((value, t) => value - (values[t - 1] ?? NaN));
  const r = rollingCorrelation(moves(x), moves(y), { window, minPeriods });
  let known = 0;
  readings.forEach(({ ratio, ols, total, kalman, zscore, correlation }, t) => {
    near(ratio, y[t]! - x[t]!, `ratio ${t}`);
    near(ols.spread, whole.spread[t]!, `spread ${t}`);
    near(ols.zscore, whole.zscore[t]!, `z of its window ${t}`);
    near(zscore, z[t]!, `z ${t}`);
    near(kalman!.spread, filtered.innovation[t]!, `innovation ${t}`);
    near(kalman!.beta, filtered.beta[t]!, `beta of the filter ${t}`);
    near(correlation, r[t]!, `correlation ${t}`);
    const from = Math.max(0, t - window);
    const line = totalLeastSquares(y.slice(from, t), x.slice(from, t));
    if (line.n < minPeriods) return assert.ok(Number.isNaN(total.beta), `too few at ${t}`);
    known++;
    near(total.beta, line.slope, `total ${t}`);
    near(total.spread, y[t]! - line.slope * x[t]! - line.intercept, `spread of total ${t}`);
  });
  assert.ok(known > 200);
});

Deno.test("no reading of LivePair knows a later row, and no spread or z-score its own", () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 119 }), fc.integer(), (from, seed) => {
      const { x, y } = pairOf(120, 11);
      const before = readingsOf(y, x);
      const random = seededRandom(Math.abs(seed) + 1);
      for (let t = from; t < y.length; t++) {
        y[t] = random();
        x[t] = random();
      }
      const after = readingsOf(y, x);
      assert.deepEqual(after.slice(0, from), before.slice(0, from));
      const lines = (
        { ols, total }: LivePairReading,
      ) => [ols.beta, ols.alpha, total.beta, total.alpha];
      assert.deepEqual(lines(after[from]!), lines(before[from]!), "lines of the row itself");
    }),
    { numRuns: 30 },
  );
});

Deno.test("LivePair has no value of too few rows, and takes no option that is out of range", () => {
  const readings = readingsOf(Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3));
  assert.ok(Number.isNaN(readings[2]!.ols.spread) && Number.isNaN(readings[2]!.correlation));
  assert.equal(new LivePair().push(1, 2).kalman, undefined);
  assert.throws(() => new LivePair({ window: 0 }), /window must be/);
  assert.throws(() => new LivePair({ zWindow: 0.5 }), /window must be/);
  assert.throws(() => new LivePair({ window: 30, minPeriods: 31 }), /minPeriods/);
  assert.throws(() => new LivePair().push(1, "2" as unknown as number), TypeError);
});
