import assert from "node:assert/strict";
import { hedgedSpread, pastHedge } from "../../lib/pairs/past_hedge.ts";
import { pastZScore } from "../../lib/pairs/past_z_score.ts";
import { performance } from "../../lib/pairs/performance.ts";
import { probabilisticSharpe, sharpeRatio } from "../../lib/pairs/sharpe_ratio.ts";
import { garch } from "../../lib/stats/dynamics/garch.ts";
import { rollingStats } from "../../lib/stats/rolling/rolling_stats.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { bollingerBands } from "../../lib/sync/ratio_bands.ts";

/** An account that earns 5 basis points every day, as its prices say it. */
const price = Array.from({ length: 400 }, (_, day) => 100 * 1.0005 ** day);
const simple = price.slice(1).map((value, day) => value / price[day]! - 1);
const logs = price.slice(1).map((value, day) => Math.log(value) - Math.log(price[day]!));
/** One number, computed in two ways. */
const twice = Array.from({ length: 252 }, (_, row) => row % 2 === 0 ? 0.3 : 0.1 + 0.2);

Deno.test("returns that differ by rounding alone have no Sharpe ratio, and no likelihood of GARCH", () => {
  for (const returns of [simple, logs, twice]) {
    assert.ok(new Set(returns).size > 1, "they do differ");
    const sharpe = sharpeRatio(returns, { periodsPerYear: 252 });
    const { value, perPeriod, standardError, robustError } = sharpe;
    for (
      const each of [value, perPeriod, standardError, robustError, probabilisticSharpe(sharpe)]
    ) {
      assert.ok(Number.isNaN(each), `${each}`);
    }
    assert.ok(Number.isNaN(performance(returns, { periodsPerYear: 252, riskFree: 1e-4 }).sharpe));
    assert.throws(() => garch(returns), { code: "constant" });
  }
  assert.throws(() => garch(new Float64Array(500).fill(0.001)), { code: "constant" });
});

Deno.test("returns of 1e-12 around a level, and of 1e-100, do have a Sharpe ratio", () => {
  const random = seededRandom(1);
  const small = Array.from({ length: 300 }, () => 0.0005 + 1e-12 * (random() - 0.5));
  assert.ok(sharpeRatio(small, { periodsPerYear: 252 }).value > 1e9);
  const tiny = Array.from({ length: 300 }, () => 1e-100 * random());
  assert.ok(Math.abs(sharpeRatio(tiny, { periodsPerYear: 1 }).value - Math.sqrt(3)) < 0.2);
});

Deno.test("a spread that is rounding alone is 0 and has no z-score", () => {
  const random = seededRandom(3);
  let level = 1_000;
  const x = Array.from({ length: 300 }, () => (level += Math.floor(random() * 7) - 3) / 10);
  const y = x.map((value) => 0.3 * value);
  const spread = hedgedSpread(y, x, pastHedge(y, x, { window: 60 }));
  assert.ok(spread.every((value) => Number.isNaN(value) || value === 0));
  assert.ok(pastZScore(spread, { window: 60 }).every(Number.isNaN));
  // A basis of one in ten million is a spread.
  const basis = hedgedSpread(y.map((value) => value * (1 + 1e-7)), x, { beta: 0.3 });
  assert.ok(basis.every((value) => value > 0));
});

Deno.test("z-scores and percentB of one number computed in two ways are NaN", () => {
  const { z, sd1 } = rollingStats(twice, { window: 20 });
  assert.ok(z.every(Number.isNaN) && sd1.at(-1)! > 0);
  assert.ok(pastZScore(twice, { window: 20 }).every(Number.isNaN));
  assert.ok(bollingerBands(twice).percentB.every(Number.isNaN));
  const moved = twice.map((value, row) => value + 1e-12 * (row % 3));
  assert.ok(rollingStats(moved, { window: 20 }).z.at(-1)! !== 0);
  assert.ok(Number.isFinite(pastZScore(moved, { window: 20 }).at(-1)));
});
