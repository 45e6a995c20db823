import assert from "node:assert/strict";
import { dcc, dccPath } from "../../../lib/stats/dynamics/dcc.ts";
import { garch } from "../../../lib/stats/dynamics/garch.ts";
import { DynamicCorrelation } from "../../../lib/stats/dynamics/dynamic_correlation.ts";
import { assertNoLookAhead } from "../../../lib/stats/no_look_ahead.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import { symmetricFactor } from "../../../lib/stats/dynamics/symmetric_factor.ts";
import { normals } from "../../pairs/synthetic.ts";
import { columnsOf, readDynamicsGolden } from "../dynamics_golden.ts";

const golden = readDynamicsGolden();

for (const expected of golden.dcc) {
  Deno.test(`dccPath equals numpy with fixed constants: ${expected.garch.length} series`, () => {
    const columns = columnsOf(golden, expected);
    const { llf, correlationLlf, correlation, nobs } = dccPath(columns, expected);
    assert.ok(Math.abs(correlationLlf - expected.correlationLlf) < 1e-9 * Math.abs(expected.llf));
    assert.ok(Math.abs(llf - expected.llf) < 1e-11 * Math.abs(expected.llf), `${llf}`);
    assert.equal(nobs, columns[0]!.length);
    const path = correlation(0, columns.length - 1);
    expected.path.forEach((r, i) =>
      assert.ok(Math.abs(path[50 * i]! - r) < 1e-11, `row ${50 * i}`)
    );
  });
}

Deno.test("dcc reaches the likelihood and constants that scipy and arch reach", () => {
  const fit = dcc(columnsOf(golden, golden.dcc[0]!));
  const { dccBest } = golden;
  assert.ok(fit.llf >= dccBest.llf - 1e-6 * Math.abs(dccBest.llf), `${fit.llf} of ${dccBest.llf}`);
  assert.ok(fit.correlationLlf >= dccBest.correlationLlf - 1e-4);
  assert.ok(Math.abs(fit.a - dccBest.a) < 2e-3 && Math.abs(fit.b - dccBest.b) < 2e-3);
  assert.ok(fit.hasDynamics && fit.converged);
});

/** Two series of unit variance whose correlation is r(t). */
function pairWith(r: (row: number) => number, rows: number, seed: number) {
  const normal = normals(seed);
  const x = Float64Array.from({ length: rows }, () => normal());
  const y = x.map((value, row) => r(row) * value + Math.sqrt(1 - r(row) ** 2) * normal());
  return [x, y] as const;
}

Deno.test("dcc follows a planted correlation, knowing only the past of each row", () => {
  const wave = (row: number) => 0.3 + 0.6 * Math.sin(row / 150);
  const rows = 1_200, [x, y] = pairWith(wave, rows, 13);
  const path = dcc([x, y]).correlation(0, 1);
  let error = 0;
  for (let row = 200; row < rows; row++) error += (path[row]! - wave(row)) ** 2 / (rows - 200);
  assert.ok(Math.sqrt(error) < 0.15, `root mean square error ${Math.sqrt(error)}`);
});

Deno.test("dcc on a constant correlation stays near it", () => {
  const [x, y] = pairWith(() => 0.6, 1_000, 14);
  const fit = dcc([x, y]);
  assert.ok(fit.a < 0.03);
  for (const r of fit.correlation(0, 1).subarray(100)) assert.ok(Math.abs(r - 0.6) < 0.15);
});

Deno.test("DynamicCorrelation live equals dccPath row by row, missing rows included, and peek changes nothing", () => {
  const [x, y] = pairWith((row) => row < 700 ? 0.2 : 0.8, 1_200, 15);
  const model = dcc([x.subarray(0, 1_000), y.subarray(0, 1_000)]);
  const gapsX = x.map((value, row) => row % 41 === 3 ? NaN : value);
  const path = dccPath([gapsX, y], model).correlation(0, 1);
  const live = new DynamicCorrelation(model);
  for (let row = 0; row < x.length; row++) {
    assert.ok(Math.abs(live.correlation(0, 1) - path[row]!) < 1e-13);
    const then = live.peek([gapsX[row]!, y[row]!]).correlation(0, 1);
    live.push([gapsX[row]!, y[row]!]);
    assert.equal(live.correlation(0, 1), then);
  }
});

