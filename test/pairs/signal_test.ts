import assert from "node:assert/strict";
import fc from "fast-check";
import { PairSignal, pairSignals } from "../../lib/pairs/pair_signal.ts";
import { hedgedSpread, pastHedge } from "../../lib/pairs/past_hedge.ts";
import { PastZScore, pastZScore } from "../../lib/pairs/past_z_score.ts";
import { walkForward, walkForwardFolds } from "../../lib/pairs/walk_forward.ts";
import { halfLife } from "../../lib/stats/stationarity/half_life.ts";
import { assertNoLookAhead } from "../../lib/stats/no_look_ahead.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { column, columnDistance, readPairsGolden } from "./golden.ts";
import { cointegratedPair } from "./synthetic.ts";

const golden = readPairsGolden().pastHedge;
const y = column(golden.y), x = column(golden.x);

Deno.test("pastHedge equals statsmodels' OLS on the rows before each row", () => {
  const { beta, alpha } = pastHedge(y, x, golden);
  assert.ok(columnDistance(beta, golden.beta) < 1e-9);
  assert.ok(columnDistance(alpha, golden.alpha) < 1e-9);
  assert.ok(columnDistance(hedgedSpread(y, x, { beta, alpha }), golden.spread) < 1e-9);
});

Deno.test("pastZScore equals pandas' rolling mean and sd shifted by one row", () => {
  const options = { window: golden.zWindow, minPeriods: golden.zMinPeriods };
  assert.ok(columnDistance(pastZScore(column(golden.spread), options), golden.z) < 1e-9);
});

Deno.test("pastHedge, pastZScore and pairSignals never look ahead", () => {
  assertNoLookAhead(({ y, x }) => {
    const hedge = pastHedge(y, x, golden);
    const z = pastZScore(hedgedSpread(y, x, hedge), { window: 30, minPeriods: 20 });
    return { ...hedge, z, side: pairSignals(z, { enter: 1, exit: 0.2 }) };
  }, { y, x });
  // A ratio taken one row late, so that it knows its own row, is the usual mistake.
  assert.throws(
    () =>
      assertNoLookAhead(({ y, x }) => {
        const { beta } = pastHedge(y, x, golden);
        return beta.map((b, t) => beta[t + 1] ?? b);
      }, { y, x }),
    /looks ahead/,
  );
});

Deno.test("PastZScore.of leaves the state as it is, and constant or missing rows have no score", () => {
  const z = new PastZScore({ window: 5, minPeriods: 2 });
  for (const value of [3, 3, 3]) assert.ok(Number.isNaN(z.push(value)));
  z.push(NaN);
  z.push(4);
  const now = z.of(7);
  assert.equal(z.of(7), now);
  assert.equal(z.push(7), now);
  assert.ok(Number.isNaN(z.of(NaN)));
  assert.throws(() => new PastZScore({ window: 0 }), RangeError);
});

Deno.test("PastZScore at a level of 1e9 and after a spike keeps its digits", () => {
  const values = Float64Array.from({ length: 60 }, (_, i) => 1e9 + Math.sin(i) * 1e-3);
  const exact = pastZScore(values, { window: 10 });
  const spiked = pastZScore([1e12, ...values], { window: 10 });
  assert.ok(columnDistance(spiked.subarray(12), [...exact.subarray(11)]) < 1e-12);
});

const zScores = fc.array(fc.oneof(fc.double({ min: -6, max: 6, noNaN: true }), fc.constant(NaN)), {
  maxLength: 80,
  size: "max",
});

Deno.test("pairSignals keeps its rules on any z", () => {
  fc.assert(fc.property(zScores, (z) => {
    const options = { enter: 2, exit: 0.5, stop: 4 };
    const side = pairSignals(z, options);
    side.forEach((now, t) => {
      const before = t === 0 ? 0 : side[t - 1]!, value = z[t]!;
      if (Number.isNaN(value)) assert.equal(now, before);
      if (Math.abs(value) >= 4 || Math.abs(value) <= 0.5) assert.equal(now, 0);
      if (now !== 0 && now !== before) assert.ok(-now * value >= 2 && -now * value < 4);
      if (now === 0 && before !== 0) assert.ok(before * value >= -0.5 || Math.abs(value) >= 4);
    });
    const mirrored = pairSignals(z.map((value) => -value), options);
    assert.deepEqual([...mirrored], [...side].map((s) => s === 0 ? 0 : -s));
  }));
});

