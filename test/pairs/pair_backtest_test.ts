import assert from "node:assert/strict";
import fc from "fast-check";
import type { LegTerms } from "../../lib/pairs/backtest_leg.ts";
import type { PairBacktestOptions } from "../../lib/pairs/backtest_types.ts";
import { pairBacktest, turnover } from "../../lib/pairs/pair_backtest.ts";
import { pairSignals } from "../../lib/pairs/pair_signal.ts";
import { hedgedSpread, pastHedge } from "../../lib/pairs/past_hedge.ts";
import { pastZScore } from "../../lib/pairs/past_z_score.ts";
import { performance } from "../../lib/pairs/performance.ts";
import { assertNoLookAhead } from "../../lib/stats/no_look_ahead.ts";
import { distance } from "./golden.ts";
import { cointegratedPair } from "./synthetic.ts";

/**
 * The same account kept by a cash book: every fill moves cash, equity is cash plus what would be got for
 * the contracts at the closes. Written row by row from the rules, sharing no code with what it checks.
 */
function cashBook(o: PairBacktestOptions) {
  const t = (terms: LegTerms = {}) => ({
    m: terms.multiplier ?? 1,
    lost: (terms.halfSpread ?? 0) + (terms.slippage ?? 0),
    rate: terms.feeRate ?? 0,
    each: terms.feePerContract ?? 0,
  });
  const ty = t(o.yTerms), tx = t(o.xTerms);
  let cash = o.capital, qy = 0, qx = 0, held = 0;
  const rounded = (q: number) => o.wholeContracts ? Math.round(q) : q;
  const fills: { row: number; leg: "y" | "x"; quantity: number; price: number }[] = [];
  const buy = (row: number, leg: "y" | "x", quantity: number) => {
    if (quantity === 0) return;
    const { m, lost, rate, each } = leg === "y" ? ty : tx;
    const price = o[leg].open[row]! + (quantity > 0 ? lost : -lost);
    cash -= quantity * m * price;
    cash -= Math.abs(quantity * m * price) * rate + Math.abs(quantity) * each;
    if (leg === "y") qy += quantity;
    else qx += quantity;
    fills.push({ row, leg, quantity, price });
  };
  const equity: number[] = [];
  for (let row = 0; row < o.side.length; row++) {
    const canTrade = row > 0 && Number.isFinite(o.y.open[row]) && Number.isFinite(o.x.open[row]);
    if (canTrade) {
      const decisions = Array.from(o.side).slice(0, row).filter((s) => !Number.isNaN(s));
      const wanted = decisions.at(-1) ?? 0;
      const beta = typeof o.beta === "number" ? o.beta : o.beta[row - 1]!;
      const y = o.y.close[row - 1]!, x = o.x.close[row - 1]!;
      const perY = o.hedge === "log" ? beta * (y * ty.m) / (x * tx.m) : beta * ty.m / tx.m;
      if (wanted !== held) {
        buy(row, "y", -qy);
        buy(row, "x", -qx);
        held = 0;
        const size = o.gross === undefined
          ? o.contracts ?? 1
          : o.gross / (y * ty.m + Math.abs(perY) * x * tx.m);
        const newY = rounded(wanted * size), newX = rounded(-wanted * size * perY);
        if (wanted !== 0 && Number.isFinite(newY + newX) && newY !== 0) {
          buy(row, "y", newY);
          buy(row, "x", newX);
          held = wanted;
        }
      } else if (o.rebalance && held !== 0 && Number.isFinite(perY)) {
        buy(row, "x", rounded(-qy * perY) - qx);
      }
    }
    const valueOf = (q: number, m: number, close: number) => q === 0 ? 0 : q * m * close;
    equity.push(cash + valueOf(qy, ty.m, o.y.close[row]!) + valueOf(qx, tx.m, o.x.close[row]!));
  }
  return { equity, fills };
}