Deno.test("dccPath with constants of a training part never looks ahead", () => {
  const [x, y] = pairWith((row) => row % 200 < 100 ? 0.1 : 0.7, 900, 16);
  const model = dcc([x.subarray(0, 600), y.subarray(0, 600)]);
  assertNoLookAhead(([a, b]) => dccPath([a!, b!], model).correlation(0, 1), [
    x.subarray(600),
    y.subarray(600),
  ], { lengths: [1, 2, 50, 299, 300] });
});

Deno.test("dcc tells what it cannot fit", () => {
  const [x, y] = pairWith(() => 0.5, 600, 17);
  const code = (columns: Float64Array[]) => {
    try {
      dcc(columns);
    } catch (error) {
      return error instanceof StatisticsError ? error.code : error;
    }
  };
  assert.equal(code([x, x]), "singular");
  assert.equal(code([x.subarray(0, 400), y.subarray(0, 400)]), "too-few");
  assert.throws(() => dcc([x]), RangeError);
  assert.throws(() => dcc([x, y.subarray(1)]), RangeError);
  const calm = { omega: 1, alpha: 0, beta: 0 };
  const model = { garch: [calm, calm], a: 0.1, b: 0.8, qBar: [[1, 0.5], [0.5, 1]] };
  assert.throws(() => new DynamicCorrelation({ ...model, a: 0.3 }), /together below 1/);
  assert.throws(() => new DynamicCorrelation({ ...model, qBar: [[1]] }), /2 rows and columns/);
  assert.throws(
    () => new DynamicCorrelation({ ...model, qBar: [[1, 2], [2, 1]] }),
    /positive definite/,
  );
  assert.throws(() => new DynamicCorrelation(model).push([1]), /must have 2 values/);
});

Deno.test("symmetricFactor solves and measures a positive definite matrix", () => {
  const m = [[4, 1, 0.5], [1, 3, -0.2], [0.5, -0.2, 2]];
  const factor = symmetricFactor(m)!;
  const determinant = 4 * (6 - 0.04) - 1 * (2 + 0.1) + 0.5 * (-0.2 - 1.5);
  assert.ok(Math.abs(factor.logDeterminant - Math.log(determinant)) < 1e-14);
  const v = [1, -2, 0.5];
  const mv = m.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));
  const expected = mv.reduce((sum, value, i) => sum + value * v[i]!, 0);
  assert.ok(Math.abs(factor.quadratic(mv) - expected) < 1e-13);
});

Deno.test("hasDynamics is a test: not of noise with fat tails, nor of a constant correlation, and bse is known", () => {
  const normal = normals(73);
  const t5 = () =>
    normal() / Math.sqrt([1, 2, 3, 4, 5].reduce((sum) => sum + normal() ** 2, 0) / 5);
  const noise = Float64Array.from({ length: 1_000 }, t5);
  const still = garch(noise);
  assert.ok(!still.hasDynamics && still.dynamicsPvalue > 0.05, `${still.dynamicsPvalue}`);
  const x = Float64Array.from({ length: 900 }, () => normal());
  const y = x.map((value) => 0.6 * value + 0.8 * normal());
  const constant = dcc([x, y]);
  assert.ok(!constant.hasDynamics && constant.dynamicsPvalue > 0.05, `${constant.dynamicsPvalue}`);
  const turning = y.map((value, row) => (Math.floor(row / 150) % 2 === 0 ? 1 : -1) * value);
  const moving = dcc([x, turning]);
  assert.ok(moving.hasDynamics && moving.dynamicsPvalue < 1e-6);
  assert.ok(moving.bse.a > 0 && moving.bse.a < moving.a, `a ${moving.a} ± ${moving.bse.a}`);
  assert.ok(moving.bse.b > 0 && moving.bse.b < 0.2, `b ${moving.b} ± ${moving.bse.b}`);
  const scaled = dcc([x.map((v) => v * 2 ** -20), turning]);
  assert.ok(Math.abs(scaled.bse.a / moving.bse.a - 1) < 1e-3);
});