Deno.test("PairSignal after a stop opens nothing until z has come home", () => {
  const signal = new PairSignal({ stop: 4 });
  assert.deepEqual([2.5, 4.2, 3, 2, -2.5, 0.3, -2.5].map((z) => signal.push(z)), [
    -1,
    0,
    0,
    0,
    0,
    0,
    1,
  ]);
  assert.throws(() => new PairSignal({ enter: 1, exit: 1 }), RangeError);
  assert.throws(() => new PairSignal({ stop: 2 }), RangeError);
});

Deno.test("walkForwardFolds tests each later row once, after what it was trained on", () => {
  const sizes = fc.record({
    train: fc.integer({ min: 1, max: 30 }),
    test: fc.integer({ min: 1, max: 30 }),
    embargo: fc.integer({ min: 0, max: 5 }),
    anchored: fc.boolean(),
  });
  fc.assert(fc.property(fc.nat(120), sizes, (length, options) => {
    const folds = walkForwardFolds(length, options);
    const tested = folds.flatMap(({ test }) =>
      Array.from({ length: test.to - test.from }, (_, i) => test.from + i)
    );
    const first = options.train + options.embargo;
    assert.deepEqual(
      tested,
      Array.from({ length: Math.max(0, length - first) }, (_, i) => first + i),
    );
    for (const { train, test } of folds) {
      assert.equal(test.from - train.to, options.embargo);
      assert.ok(options.anchored ? train.from === 0 : train.to - train.from === options.train);
    }
  }));
  assert.throws(() => walkForwardFolds(10, { train: 0, test: 1 }), /train must be/);
  assert.throws(() => walkForwardFolds(10, { train: 1, test: 1, embargo: -1 }), /embargo must be/);
});

Deno.test("walkForward fits on the training part alone: the z-score of a pair never looks ahead", () => {
  const pair = cointegratedPair({ seed: 11, rows: 400, beta: 2, level: 1, halfLife: 5, sd: 0.3 });
  const run = (data: { y: Float64Array; x: Float64Array }) =>
    walkForward(data, {
      train: 120,
      test: 50,
      embargo: 5,
      fit: ({ y, x }) => {
        const { params, resid } = ols(y, [x]);
        const sd = Math.sqrt(resid.reduce((sum, e) => sum + e * e, 0) / (resid.length - 1));
        return { alpha: params[0]!, beta: params[1]!, sd };
      },
      apply: ({ alpha, beta, sd }, { y, x }) =>
        hedgedSpread(y, x, { alpha, beta }).map((spread) => spread / sd),
    });
  const data = { y: pair.y.close, x: pair.x.close };
  const { values, folds } = run(data);
  assert.ok(
    values.subarray(0, 125).every(Number.isNaN) && !values.subarray(125).some(Number.isNaN),
  );
  for (const { model } of folds) assert.ok(Math.abs(model.beta - 2) < 0.4);
  assertNoLookAhead((d) => run(d).values, data);
});

Deno.test("a planted half-life is found in the spread of a pair whose hedge is learnt before it", () => {
  const { y, x } = cointegratedPair({
    seed: 19,
    rows: 9_000,
    beta: 1.3,
    level: 4,
    halfLife: 12,
    sd: 0.3,
  });
  const train = 4_000;
  const { params } = ols(y.close.subarray(0, train), [x.close.subarray(0, train)]);
  assert.ok(Math.abs(params[1]! - 1.3) < 0.02, `${params[1]}`);
  const unseen = { beta: params[1]!, alpha: params[0]! };
  const spread = hedgedSpread(y.close.subarray(train), x.close.subarray(train), unseen);
  const { value } = halfLife(spread);
  assert.ok(value > 9.5 && value < 14.5, `half-life ${value} for a planted 12`);
});

Deno.test("walkForward gives apply its warm-up rows and refuses a wrong number of values", () => {
  const seen: number[][] = [];
  const { values } = walkForward({ price: [1, 2, 3, 4, 5, 6] }, {
    train: 2,
    test: 2,
    warmUp: 1,
    fit: () => undefined,
    apply: (_, { price }) => {
      seen.push([...price]);
      return price;
    },
  });
  assert.deepEqual(seen, [[2, 3, 4], [4, 5, 6]]);
  assert.deepEqual([...values], [NaN, NaN, 3, 4, 5, 6]);
  const plan = { train: 1, test: 1, fit: () => 0, apply: () => [] };
  assert.throws(() => walkForward({ p: [1, 2] }, plan), TypeError);
  assert.throws(() => walkForward({ p: [1, 2], q: [1] }, plan), /q must have 2 rows/);
});
