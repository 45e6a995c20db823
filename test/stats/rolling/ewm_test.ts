import assert from "node:assert/strict";
import fc from "fast-check";
import { Ewm, ewm, type EwmOptions, type EwmValue } from "../../../lib/stats/rolling/ewm.ts";
import { RiskMetrics, riskMetrics } from "../../../lib/stats/rolling/risk_metrics.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../gaussian_pairs.ts";
import { distance, farthest, type Golden, numbersOf, readAnswers } from "../closeness.ts";

type Case = { data: "whole" | "gaps"; options: EwmOptions } & Record<keyof EwmValue, Golden>;
type Inputs = { data: "inputs" } & Record<"whole" | "gaps", [Golden, Golden]>;

const { ewm: lines } = readAnswers<{ ewm: (Case | Inputs)[] }>("rolling.jsonl");
const inputs = lines.find((line): line is Inputs => line.data === "inputs")!;
const cases = lines.filter((line): line is Case => line.data !== "inputs");
const NAMES = ["mean", "var", "cov", "corr"] as const;

for (const { data, options, ...expected } of cases) {
  Deno.test(`ewm equals pandas: ${data}, ${JSON.stringify(options)}`, () => {
    const [x, y] = inputs[data].map(numbersOf) as [Float64Array, Float64Array];
    const actual = ewm(x, y, options);
    for (const name of NAMES) {
      const error = farthest(actual[name], numbersOf(expected[name]), 1);
      assert.ok(error < 1e-12, `${name} is off by ${error}`);
    }
  });
}

Deno.test("ewm does not see the level, and a constant has exactly no variance", () => {
  const [x, y] = inputs.whole.map(numbersOf) as [Float64Array, Float64Array];
  const plain = ewm(x, y, { span: 10 });
  const far = ewm(x.map((v) => 1e5 + 1e-6 * v), y.map((v) => 1e9 - v), { span: 10 });
  // The doubles near 1e5 hold 1e-6 to five digits.
  assert.ok(farthest(far.corr.map((r) => -r), plain.corr, 1) < 1e-4);
  const exact = x.map((v) => Math.round(v * 2 ** 20) / 2 ** 20);
  const moved = ewm(exact.map((v) => 2 ** 30 + v), y, { span: 10 });
  assert.ok(farthest(moved.corr, ewm(exact, y, { span: 10 }).corr, 1) < 1e-13);
  const huge = ewm(x.map((v) => 1e100 * v), y.map((v) => 1e-100 * v), { span: 10 });
  assert.ok(farthest(huge.corr, plain.corr, 1) < 1e-12);
  const flat = ewm([0.1, 0.1, 0.1], [1, 2, 3], { alpha: 0.3 });
  assert.deepEqual([...flat.var], [NaN, 0, 0]);
  assert.deepEqual([...flat.corr], [NaN, NaN, NaN]);
  assert.deepEqual([...flat.mean], [0.1, 0.1, 0.1]);
});

const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(NaN, Infinity));
const rows = fc.array(fc.tuple(value, value), { maxLength: 40 });

Deno.test("Ewm and RiskMetrics: peek tells the next value and changes nothing", () => {
  fc.assert(fc.property(rows, fc.boolean(), fc.boolean(), (rows, adjust, ignoreNa) => {
    const running = new Ewm({ halfLife: 4, adjust, ignoreNa }), risk = new RiskMetrics();
    for (const [x, y] of rows) {
      const before = [running.value, risk.value];
      const foretold = [running.peek(x, y), risk.peek(x, y)];
      assert.deepEqual([running.value, risk.value], before);
      running.push(x, y);
      risk.push(x, y);
      assert.deepEqual([running.value, risk.value], foretold);
    }
  }));
});

Deno.test("ewm is the weighted sum it says it is", () => {
  fc.assert(fc.property(rows, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (rows, alpha) => {
    const x = rows.map(([a]) => a), y = rows.map(([, b]) => b);
    const { mean, cov } = ewm(x, y, { alpha });
    rows.forEach((_, last) => {
      let sum = 0, total = 0;
      for (let i = 0; i <= last; i++) {
        if (!Number.isFinite(x[i])) continue;
        sum += (1 - alpha) ** (last - i) * x[i]!;
        total += (1 - alpha) ** (last - i);
      }
      assert.ok(distance(mean[last]!, total > 0 ? sum / total : NaN, 1) < 1e-9);
    });
    const swapped = ewm(y, x, { alpha });
    assert.ok(farthest(swapped.cov, cov, 1) < 1e-12, "covariance is symmetric");
  }));
});

Deno.test("riskMetrics is the recursion with the first products as its start", () => {
  const { varX, cov, corr } = riskMetrics([0.01, NaN, -0.02], [0.02, 0.5, 0.01]);
  const near = (a: number, b: number) => assert.ok(distance(a, b, 1e-12) < 1e-13);
  assert.deepEqual([varX[0], cov[1]], [0.01 ** 2, 0.01 * 0.02]);
  near(varX[2]!, 0.94 * 0.01 ** 2 + 0.06 * 0.02 ** 2);
  near(cov[2]!, 0.94 * 0.0002 - 0.06 * 0.0002);
  near(corr[2]!, cov[2]! / Math.sqrt(varX[2]! * (0.94 * 0.02 ** 2 + 0.06 * 0.01 ** 2)));
});

Deno.test("ewm and RiskMetrics name the option that is out of range", () => {
  assert.throws(() => ewm([1], [1], {}), /exactly one of alpha, span and halfLife/);
  assert.throws(() => ewm([1], [1], { alpha: 0.5, span: 3 }), /exactly one/);
  assert.throws(() => ewm([1], [1], { alpha: 0 }), /alpha must be/);
  assert.throws(() => ewm([1], [1], { span: 0.5 }), /span must be/);
  assert.throws(() => ewm([1], [1], { halfLife: -1 }), /halfLife must be/);
  assert.throws(() => ewm([1], [1], { alpha: 1, minPeriods: -1 }), /minPeriods must be/);
  assert.throws(() => new RiskMetrics({ lambda: 1 }), /lambda must lie/);
});

Deno.test("ewm and riskMetrics recover from values whose squares are beyond doubles", () => {
  const normal = gaussians(seededRandom(9));
  const x = Float64Array.from({ length: 400 }, () => normal()), y = x.map((v) => v + normal());
  for (const at of [0, 1, 50]) {
    const spiked = x.map((value, row) => row === at ? 1e200 : value);
    const missing = x.map((value, row) => row === at ? NaN : value);
    const found = ewm(spiked, y, { span: 20 }), expected = ewm(missing, y, { span: 20 });
    for (const name of ["mean", "var", "cov", "corr"] as const) {
      const error = Math.abs(found[name].at(-1)! - expected[name].at(-1)!);
      assert.ok(error < 1e-9, `${name} is off by ${error} after a spike in row ${at}`);
    }
    const risk = riskMetrics(spiked, y), calm = riskMetrics(missing, y);
    for (const name of ["varX", "varY", "cov", "corr"] as const) {
      assert.ok(Math.abs(risk[name].at(-1)! - calm[name].at(-1)!) < 1e-9, `${name}, row ${at}`);
    }
  }
  const infinite = x.map((value, row) => row === 30 ? Infinity : value);
  assert.ok(Number.isFinite(ewm(infinite, y, { span: 20 }).corr.at(-1)));
});
