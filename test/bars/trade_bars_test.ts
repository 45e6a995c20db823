import assert from "node:assert/strict";
import fc from "fast-check";
import { resample } from "../../lib/bars/rebar.ts";
import { type CountedTrade, type TradeBarEvent, TradeBars } from "../../lib/bars/trade_bars.ts";
import type { Bar } from "../../lib/model/bar.ts";

const STEP = 1_000;

function takeAll(bars: TradeBars, trades: readonly CountedTrade[]): TradeBarEvent[] {
  return trades.flatMap((trade) => bars.take(trade));
}

function newBars(): TradeBars {
  return new TradeBars({ stepMs: STEP, source: "simulated" });
}

function closedIn(events: readonly TradeBarEvent[]): Bar[] {
  const bars = new Map<number, Bar>();
  for (const event of events) {
    if (event.kind === "closed" || event.kind === "revised") {
      bars.set(event.bar.openTime, event.bar);
    }
  }
  return [...bars.values()].sort((a, b) => a.openTime - b.openTime);
}

/** Trades with ids from 1, some ms apart; decimal sizes. */
const tradesOf = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 2_500 }),
    price: fc.integer({ min: 9_000, max: 11_000 }).map((cents) => cents / 100),
    size: fc.integer({ min: 0, max: 500_000 }).map((units) => units / 100_000),
  }),
  { minLength: 1, maxLength: 60 },
).map((steps) => {
  let time = 1_000_000;
  return steps.map(({ waitMs, price, size }, i): CountedTrade => {
    time += waitMs;
    return { id: i + 1, time, price, size };
  });
});

Deno.test("TradeBars closes the bars that resample makes of the same trades, but for both ends", () => {
  fc.assert(fc.property(tradesOf, (trades) => {
    const events = takeAll(newBars(), trades);
    const columns = resample({
      time: trades.map((trade) => trade.time),
      price: trades.map((trade) => trade.price),
      size: trades.map((trade) => trade.size),
    }, { stepMs: STEP });
    const closed = closedIn(events);
    assert.deepEqual(
      closed.map((bar) => bar.openTime),
      Array.from(columns.openTime).slice(1, -1),
      "the first is not known from its beginning, the last has not ended",
    );
    for (const [at, bar] of closed.entries()) {
      const row = at + 1;
      assert.equal(bar.closed, true);
      for (const name of ["open", "high", "low", "close", "volume", "trades"] as const) {
        assert.equal(bar[name], columns[name][row], name);
      }
      assert.ok(Object.is(bar.vwap ?? NaN, columns.vwap[row]), "vwap");
    }
  }));
});

Deno.test("TradeBars accounts for every step between the first and the newest trade once", () => {
  fc.assert(fc.property(tradesOf, fc.func(fc.integer({ min: 0, max: 9 })), (trades, draw) => {
    const kept = trades.filter(({ id }) => draw(id) > 1);
    if (kept.length === 0) return;
    const events = takeAll(newBars(), kept);
    const seen = new Map<number, string>();
    for (const event of events) {
      const from = "bar" in event ? event.bar.openTime : event.from;
      const to = "bar" in event ? event.bar.openTime + STEP : event.to;
      for (let time = from; time < to; time += STEP) {
        assert.ok(!seen.has(time) || event.kind === "incomplete", `${time} comes twice`);
        seen.set(time, event.kind);
      }
    }
    const whole = resample({
      time: trades.map((trade) => trade.time),
      price: trades.map((trade) => trade.price),
      size: trades.map((trade) => trade.size),
    }, { stepMs: STEP });
    const truth = new Map(Array.from(whole.openTime, (time, row) => [time, whole.trades[row]]));
    for (const bar of closedIn(events)) {
      assert.equal(bar.trades, truth.get(bar.openTime), "no closed bar lacks a trade");
    }
    for (const [time, kind] of seen) if (kind === "empty") assert.equal(truth.get(time), undefined);
  }));
});

