import assert from "node:assert/strict";
import { backtestOverfitting } from "../../lib/pairs/backtest_overfitting.ts";
import { optimalThresholds } from "../../lib/pairs/optimal_thresholds.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { readAnswers } from "../stats/closeness.ts";
import { gaussians } from "../stats/gaussian_pairs.ts";

interface Evidence {
  ornstein: {
    theta: number;
    mu: number;
    sigma: number;
    thresholds: { cost: number; distance: number; profit: number; cycle: number }[];
  };
  overfitting: {
    returns: number[][];
    blocks: number;
    logits: number[];
    probability: number;
    probabilityOfLoss: number;
    slope: number;
    intercept: number;
  };
}
const golden = readAnswers<Evidence>("evidence.json");
const near = (actual: number, expected: number, within: number) =>
  assert.ok(
    Math.abs(actual - expected) <= within * (1 + Math.abs(expected)),
    `${actual}, ${expected}`,
  );

Deno.test("backtestOverfitting equals CSCV written out row by row", () => {
  const { returns, blocks, ...expected } = golden.overfitting;
  const found = backtestOverfitting(returns, { blocks });
  assert.equal(found.splits, 20);
  [...found.logits].sort((a, b) => a - b).forEach((logit, i) =>
    near(logit, expected.logits[i]!, 1e-12)
  );
  near(found.probability, expected.probability, 0);
  near(found.probabilityOfLoss, expected.probabilityOfLoss, 0);
  near(found.degradation.slope, expected.slope, 1e-9);
  near(found.degradation.intercept, expected.intercept, 1e-9);
});

Deno.test("backtestOverfitting leaves out rows with gaps and settings that never move, and says what is too little", () => {
  const { returns, blocks } = golden.overfitting;
  const found = backtestOverfitting(returns, { blocks });
  const gappy = returns.map((
    column,
    j,
  ) => [...column.slice(0, 48), j === 2 ? NaN : 0, ...column.slice(48)]);
  assert.deepEqual(backtestOverfitting(gappy, { blocks }).logits, found.logits);
  const flat = backtestOverfitting([...returns, new Array(96).fill(0)], { blocks });
  assert.deepEqual([flat.trials, flat.probability], [7, found.probability]);
  assert.throws(() => backtestOverfitting(returns.slice(0, 1)), { code: "too-few" });
  assert.throws(() => backtestOverfitting(returns.map((column) => column.slice(0, 31))), {
    code: "too-few",
  });
  assert.throws(() => backtestOverfitting(returns, { blocks: 5 }), /blocks must/);
  assert.throws(() => backtestOverfitting(returns, { blocks: 22 }), /blocks must/);
  assert.throws(() => backtestOverfitting([[1, 2], [1]]), /equally long/);
});

Deno.test("optimalThresholds equals scipy's optimum, and the first passage times by quadrature", () => {
  const { theta, mu, sigma, thresholds } = golden.ornstein;
  for (const { cost, distance, profit, cycle } of thresholds) {
    const found = optimalThresholds({ theta, mu, sigma }, { cost });
    near(found.distance, distance, 1e-5);
    near(found.profit, profit, 1e-9);
    near(found.cycle, cycle, 1e-4);
    near(found.short - found.long, 2 * found.distance, 1e-12);
    near((found.short + found.long) / 2, mu, 1e-12);
  }
});

Deno.test("optimalThresholds earns on a simulated spread what it says", () => {
  const process = { theta: 0.05, mu: 2, sigma: 0.3 }, cost = 0.2;
  const { long, short, profit, cycle } = optimalThresholds(process, { cost });
  const normal = gaussians(seededRandom(5));
  // Steps of a tenth of a bar: thresholds are crossed between bars too.
  const phi = Math.exp(-process.theta / 10);
  const step = process.sigma * Math.sqrt((1 - phi * phi) / (2 * process.theta));
  let level = 2, side = 0, entry = 0, won = 0, turns = 0;
  const bars = 200_000;
  for (let t = 0; t < 10 * bars; t++) {
    level = process.mu + phi * (level - process.mu) + step * normal();
    const wanted = level <= long ? 1 : level >= short ? -1 : side;
    if (wanted === side) continue;
    if (side !== 0) won += side * (level - entry) - cost;
    entry = level;
    side = wanted;
    turns++;
  }
  near(won / bars / profit, 1, 0.06);
  near(2 * bars / turns / cycle, 1, 0.06);
});

Deno.test("optimalThresholds is NaN for a spread that does not return, and asks for a cost", () => {
  const none = optimalThresholds({ theta: NaN, mu: 0, sigma: 1 }, { cost: 1 });
  assert.ok(Object.values(none).every(Number.isNaN));
  assert.ok(Number.isNaN(optimalThresholds({ theta: 1, mu: 0, sigma: 0.01 }, { cost: 5 }).z));
  assert.throws(() => optimalThresholds({ theta: 1, mu: 0, sigma: 1 }, { cost: 0 }), /cost must/);
  assert.throws(
    () => optimalThresholds({ theta: 1, mu: 0, sigma: 1 }, undefined as never),
    /cost must/,
  );
});
