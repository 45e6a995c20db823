import assert from "node:assert/strict";
import fc from "fast-check";
import { drawdowns } from "../../lib/pairs/drawdown.ts";
import { kupiecTest } from "../../lib/pairs/kupiec.ts";
import { performance } from "../../lib/pairs/performance.ts";
import { deflatedSharpe, probabilisticSharpe, sharpeRatio } from "../../lib/pairs/sharpe_ratio.ts";
import { isCornishFisherValid, valueAtRisk } from "../../lib/pairs/value_at_risk.ts";
import { column, distance, readPairsGolden } from "./golden.ts";
import { normals } from "./synthetic.ts";

const golden = readPairsGolden();

for (const expected of golden.performance) {
  Deno.test(`performance equals numpy and scipy: ${expected.name}`, () => {
    const { periodsPerYear, riskFree, lags } = expected;
    const returns = column(expected.returns);
    const p = performance(returns, { periodsPerYear, riskFree });
    const sharpe = sharpeRatio(returns, { periodsPerYear, riskFree, lags });
    const { value, benchmark } = deflatedSharpe(sharpe, { trials: 25, variance: 0.01 });
    const figures: Record<string, [number, number | null]> = {
      totalReturn: [p.totalReturn, expected.totalReturn],
      annualReturn: [p.annualReturn, expected.annualReturn],
      volatility: [p.volatility, expected.volatility],
      sharpe: [p.sharpe, expected.sharpe],
      sortino: [p.sortino, expected.sortino],
      maxDrawdown: [p.maxDrawdown, expected.maxDrawdown],
      standardError: [sharpe.standardError, expected.standardError],
      robustError: [sharpe.robustError, expected.robustError],
      psr: [probabilisticSharpe(sharpe), expected.psr],
      psrBenchmark: [probabilisticSharpe(sharpe, 0.05), expected.psrBenchmark],
      deflated: [value, expected.deflated],
      deflatedBenchmark: [benchmark, expected.deflatedBenchmark],
    };
    for (const [name, [ours, theirs]] of Object.entries(figures)) {
      assert.ok(distance(ours, theirs) < 1e-10, `${name}: ${ours} is not ${theirs}`);
    }
  });

  Deno.test(`valueAtRisk equals numpy and scipy: ${expected.name}`, () => {
    const { valueAtRisk } = performance(column(expected.returns), expected);
    for (const { level, ...figures } of expected.risk) {
      const ours = valueAtRisk(level);
      for (const [name, theirs] of Object.entries(figures)) {
        const value = Reflect.get(ours, name);
        assert.ok(distance(value, theirs) < 1e-10, `${level} ${name}: ${value} is not ${theirs}`);
      }
    }
  });
}

Deno.test("the golden returns hold cases in and out of Cornish–Fisher's domain", () => {
  const found = golden.performance.flatMap(({ risk }) => risk.map((r) => r.cornishFisher !== null));
  assert.deepEqual([...new Set(found)].sort(), [false, true]);
});

Deno.test("performance gives NaN, never an infinity or a zero, for what is not defined", () => {
  const options = { periodsPerYear: 252 };
  const none = performance([], options);
  for (const value of [none.totalReturn, none.sharpe, none.maxDrawdown, none.sortino]) {
    assert.ok(Number.isNaN(value));
  }
  assert.ok(Number.isNaN(none.valueAtRisk(0.95).historical));
  assert.equal(performance([NaN, NaN], options).n, 0);
  const flat = performance(new Float64Array(50).fill(0.1), options);
  assert.ok(Number.isNaN(flat.sharpe), "returns that never change have no spread");
  assert.ok(Number.isNaN(flat.sortino), "without a loss there is no downside");
  assert.equal(flat.maxDrawdown, 0);
  assert.equal(flat.deepestDrawdown, undefined);
  const lost = performance([-1, 0.5], options);
  assert.equal(lost.totalReturn, -1);
  assert.equal(lost.maxDrawdown, -1);
  assert.ok(Number.isNaN(lost.annualReturn));
  assert.ok(Number.isNaN(performance([0.01], options).sharpe));
});

Deno.test("performance, sharpeRatio, deflatedSharpe, valueAtRisk and kupiecTest refuse bad options", () => {
  assert.throws(() => performance([0.1], { periodsPerYear: 0 }), /periodsPerYear must be above 0/);
  assert.throws(() => sharpeRatio([0.1], { periodsPerYear: 1, lags: -1 }), RangeError);
  assert.throws(() => sharpeRatio([0.1], { periodsPerYear: 1, riskFree: NaN }), RangeError);
  for (const level of [0, 1, 0.5, NaN]) assert.throws(() => valueAtRisk([0.1], level), RangeError);
  assert.throws(() => kupiecTest(5, 4, 0.95), RangeError);
  assert.throws(() => kupiecTest(1, 0, 0.95), RangeError);
  assert.throws(() => kupiecTest(1, 10, 1), RangeError);
  const sharpe = sharpeRatio([0.1, 0.2], { periodsPerYear: 1 });
  assert.throws(() => deflatedSharpe(sharpe, { trials: 0, variance: 1 }), RangeError);
  assert.throws(() => deflatedSharpe(sharpe, { trials: 2, variance: -1 }), RangeError);
});

Deno.test("valueAtRisk takes 0.05 for the tail of 0.95", () => {
  const returns = column(golden.performance[0]!.returns);
  assert.deepEqual(valueAtRisk(returns, 0.05), { ...valueAtRisk(returns, 0.95), level: 0.95 });
});