Deno.test("TradeBars makes no bar of a step that a jump of ids touches", () => {
  const bars = newBars();
  const events = takeAll(bars, [
    { id: 1, time: 500, price: 10, size: 1 },
    { id: 2, time: 1_500, price: 10, size: 1 },
    { id: 4, time: 2_500, price: 10, size: 1 },
    { id: 5, time: 3_500, price: 11, size: 1 },
    { id: 6, time: 4_500, price: 12, size: 1 },
  ]);
  assert.deepEqual(events[0], {
    kind: "incomplete",
    from: 1_000,
    to: 3_000,
    fromId: 3,
    toId: 3,
  });
  assert.deepEqual(closedIn(events).map((bar) => bar.openTime), [3_000]);
  assert.equal(bars.lastId, 6);
});

Deno.test("TradeBars says that nothing traded only where the ids prove it", () => {
  const bars = newBars();
  const events = takeAll(bars, [
    { id: 1, time: 500, price: 10, size: 1 },
    { id: 2, time: 1_500, price: 10, size: 1 },
    { id: 3, time: 4_500, price: 10, size: 1 },
  ]);
  assert.deepEqual(events.map((event) => event.kind), ["closed", "empty"]);
  assert.deepEqual(events[1], { kind: "empty", from: 2_000, to: 4_000 });
  assert.deepEqual(bars.proveQuiet(2, 9_000), [], "the venue has a newer trade");
  const quiet = bars.proveQuiet(3, 7_200);
  assert.deepEqual(quiet.map((event) => event.kind), ["closed", "empty"]);
  assert.deepEqual(quiet[1], { kind: "empty", from: 5_000, to: 7_000 });
  const after = bars.take({ id: 4, time: 9_100, price: 13, size: 1 });
  assert.deepEqual(after, [{ kind: "empty", from: 7_000, to: 9_000 }]);
});

Deno.test("TradeBars revises the bar of a trade that is dated before the end of a closed one", () => {
  const bars = newBars();
  takeAll(bars, [
    { id: 1, time: 500, price: 10, size: 1 },
    { id: 2, time: 1_500, price: 10, size: 1 },
    { id: 3, time: 2_001, price: 10, size: 1 },
  ]);
  const [late] = bars.take({ id: 4, time: 1_999, price: 8, size: 2 });
  assert.ok(late?.kind === "revised");
  assert.deepEqual([late.bar.openTime, late.bar.low, late.bar.volume, late.bar.revision], [
    1_000,
    8,
    3,
    1,
  ]);
  takeAll(bars, [
    { id: 5, time: 3_001, price: 10, size: 1 },
    { id: 6, time: 6_001, price: 10, size: 1 },
  ]);
  const [inEmpty] = bars.take({ id: 7, time: 5_999, price: 9, size: 1 });
  assert.ok(inEmpty?.kind === "revised" && inEmpty.bar.openTime === 5_000);
  const [old] = bars.take({ id: 8, time: 3_500, price: 9, size: 1 });
  assert.deepEqual(old, { kind: "incomplete", from: 3_000, to: 4_000, fromId: 8, toId: 8 });
});

Deno.test("TradeBars passes over repeats and what is no trade", () => {
  const bars = newBars();
  bars.take({ id: 5, time: 500, price: 10, size: 1 });
  for (
    const trade of [
      { id: 5, time: 1_500, price: 10, size: 1 },
      { id: 4, time: 1_500, price: 10, size: 1 },
      { id: 6.5, time: 1_500, price: 10, size: 1 },
      { id: 6, time: NaN, price: 10, size: 1 },
      { id: 6, time: 1_500, price: 0, size: 1 },
      { id: 6, time: 1_500, price: Infinity, size: 1 },
      { id: 6, time: 1_500, price: 10, size: -1 },
    ]
  ) assert.deepEqual(bars.take(trade), []);
  assert.equal(bars.lastId, 5);
  assert.throws(() => new TradeBars({ stepMs: 0, source: "live" }), /stepMs must be .* got 0/);
});

Deno.test("TradeBars adds decimal sizes up to the last digit", () => {
  const bars = newBars();
  bars.take({ id: 1, time: 0, price: 1, size: 1 });
  for (let i = 0; i < 1_000; i++) bars.take({ id: i + 2, time: 1_000, price: 1, size: 0.1 });
  const [event] = bars.take({ id: 1_002, time: 2_000, price: 1, size: 1 });
  assert.ok(event?.kind === "closed");
  assert.equal(event.bar.volume, 100);
});