const price = fc.oneof({ weight: 9, arbitrary: fc.double({ min: 50, max: 150, noNaN: true }) }, {
  weight: 1,
  arbitrary: fc.constant(NaN),
});
const row = fc.record({
  openY: price,
  closeY: price,
  openX: price,
  closeX: price,
  side: fc.constantFrom(-1, 0, 1, 1, NaN),
  // Thousandths: a ratio of 5e-324 is no position, in one order of multiplying or another.
  beta: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -2_000, max: 3_000 }).map((beta) => beta / 1_000) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  ),
});
const cost = fc.double({ min: 0, max: 0.5, noNaN: true });
const terms = fc.record({
  multiplier: fc.constantFrom(0.1, 1, 20, 50),
  halfSpread: cost,
  slippage: cost,
  feeRate: fc.double({ min: 0, max: 0.002, noNaN: true }),
  feePerContract: cost,
});
const cases = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 40, size: "max" }),
  hedge: fc.constantFrom<"price" | "log">("price", "log"),
  rebalance: fc.boolean(),
  wholeContracts: fc.boolean(),
  sizing: fc.constantFrom({}, { contracts: 3 }, { gross: 40_000 }),
  yTerms: terms,
  xTerms: terms,
}).map(({ rows, sizing, ...rest }): PairBacktestOptions => ({
  ...rest,
  ...sizing,
  capital: 1e6,
  y: { open: rows.map((r) => r.openY), close: rows.map((r) => r.closeY) },
  x: { open: rows.map((r) => r.openX), close: rows.map((r) => r.closeX) },
  side: rows.map((r) => r.side),
  beta: rows.map((r) => r.beta),
}));

Deno.test("pairBacktest keeps the same account as a cash book, fill by fill", () => {
  fc.assert(
    fc.property(cases, (options) => {
      const ours = pairBacktest(options);
      const { equity, fills } = cashBook(options);
      equity.forEach((value, i) => {
        assert.ok(
          distance(ours.equity[i]!, value) < 1e-9,
          `row ${i}: ${ours.equity[i]} is not ${value}`,
        );
      });
      let traded = 0;
      for (const { leg, quantity, price } of fills) {
        const { multiplier = 1 } = (leg === "y" ? options.yTerms : options.xTerms) ?? {};
        traded += Math.abs(quantity * price * multiplier);
      }
      assert.ok(distance(ours.traded.reduce((a, b) => a + b, 0), traded) < 1e-9);
    }),
    { numRuns: 400 },
  );
});

Deno.test("pairBacktest never looks ahead, whatever the bars and decisions", () => {
  fc.assert(
    fc.property(cases, (options) => {
      const { y, x, side, beta, ...rest } = options;
      const data = {
        openY: y.open as number[],
        closeY: y.close as number[],
        openX: x.open as number[],
        closeX: x.close as number[],
        side: side as number[],
        beta: beta as number[],
      };
      assertNoLookAhead((d) => {
        const { trades: _, ...columns } = pairBacktest({
          ...rest,
          y: { open: d.openY, close: d.closeY },
          x: { open: d.openX, close: d.closeX },
          side: d.side,
          beta: d.beta,
        });
        return columns;
      }, data);
    }),
    { numRuns: 60 },
  );
});

Deno.test("pairBacktest trades add up to the account, and a NaN equity only where a held leg has no close", () => {
  fc.assert(fc.property(cases, (options) => {
    const { equity, trades, costs, quantityY, quantityX } = pairBacktest(options);
    const net = trades.reduce((sum, trade) => sum + trade.gross - trade.costs, 0);
    const last = equity.length - 1;
    if (!Number.isNaN(equity[last]!)) {
      assert.ok(distance(equity[last]! - options.capital, net) < 1e-9);
    }
    const paid = trades.reduce((sum, trade) => sum + trade.costs, 0);
    assert.ok(distance(costs.reduce((a, b) => a + b, 0), paid) < 1e-9);
    equity.forEach((value, i) => {
      const unknown = (quantityY[i] !== 0 && Number.isNaN(options.y.close[i]!)) ||
        (quantityX[i] !== 0 && Number.isNaN(options.x.close[i]!));
      assert.equal(Number.isNaN(value), unknown);
    });
    for (const { entryRow, exitRow } of trades) {
      assert.ok(entryRow > 0 && entryRow < (exitRow ?? Infinity));
    }
  }));
});

Deno.test("pairBacktest fills at the next open of both legs, not at the close that decided", () => {
  const { quantityY, equity, traded } = pairBacktest({
    y: { open: [10, 11, 12, 13], close: [10, 11, 12, 14] },
    x: { open: [10, NaN, 10, 10], close: [10, 10, 10, 10] },
    side: [1, 1, 0, 0],
    beta: 1,
    capital: 100,
    yTerms: { multiplier: 5, halfSpread: 0.5 },
  });
  assert.deepEqual([...quantityY], [0, 0, 1, 0]);
  assert.deepEqual([...equity], [100, 100, 97.5, 100]);
  assert.deepEqual([...traded], [0, 0, 12.5 * 5 + 50, 12.5 * 5 + 50]);
});