Deno.test("isCornishFisherValid is true exactly where the quantile rises throughout", () => {
  const w = (z: number, s: number, k: number) =>
    z + (z * z - 1) * s / 6 + (z ** 3 - 3 * z) * k / 24 - (2 * z ** 3 - 5 * z) * s * s / 36;
  const rises = (s: number, k: number) => {
    for (let z = -40; z < 40; z += 0.01) if (!(w(z + 0.01, s, k) > w(z, s, k))) return false;
    return true;
  };
  for (let s = -3; s <= 3; s += 0.31) {
    for (let k = -1; k <= 9; k += 0.37) {
      assert.equal(isCornishFisherValid(s, k), rises(s, k), `${s} ${k}`);
    }
  }
});

Deno.test("kupiecTest equals scipy's binomial likelihoods", () => {
  for (const { x, n, level, stat, pvalue } of golden.kupiec) {
    const ours = kupiecTest(x, n, level);
    assert.ok(distance(ours.stat, stat) < 1e-10, `${x}: ${ours.stat} is not ${stat}`);
    assert.ok(Math.abs(ours.pvalue - pvalue) <= 1e-9 * pvalue, `${x}: ${ours.pvalue}`);
  }
});

Deno.test("drawdowns tells peaks, troughs and recoveries by time", () => {
  const times = [10, 20, 30, 40, 50, 60];
  const { series, max, deepest, all } = drawdowns([90, 120, NaN, 60, 130, 117], {
    initial: 100,
    times,
    start: 0,
  });
  assert.deepEqual([...series].map((v) => v.toFixed(2)), [
    "-0.10",
    "0.00",
    "NaN",
    "-0.50",
    "0.00",
    "-0.10",
  ]);
  assert.equal(max, -0.5);
  assert.deepEqual(deepest, { depth: -0.5, peak: 20, trough: 40, recovery: 50 });
  assert.deepEqual(all.map(({ peak, recovery }) => [peak, recovery]), [[0, 20], [20, 50], [
    50,
    undefined,
  ]]);
  assert.throws(() => drawdowns([1], { times: [] }), RangeError);
  assert.throws(() => drawdowns([1], { initial: 0 }), RangeError);
});

Deno.test("intervals by Lo's errors cover the true Sharpe ratio, and PSR is right as often as it says", () => {
  const normal = normals(91), runs = 3_000, rows = 150, truth = 0.1;
  let plain = 0, robust = 0, sure = 0;
  for (let run = 0; run < runs; run++) {
    const returns = Float64Array.from({ length: rows }, () => 0.01 * (normal() + truth));
    const s = sharpeRatio(returns, { periodsPerYear: 252, lags: 0 });
    const miss = Math.abs(s.value - truth * Math.sqrt(252));
    if (miss < 1.96 * s.standardError) plain++;
    if (miss < 1.96 * s.robustError) robust++;
    if (probabilisticSharpe(s, truth) > 0.95) sure++;
  }
  assert.ok(Math.abs(plain / runs - 0.95) < 0.012, `${plain / runs} by the plain error`);
  assert.ok(Math.abs(robust / runs - 0.95) < 0.015, `${robust / runs} by the robust error`);
  assert.ok(Math.abs(sure / runs - 0.05) < 0.012, `${sure / runs} of PSR above 0.95 at the truth`);
});

Deno.test("robustError sees the autocorrelation that Lo's plain error does not", () => {
  const normal = normals(92);
  let last = 0;
  const returns = Float64Array.from({ length: 5_000 }, () => last = 0.5 * last + normal());
  const s = sharpeRatio(returns, { periodsPerYear: 252, lags: 20 });
  const ratio = s.robustError / s.standardError;
  assert.ok(ratio > 1.55 && ratio < 1.9, `${ratio}, √3 by theory`);
});

const someReturns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), {
  minLength: 2,
  maxLength: 60,
  size: "max",
});

Deno.test("performance obeys its definitions on any returns", () => {
  fc.assert(fc.property(someReturns, (returns) => {
    const p = performance(returns, { periodsPerYear: 252 });
    assert.ok(p.maxDrawdown <= 0 && p.maxDrawdown >= -1);
    assert.ok(p.maxDrawdown <= Math.min(0, p.totalReturn) + 1e-12, "the opening equity is a peak");
    const { historical, expectedShortfall } = p.valueAtRisk(0.9);
    assert.ok(expectedShortfall >= historical - 1e-12);
    const gaps = performance([NaN, ...returns, Infinity, NaN], { periodsPerYear: 252 });
    assert.deepEqual({ ...gaps, valueAtRisk: 0, deepestDrawdown: 0 }, {
      ...p,
      valueAtRisk: 0,
      deepestDrawdown: 0,
    });
    const scaled = sharpeRatio(returns.map((r) => r * 1e-3), { periodsPerYear: 252 });
    if (p.volatility > 1e-3) assert.ok(distance(scaled.value, p.sharpe) < 1e-9);
  }));
});

Deno.test("drawdowns equals the largest fall over all pairs of rows", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { maxLength: 30, size: "max" }),
      (equity) => {
        const whole = [50, ...equity];
        let worst = 0;
        for (let a = 0; a < whole.length; a++) {
          for (let b = a; b < whole.length; b++) {
            worst = Math.min(
              worst,
              whole[b]! / whole[a]! - 1,
            );
          }
        }
        const { max, all } = drawdowns(equity, { initial: 50 });
        assert.ok(equity.length === 0 ? Number.isNaN(max) : Math.abs(max - worst) < 1e-12);
        for (const { peak, trough, recovery } of all) {
          assert.ok(
            peak < trough && trough < (recovery ?? Infinity),
          );
        }
      },
    ),
  );
});
