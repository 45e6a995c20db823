import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import { barColumnsOf } from "../../lib/store/bar_columns.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { type Discrepancy, TradeResampler } from "../../lib/store/trade_resampler.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);
const BTC = {
  id: "BTCUSDT",
  venue: "binance",
  kind: "crypto",
  exchange: "spot",
  currency: "USDT",
} as const;

/** A trade every 10 s, of size 1, each a dollar dearer; whole from the start to `minutes` later. */
async function storeOf(minutes: number) {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const count = minutes * 6;
  const column = (of: (i: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => of(i));
  const time = column((i) => START + i * 10 * SECOND);
  await store.write({
    instruments: [BTC],
    trades: [{
      instrument: "BTCUSDT",
      trades: {
        id: column((i) => i),
        time,
        received: time,
        price: column((i) => 100 + i),
        size: column(() => 1),
        side: new Int8Array(count),
      },
    }],
    coverage: [{
      instrument: "BTCUSDT",
      stepMs: 0,
      from: START,
      to: START + minutes * MINUTE,
      state: "complete",
      reason: "",
    }],
  });
  return store;
}

async function resampled(store: Awaited<ReturnType<typeof storeOf>>) {
  const found: Discrepancy[] = [];
  const resampler = new TradeResampler({
    store,
    onDiscrepancy: (one) => void found.push(one),
    numbersTrades: () => true,
  });
  let turns = 1;
  while (await resampler.turn()) turns++;
  return { found, turns };
}

const all = { instrument: "BTCUSDT", from: -Infinity, to: Infinity };

Deno.test("TradeResampler makes seconds and five minutes of whole trades, a bounded part a turn, and once", async () => {
  const store = await storeOf(23);
  const { turns } = await resampled(store);
  assert.ok(turns >= 4, `${turns} turns`);
  const seconds = await store.bars({ ...all, stepMs: SECOND });
  assert.equal(seconds.openTime.length, 23 * 6);
  const fives = await store.bars({ ...all, stepMs: 5 * MINUTE });
  assert.deepEqual([...fives.openTime], [0, 5, 10, 15].map((minute) => START + minute * MINUTE));
  assert.deepEqual([fives.open[1], fives.close[1], fives.volume[1], fives.trades[1]], [
    130,
    159,
    30,
    30,
  ]);
  const again = await resampled(store);
  assert.equal(again.turns, 1, "nothing is left to be done");
  await store.close();
});

Deno.test("a turn of TradeResampler ends behind the piece under way, and the rest is made later", async () => {
  const store = await storeOf(23);
  const resampler = new TradeResampler({
    store,
    onDiscrepancy: () => {},
    numbersTrades: () => true,
  });
  let looks = 0;
  assert.equal(await resampler.turn(() => ++looks > 3), true, "there is more");
  const seconds = () => store.bars({ ...all, stepMs: SECOND });
  assert.equal((await seconds()).openTime.length, 2 * 6, "two minutes were made");
  await resampled(store);
  assert.equal((await seconds()).openTime.length, 23 * 6);
  await store.close();
});

Deno.test("TradeResampler takes no part of time in which trades are missing", async () => {
  const store = await storeOf(12);
  const hole = { from: START + 6 * MINUTE + 1, to: START + 6 * MINUTE + 2 };
  await store.write({
    coverage: [{ instrument: "BTCUSDT", stepMs: 0, ...hole, state: "missing", reason: "lost" }],
  });
  await resampled(store);
  const rows = await store.coverage({ ...all, stepMs: SECOND });
  assert.deepEqual(rows.map(({ from, to }) => [(from - START) / MINUTE, (to - START) / MINUTE]), [
    [0, 6],
    [7, 12],
  ]);
  const fives = await store.bars({ ...all, stepMs: 5 * MINUTE });
  assert.deepEqual([...fives.openTime], [START]);
  await store.close();
});

Deno.test("TradeResampler names a minute of the venue that is not what its trades make", async () => {
  const store = await storeOf(3);
  const bars = [0, 1, 2].map((minute) => ({
    openTime: START + minute * MINUTE,
    open: 100 + minute * 6,
    high: 105 + minute * 6,
    low: 100 + minute * 6,
    close: 105 + minute * 6 - (minute === 1 ? 1 : 0),
    volume: 6,
    closed: true,
    revision: 0,
    source: "live" as const,
  }));
  await store.write({
    bars: [{ instrument: "BTCUSDT", stepMs: MINUTE, bars: barColumnsOf(bars) }],
  });
  const { found } = await resampled(store);
  assert.deepEqual(found, [
    { instrument: "BTCUSDT", openTime: START + MINUTE, columns: ["close"] },
  ]);
  await store.close();
});