Deno.test("pairBacktest with ES and NQ multipliers wins what the spread moved", () => {
  const spread = pairBacktest({
    y: { open: [5000, 5000, 5010], close: [5000, 5004, 5010] },
    x: { open: [17000, 17000, 17020], close: [17000, 17010, 17020] },
    side: [1, 0, 0],
    beta: 0.25,
    capital: 1e6,
    yTerms: { multiplier: 50 },
    xTerms: { multiplier: 20 },
  });
  assert.equal(spread.quantityX[1], -0.625);
  assert.equal(spread.equity[2], 1e6 + 50 * (10 - 0.25 * 20));
});

Deno.test("pairBacktest refuses bad input", () => {
  const good: PairBacktestOptions = {
    y: { open: [1, 2], close: [1, 2] },
    x: { open: [1, 2], close: [1, 2] },
    side: [1, 0],
    beta: 1,
    capital: 1,
  };
  assert.throws(
    () => pairBacktest({ ...good, side: [2, 0] }),
    /side must be -1, 0, 1 or NaN, got 2/,
  );
  assert.throws(() => pairBacktest({ ...good, side: [1] }), RangeError);
  assert.throws(() => pairBacktest({ ...good, capital: 0 }), /capital must be above 0/);
  assert.throws(() => pairBacktest({ ...good, gross: -1 }), RangeError);
  assert.throws(() => pairBacktest({ ...good, yTerms: { feeRate: -1 } }), /yTerms.feeRate/);
  assert.throws(() => pairBacktest({ ...good, xTerms: { multiplier: 0 } }), /xTerms.multiplier/);
  assert.throws(() => turnover([1], [1, 2], { periodsPerYear: 1 }), RangeError);
});

/** Hedge, spread, z and signal, all from rows before t. */
function strategy(y: Float64Array, x: Float64Array) {
  const { beta, alpha } = pastHedge(y, x, { window: 500, minPeriods: 200 });
  const spread = hedgedSpread(y, x, { beta, alpha });
  const z = pastZScore(spread, { window: 200 });
  return { beta, alpha, spread, z, side: pairSignals(z, { enter: 1.5, exit: 0.25 }) };
}

Deno.test("a planted mean-reverting pair is found and earns; costs take it away", () => {
  const { y, x } = cointegratedPair({
    seed: 7,
    rows: 6_000,
    beta: 1.5,
    level: 20,
    halfLife: 12,
    sd: 0.5,
  });
  const { beta, side } = strategy(y.close, x.close);
  const known = beta.filter((b) => !Number.isNaN(b));
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  assert.ok(Math.abs(mean - 1.5) < 0.05, `hedge ratio ${mean} for a planted 1.5`);
  const run = (halfSpread: number) =>
    pairBacktest({ y, x, side, beta, capital: 10_000, contracts: 10, yTerms: { halfSpread } });
  const free = run(0), dear = run(1);
  const sharpe = performance(free.returns, { periodsPerYear: 525_600 }).sharpeRatio;
  assert.ok(
    sharpe.perPeriod / (sharpe.standardError / Math.sqrt(525_600)) > 5,
    "far above its error",
  );
  assert.ok(free.trades.length > 50);
  assert.ok(dear.equity.at(-1)! < 10_000);
});

Deno.test("the whole strategy, from prices to equity, never looks ahead", () => {
  const { y, x } = cointegratedPair({
    seed: 3,
    rows: 900,
    beta: 0.7,
    level: 5,
    halfLife: 8,
    sd: 0.4,
  });
  assertNoLookAhead(
    (d) => {
      const found = strategy(d.closeY, d.closeX);
      const { trades: _, ...account } = pairBacktest({
        y: { open: d.openY, close: d.closeY },
        x: { open: d.openX, close: d.closeX },
        side: found.side,
        beta: found.beta,
        capital: 1_000,
      });
      return { ...found, held: account.side, equity: account.equity, returns: account.returns };
    },
    { openY: y.open, closeY: y.close, openX: x.open, closeX: x.close },
    { lengths: [250, 703, 899, 900] },
  );
});
