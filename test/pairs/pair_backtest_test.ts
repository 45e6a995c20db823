import assert from "node:assert/strict";
import fc from "fast-check";
import { alwaysOpen, type TradingCalendar } from "../../lib/calendar/calendar.ts";
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
  const rounded = (q: number) => o.wholeContracts ? (q < 0 ? -Math.round(-q) : Math.round(q)) : q;
  let lastY = NaN, lastX = NaN;
  const known = (price: number, last: number) => Number.isFinite(price) ? price : last;
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
    if (row > 0) {
      lastY = known(o.y.open[row]!, lastY);
      lastX = known(o.x.open[row]!, lastX);
      const rateY = o.y.funding?.[row] ?? 0, rateX = o.x.funding?.[row] ?? 0;
      if (qy !== 0 && Number.isFinite(rateY)) cash -= qy * ty.m * lastY * rateY;
      if (qx !== 0 && Number.isFinite(rateX)) cash -= qx * tx.m * lastX * rateX;
    }
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
        if (wanted !== 0 && Number.isFinite(newY + newX) && newY !== 0 && newX !== 0) {
          buy(row, "y", newY);
          buy(row, "x", newX);
          held = wanted;
        }
      } else if (o.rebalance && held !== 0 && Number.isFinite(perY)) {
        const target = rounded(-qy * perY);
        if (target !== 0) buy(row, "x", target - qx);
      }
    }
    lastY = known(o.y.close[row]!, lastY);
    lastX = known(o.x.close[row]!, lastX);
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
  fundingY: fc.constantFrom(0, 0, NaN, 1e-4, -5e-4),
  fundingX: fc.constantFrom(0, 0, NaN, 3e-4),
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
  y: {
    open: rows.map((r) => r.openY),
    close: rows.map((r) => r.closeY),
    funding: rows.map((r) => r.fundingY),
  },
  x: {
    open: rows.map((r) => r.openX),
    close: rows.map((r) => r.closeX),
    funding: rows.map((r) => r.fundingX),
  },
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
        fundingY: y.funding as number[],
        fundingX: x.funding as number[],
      };
      assertNoLookAhead((d) => {
        const { trades: _, refused: __, ...columns } = pairBacktest({
          ...rest,
          y: { open: d.openY, close: d.closeY, funding: d.fundingY },
          x: { open: d.openX, close: d.closeX, funding: d.fundingX },
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
    const { equity, trades, costs, funding, quantityY, quantityX } = pairBacktest(options);
    const net = trades.reduce((sum, each) => sum + each.gross - each.costs - each.funding, 0);
    const funded = trades.reduce((sum, trade) => sum + trade.funding, 0);
    assert.ok(distance(funding.reduce((a, b) => a + b, 0), funded) < 1e-9);
    const last = equity.length - 1;
    if (!Number.isNaN(equity[last]!)) {
      assert.ok(distance(equity[last]! - options.capital, net) < 1e-9);
    }
    const paid = trades.reduce((sum, trade) => sum + trade.costs, 0);
    assert.ok(distance(costs.reduce((a, b) => a + b, 0), paid) < 1e-9);
    equity.forEach((value, i) => {
      assert.equal(quantityY[i] === 0, quantityX[i] === 0, "no leg is ever held alone");
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
      const account = pairBacktest({
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

Deno.test("a short spread in whole contracts is the long one with the other sign, leg by leg", () => {
  const prices = { open: [100, 100, 100], close: [100, 100, 100] };
  fc.assert(
    fc.property(
      fc.integer({ min: -40, max: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (eighths, halves) => {
        const [long, short] = [1, -1].map((side) =>
          pairBacktest({
            y: prices,
            x: prices,
            side: [side, side, side],
            beta: eighths / 8,
            contracts: halves / 2,
            capital: 1e6,
            wholeContracts: true,
          })
        );
        assert.deepEqual(
          Array.from(short!.quantityY, (q) => 0 - q),
          Array.from(long!.quantityY, (q) => 0 + q),
        );
        assert.deepEqual(
          Array.from(short!.quantityX, (q) => 0 - q),
          Array.from(long!.quantityX, (q) => 0 + q),
        );
        assert.equal(long!.refused[0]?.reason, short!.refused[0]?.reason);
      },
    ),
    { examples: [[4, 1], [12, 1], [20, 3]] },
  );
});

Deno.test("a position of which a leg would be none is refused with its reason, once a stretch", () => {
  const prices = { open: [100, 100, 100, 100, 100], close: [100, 100, 100, 100, 100] };
  const run = (beta: number | number[], more: Partial<PairBacktestOptions> = {}) =>
    pairBacktest({ y: prices, x: prices, side: [1, 1, 1, -1, -1], beta, capital: 1e6, ...more });
  const reasons = (beta: number | number[], more: Partial<PairBacktestOptions> = {}) =>
    run(beta, more).refused.map(({ row, side, reason }) => [row, side, reason]);
  assert.deepEqual(reasons(0), [[1, 1, "beta-0"], [4, -1, "beta-0"]]);
  assert.deepEqual(reasons(0.3, { wholeContracts: true }), [
    [1, 1, "leg-rounds-to-0"],
    [4, -1, "leg-rounds-to-0"],
  ]);
  assert.deepEqual(reasons([NaN, NaN, 1, 1, 1]), [[1, 1, "beta-unknown"]]);
  assert.deepEqual(reasons(1, { yTerms: { margin: 2e6 } })[0], [1, 1, "margin"]);
  assert.deepEqual(run([NaN, NaN, 1, 1, 1]).trades.map(({ entryRow }) => entryRow), [3, 4]);
  assert.ok(run(0).quantityY.every((quantity) => quantity === 0));
});

Deno.test("rebalancing keeps the hedge that stands rather than none", () => {
  const prices = { open: [100, 100, 100, 100], close: [100, 100, 100, 100] };
  const { quantityX } = pairBacktest({
    y: prices,
    x: prices,
    side: [1, 1, 1, 1],
    beta: [2, 0, 0.2, NaN],
    capital: 1e6,
    wholeContracts: true,
    rebalance: true,
  });
  assert.deepEqual([...quantityX], [0, -2, -2, -2]);
});

Deno.test("funding is paid at the open it falls due, by what was held into it", () => {
  const { equity, funding, trades } = pairBacktest({
    y: { open: [100, 100, 110, 110], close: [100, 100, 110, 110], funding: [1, 0.01, 0.001, NaN] },
    x: { open: [50, 50, 50, 50], close: [50, 50, 50, 50], funding: [0, 0, 0.002, 0] },
    side: [1, 1, 0, 0],
    beta: 1,
    capital: 1_000,
    yTerms: { multiplier: 2 },
    xTerms: { multiplier: 2 },
  });
  // Row 1: nothing was held into the open. Row 2: long 2 · 110 pays 0.1 %, short 2 · 50 is paid 0.2 %.
  assert.deepEqual(Array.from(funding, (paid) => Number(paid.toFixed(12))), [0, 0, 0.02, 0]);
  assert.equal(equity[3], 1_000 + 20 - 0.02);
  assert.equal(trades[0]!.funding.toFixed(12), "0.020000000000");
  // Row 3: the position of y falls due at a rate that is not known, before it is closed.
  assert.equal(trades[0]!.unknownFundings, 1);
});

Deno.test("a margin call closes both legs at the next fill, and waits for another decision", () => {
  const run = pairBacktest({
    y: { open: [100, 100, 100, 60, 60, 60], close: [100, 100, 55, 60, 60, 60] },
    x: { open: [100, 100, 100, 100, 100, 100], close: [100, 100, 100, 100, 100, 100] },
    side: [1, 1, 1, 1, -1, -1],
    beta: 1,
    capital: 100,
    yTerms: { margin: 40, maintenance: 30 },
    xTerms: { margin: 40, maintenance: 30 },
  });
  assert.deepEqual([...run.margin], [0, 80, 80, 0, 0, 0]);
  assert.deepEqual([...run.side], [0, 1, 1, 0, 0, 0]);
  assert.deepEqual(run.trades.map(({ exitRow, endedBy }) => [exitRow, endedBy]), [[3, "margin"]]);
  assert.deepEqual(run.refused, [{ row: 5, side: -1, reason: "margin" }]);
});

Deno.test("nothing is filled outside the hours of a leg", () => {
  const prices = { open: [100, 100, 100, 100], close: [100, 100, 100, 100] };
  const closedAtOne: TradingCalendar = { ...alwaysOpen, isOpen: (time) => time !== 1 };
  const options: PairBacktestOptions = {
    y: prices,
    x: { ...prices, hours: closedAtOne },
    side: [1, 1, 0, 0],
    beta: 1,
    capital: 1_000,
  };
  const { quantityY } = pairBacktest({ ...options, openTime: [0, 1, 2, 3] });
  assert.deepEqual([...quantityY], [0, 0, 1, 0]);
  assert.throws(() => pairBacktest(options), /openTime must be given/);
  assert.throws(() => pairBacktest({ ...options, openTime: [0] }), /openTime must have 4 rows/);
});
