import assert from "node:assert/strict";
import fc from "fast-check";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { strategyAccount, strategyLine, strategySides } from "../../lib/pairs/strategy_rule.ts";
import type { StrategyRows, StrategyTerms } from "../../lib/pairs/strategy_rows.ts";
import { strategyTrade, summarizeStrategy } from "../../lib/pairs/strategy_summary.ts";
import { netOf, type StrategyGrid, tryStrategies } from "../../lib/pairs/strategy_surface.ts";
import { firstTestRow, walkStrategies } from "../../lib/pairs/strategy_walk.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { normals } from "./synthetic.ts";

const STEP = 5 * MINUTE, START = Date.UTC(2026, 0, 12), YEAR = 105_120;
const GRID: StrategyGrid = { windows: [20, 40], entries: [1, 1.5, 2] };
const PLAN = { train: 80, test: 24 };
const TERMS: StrategyTerms = {
  exit: 0.5,
  stop: 6,
  capital: 10_000,
  gross: 10_000,
  lots: { y: 0.01, x: 0.01 },
  feeBp: { y: 2, x: 3 },
  slippageBp: 1,
  fundingBp: { y: 1, x: null },
};

/** A pair that returns; a few bars of y are missing. */
function pairRows(seed: number, length: number, start = START): StrategyRows {
  const next = normals(seed), uniform = seededRandom(seed);
  let logX = 3, spread = 0;
  const y = { open: new Float64Array(length), close: new Float64Array(length) };
  const x = { open: new Float64Array(length), close: new Float64Array(length) };
  let lastY = Math.exp(4), lastX = Math.exp(3);
  for (let row = 0; row < length; row++) {
    logX += 0.002 * next();
    spread = 0.85 * spread + 0.002 * next();
    y.open[row] = lastY;
    x.open[row] = lastX;
    lastY = y.close[row] = Math.exp(0.4 + 1.2 * logX + spread);
    lastX = x.close[row] = Math.exp(logX);
    if (uniform() < 0.03) y.open[row] = y.close[row] = NaN;
  }
  const money = new Float64Array(length).fill(1e6);
  return { start, stepMs: STEP, length, y: { ...y, money }, x: { ...x, money } };
}

function walked(rows: StrategyRows, terms = TERMS) {
  return walkStrategies(rows, GRID, terms, PLAN, tryStrategies(rows, GRID, terms, YEAR));
}

/** The same bars up to a row, others after it. */
function otherwiseFrom(rows: StrategyRows, row: number, factor: number): StrategyRows {
  const changed = (column: Float64Array) =>
    column.map((value, at) => at < row ? value : value * (at % 2 === 0 ? factor : 1 / factor));
  const leg = ({ open, close, money }: StrategyRows["y"]) => ({
    open: changed(open),
    close: changed(close),
    money,
  });
  return { ...rows, y: leg(rows.y), x: rows.x };
}

Deno.test("later bars change no earlier trade, choice or equity", () => {
  const whole = pairRows(5, 400), known = walked(whole);
  assert.ok(known.account.trades.length >= 10, `${known.account.trades.length} trades`);
  const rowsAhead = fc.integer({ min: 120, max: 399 });
  fc.assert(
    fc.property(rowsAhead, fc.double({ min: 0.9, max: 1.1, noNaN: true }), (row, factor) => {
      const other = walked(otherwiseFrom(whole, row, factor));
      const before = ({ trades }: typeof known.account) =>
        trades.filter(({ exitRow }) => exitRow !== undefined && exitRow < row);
      assert.deepEqual(before(other.account), before(known.account));
      assert.deepEqual(
        other.account.equity.subarray(0, row),
        known.account.equity.subarray(0, row),
      );
      const chosen = ({ folds }: typeof known) => folds.filter(({ train }) => train.to <= row);
      assert.deepEqual(
        chosen(other).map(({ choice }) => choice),
        chosen(known).map(({ choice }) => choice),
      );
    }),
    { numRuns: 30 },
  );
});

Deno.test("a fitted stretch is never its own test, and no trade reaches from one test into the next", () => {
  const rows = pairRows(6, 420), { folds, account, from } = walked(rows);
  assert.equal(folds[0]!.test.from, from);
  folds.forEach(({ train, test }, i) => {
    assert.equal(train.to, test.from);
    assert.equal(train.to - train.from, PLAN.train);
    assert.ok(train.from >= Math.max(...GRID.windows));
    assert.equal(test.from, i === 0 ? from : folds[i - 1]!.test.to);
  });
  const foldOf = (decided: number) =>
    folds.findIndex(({ test }) => decided >= test.from && decided < test.to);
  assert.ok(account.trades.length > 5);
  for (const { entryRow, exitRow = rows.length } of account.trades) {
    const fold = foldOf(entryRow - 1);
    assert.ok(fold >= 0 && folds[fold]!.choice >= 0);
    // Where the bar after a test is missing, it is the next that fills.
    assert.ok(exitRow <= folds[fold]!.test.to + 3, `entered ${entryRow}, left ${exitRow}`);
  }
});

