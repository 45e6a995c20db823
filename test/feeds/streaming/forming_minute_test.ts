import assert from "node:assert/strict";
import { FormingMinute } from "../../../lib/feeds/streaming/forming_minute.ts";
import type { Bar } from "../../../lib/model/bar.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const OPEN = Date.UTC(2025, 11, 3, 14, 0);

function start(refreshMs = 0) {
  const clock = new ManualClock();
  const told: Bar[] = [];
  const forming = new FormingMinute({
    id: "BTCUSDT",
    clock,
    refreshMs,
    emit: (event) => event.kind === "forming" && told.push(event.bar),
  });
  /** Takes a bar of the venue. */
  const take = (lastTrade: number, change: Partial<Bar>) => {
    const bar: Bar = {
      openTime: OPEN,
      open: 100,
      high: 110,
      low: 90,
      close: 100,
      volume: 2,
      trades: 5,
      closed: false,
      revision: 0,
      source: "simulated",
    };
    forming.take({ ...bar, ...change }, lastTrade);
  };
  return { clock, forming, told, take };
}

Deno.test("FormingMinute moves on by trades that the kline does not hold, each once", () => {
  const { forming, told, take } = start();
  take(5, { close: 101 });
  forming.addTrade({ sequence: 5, time: OPEN + 1_900, price: 500, size: 1 });
  forming.addTrade({ sequence: 6, time: OPEN + 2_100, price: 112, size: 0.5 });
  forming.addTrade({ sequence: 6, time: OPEN + 2_100, price: 112, size: 0.5 });
  assert.deepEqual(told.map(({ high, close, volume, trades }) => [high, close, volume, trades]), [
    [110, 101, 2, 5],
    [112, 112, 2.5, 6],
  ]);
  take(5, { close: 101 });
  assert.equal(told.length, 2, "a kline behind the trades would make the bar shrink");
  take(7, { close: 99 });
  assert.equal(told.at(-1)!.close, 99);
});

Deno.test("FormingMinute ignores older versions, older minutes and what comes after the close", () => {
  const { forming, told, take } = start();
  take(9, { close: 103 });
  take(8, { close: 102 });
  forming.addTrade({ sequence: 10, time: OPEN - 1, price: 120, size: 1 });
  assert.equal(told.length, 1);
  forming.closed(OPEN);
  take(12, { close: 104 });
  forming.addTrade({ sequence: 13, time: OPEN + 5_100, price: 105, size: 1 });
  assert.equal(told.length, 1, "a bar was told after its close");
  forming.addTrade({ sequence: 14, time: OPEN + MINUTE + 5, price: 105, size: 1 });
  assert.equal(told.at(-1)!.openTime, OPEN + MINUTE, "a trade begins the next minute");
  take(15, { close: 106, openTime: OPEN + MINUTE });
  assert.equal(told.at(-1)!.close, 106);
});

Deno.test("FormingMinute opens a minute without trades at its first one", () => {
  const { forming, told, take } = start();
  take(-1, { trades: 0, high: 100, low: 100, volume: 0 });
  forming.addTrade({ sequence: 3, time: OPEN + 300, price: 99, size: 2 });
  const { open, high, low, close, volume, vwap } = told.at(-1)!;
  assert.deepEqual([open, high, low, close, volume, vwap], [99, 99, 99, 99, 2, 99]);
});

Deno.test("FormingMinute tells trades at most once per refreshMs and equal klines not at all", async () => {
  const { clock, forming, told, take } = start(250);
  take(5, { close: 101 });
  take(5, { close: 101 });
  for (let id = 6; id < 106; id++) {
    await clock.advance(10);
    forming.addTrade({ sequence: id, time: OPEN + 4_000 + id, price: 101 + id % 3, size: 0.1 });
  }
  assert.equal(told.length, 1 + 4);
});

Deno.test("FormingMinute emits the last trade before a pause too, and nothing once it is cleared", async () => {
  const { clock, forming, told, take } = start(40);
  take(5, { close: 101 });
  forming.addTrade({ sequence: 6, time: OPEN + 4_000, price: 102, size: 0.1 });
  forming.addTrade({ sequence: 7, time: OPEN + 4_001, price: 103, size: 0.1 });
  assert.equal(told.length, 1, "too soon after the bar");
  await clock.advance(40);
  assert.deepEqual(told.map(({ close }) => close), [101, 103]);
  await clock.advance(1_000);
  assert.equal(told.length, 2, "the same again");
  forming.addTrade({ sequence: 8, time: OPEN + 5_100, price: 104, size: 0.1 });
  forming.addTrade({ sequence: 9, time: OPEN + 5_101, price: 105, size: 0.1 });
  forming.clear();
  await clock.advance(1_000);
  assert.equal(told.at(-1)!.close, 104);
});