Deno.test("tests stay where they are in time when older bars leave", () => {
  const at = (shift: number) => {
    const start = START + shift * STEP;
    return start + firstTestRow({ start, stepMs: STEP }, 40, PLAN) * STEP;
  };
  for (let shift = 0; shift < 60; shift++) {
    assert.equal(at(shift) % (PLAN.test * STEP), 0);
    assert.ok(at(shift) - (START + shift * STEP) >= 120 * STEP);
  }
  assert.equal(at(1), at(24));
  assert.throws(() => firstTestRow({ start: 0, stepMs: STEP }, 40, { train: 5, test: 1 }), /train/);
});

Deno.test("without costs every setting wins at least as much, and by prices the same", () => {
  const rows = pairRows(7, 400);
  const free = { ...TERMS, feeBp: { y: 0, x: 0 }, slippageBp: 0, fundingBp: { y: null, x: null } };
  const paid = { ...TERMS, fundingBp: { y: null, x: null } };
  const one = tryStrategies(rows, GRID, free, YEAR).surface;
  const other = tryStrategies(rows, GRID, paid, YEAR).surface;
  one.net.forEach((net, i) => {
    assert.ok(
      one.trades[i]! > 3 && other.net[i]! < net,
      `${i}: ${other.net[i]} after, ${net} before`,
    );
    assert.ok(Math.abs(net - one.gross[i]!) < 1e-9);
    assert.ok(Math.abs(one.gross[i]! - other.gross[i]!) < 1e-9);
  });
});

Deno.test("twice the lots and money win twice as much, and lots are whole", () => {
  const rows = pairRows(8, 400);
  const doubled = { ...TERMS, capital: 20_000, gross: 20_000, lots: { y: 0.02, x: 0.02 } };
  const one = walked(rows).account, two = walked(rows, doubled).account;
  assert.equal(two.trades.length, one.trades.length);
  one.trades.forEach((trade, i) => {
    assert.ok(Math.abs(netOf(two.trades[i]!) - 2 * netOf(trade)) < 1e-8);
    const { quantity } = strategyTrade(trade, rows, TERMS);
    for (const units of [quantity.y, quantity.x]) {
      const lots = units / 0.01;
      assert.ok(Math.abs(lots - Math.round(lots)) < 1e-6 && units !== 0, `${units}`);
    }
  });
});

Deno.test("what a trade won is what its fills say, and the parts add up to the account", () => {
  const rows = pairRows(9, 420), { account, from } = walked(rows);
  const trades = account.trades.map((trade) => strategyTrade(trade, rows, TERMS));
  const closed = trades.filter(({ exitTime }) => !Number.isNaN(exitTime));
  assert.ok(closed.length > 5 && closed.some(({ funding }) => funding !== 0));
  for (const { quantity, entry, exit, fees, funding, net, side, entryTime, exitTime } of closed) {
    const moved = quantity.y * (exit.y - entry.y) + quantity.x * (exit.x - entry.x);
    const fee = Math.abs(quantity.y) * (exit.y + entry.y) * 2e-4 +
      Math.abs(quantity.x) * (exit.x + entry.x) * 3e-4;
    assert.ok(Math.abs(fee - fees) < 1e-9);
    assert.ok(
      Math.abs(moved - fees - funding - net) < 1e-9,
      `${moved - fees - funding} and ${net}`,
    );
    assert.equal(Math.sign(quantity.y), side);
    const falls = Math.floor(exitTime / (8 * HOUR)) - Math.floor(entryTime / (8 * HOUR));
    assert.equal(funding !== 0, falls > 0);
  }
  const { net, gross, fees, slippage, funding } = summarizeStrategy(account, rows, TERMS, from);
  assert.ok(Math.abs(gross - fees - slippage - funding - net) < 1e-9);
  assert.ok(Math.abs(account.equity.findLast(Number.isFinite)! - TERMS.capital - net) < 1e-9);
});

Deno.test("capacity is the position whose fills are one per cent of their bars", () => {
  const rows = pairRows(10, 400), { account, from } = walked(rows);
  const { capacity, leastCapacity } = summarizeStrategy(account, rows, TERMS, from);
  // A leg has about half of 10,000; one per cent of a million is 10,000: about twice the position.
  assert.ok(capacity > 15_000 && capacity < 25_000, `${capacity}`);
  assert.ok(leastCapacity <= capacity && leastCapacity > 15_000);
  const thin = { ...rows, x: { ...rows.x, money: rows.x.money.map((value) => value / 10) } };
  const less = summarizeStrategy(account, thin, TERMS, from);
  assert.ok(less.leastCapacity < 3_000);
  const unknown = { ...rows, y: { ...rows.y, money: rows.y.money.map(() => NaN) } };
  assert.ok(Number.isFinite(summarizeStrategy(account, unknown, TERMS, from).capacity));
});

Deno.test("the rule decides by rows before it alone, and fills at the next open", () => {
  const rows = pairRows(11, 200), line = strategyLine(rows, 40);
  const side = strategySides(line.z, { from: 40, to: 200 }, { enter: 1.5, exit: 0.5, stop: 6 });
  const { trades } = strategyAccount(rows, side, line.beta, TERMS);
  for (const { entryRow, beta, entryPrices, quantityY } of trades) {
    assert.equal(beta, line.beta[entryRow - 1]);
    const open = rows.y.open[entryRow]!;
    assert.ok(Math.abs(entryPrices.y - open * (1 + Math.sign(quantityY) * 1e-4)) < 1e-9);
  }
  assert.ok(trades.length > 3);
});
