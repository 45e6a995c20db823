import assert from "node:assert/strict";
import { BarStore, type LongBars } from "../../../lib/charts/browser/bar_store.ts";
import type { PageBar } from "../../../lib/charts/packed_bars.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";

const START = Date.UTC(2025, 11, 3, 12);

/** A bar around its close, of volume 1. */
function bar(openTime: number, close: number): PageBar {
  return { openTime, open: close - 0.5, high: close + 1, low: close - 1, close, volume: 1 };
}

function minutes(from: number, count: number): PageBar[] {
  return Array.from({ length: count }, (_, i) => bar(START + (from + i) * MINUTE, 100 + from + i));
}

const NONE: LongBars = { minutes: [], fives: [], hours: [], dayBars: [], days: [] };

Deno.test("BarStore makes longer bars of its minutes, the last forming until its end is settled", () => {
  const store = new BarStore();
  store.takeSnapshot(minutes(0, 12), true);
  const { bars, isForming } = store.view("5m", START + 12 * MINUTE);
  assert.deepEqual(bars.map(({ openTime, volume }) => [(openTime - START) / MINUTE, volume]), [
    [0, 5],
    [5, 5],
    [10, 2],
  ]);
  assert.deepEqual(bars[0], {
    openTime: START,
    open: 99.5,
    high: 105,
    low: 99,
    close: 104,
    volume: 5,
  });
  assert.equal(isForming, true);
  assert.equal(store.view("5m", START + 15 * MINUTE).isForming, false);
});

Deno.test("BarStore adds the forming minute, and lets go of it once it has closed", () => {
  const store = new BarStore();
  store.takeSnapshot(minutes(0, 3), true);
  store.takeNewest([], bar(START + 3 * MINUTE, 200), 5);
  assert.equal(store.view("1m", START + 3 * MINUTE).bars.at(-1)!.close, 200);
  assert.equal(store.view("1h", START + 3 * MINUTE).bars.at(-1)!.close, 200);
  store.takeNewest([], bar(START + 3 * MINUTE, 150), 4);
  assert.equal(store.forming!.close, 200, "an older statement that came late changes nothing");
  store.takeNewest([bar(START + 3 * MINUTE, 201)], undefined, 6);
  const { bars, isForming } = store.view("1m", START + 3 * MINUTE);
  assert.deepEqual([bars.at(-1)!.close, isForming], [201, false]);
  store.takeSnapshot(minutes(0, 5), true);
  assert.equal(store.view("1m", 0).bars.length, 5);
});

Deno.test("BarStore reaches back with the kernel's longer bars, and takes minutes where it has all", () => {
  const store = new BarStore();
  const hours = [-3, -2, -1, 0].map((n) => bar(START + n * HOUR, 50 + n));
  const fives = Array.from(
    { length: 24 },
    (_, i) => bar(START - 2 * HOUR + i * 5 * MINUTE, 60 + i),
  );
  store.takeHistory({ ...NONE, minutes: minutes(-8, 8), fives, hours });
  store.takeSnapshot(minutes(-3, 63), true);
  const closes = store.view("1h", START + 60 * MINUTE).bars.map(({ close }) => close);
  // 11:00 has eight minutes here and sixty in the kernel; 12:00 has all of them here.
  assert.deepEqual(closes, [47, 48, 49, 159]);
  const of5m = store.view("5m", START + 60 * MINUTE).bars;
  assert.equal(of5m.length, 24 + 12);
  assert.equal(of5m[22]!.close, 82, "11:50 is the kernel's");
  assert.equal(of5m[23]!.close, 99, "11:55 is made of its minutes");
  assert.equal(store.view("1m", 0).bars.length, 8 + 60);
});

Deno.test("BarStore cuts days where the kernel says, and leaves out what lies between two", () => {
  const store = new BarStore();
  const days = [-26, -2].map((hour) => ({
    from: START + hour * HOUR,
    to: START + (hour + 23) * HOUR,
  }));
  const hours = [-4, -3, -2, -1].map((n) => bar(START + n * HOUR, 50 + n));
  const dayBars = [bar(days[0]!.from, 40)];
  store.takeHistory({ ...NONE, hours, days, dayBars });
  store.takeSnapshot(minutes(0, 2), true);
  const { bars, isForming } = store.view("1d", START + 2 * MINUTE);
  assert.deepEqual(bars.map(({ openTime, close }) => [(openTime - START) / HOUR, close]), [
    [-26, 40],
    [-2, 101],
  ]);
  assert.equal(isForming, true);
});

Deno.test("BarStore takes what history has healed, and forgets on a feed that begins anew", () => {
  const store = new BarStore();
  store.takeSnapshot(minutes(0, 10).filter((_, i) => i !== 4), true);
  store.takeHistory({ ...NONE, minutes: minutes(-5, 12) });
  assert.equal(store.view("1m", 0).bars.length, 15);
  store.takeSnapshot(minutes(500, 3), false);
  assert.equal(store.view("1m", 0).bars.length, 3);
});

Deno.test("BarStore joins short feeds to recent minutes and history, in whatever order they come", () => {
  const long = { ...NONE, minutes: minutes(0, 100) };
  const bring = {
    history: (store: BarStore) => store.takeHistory(long),
    recent: (store: BarStore) => store.takeMinutes(minutes(60, 90)),
    feed: (store: BarStore) => store.takeSnapshot(minutes(140, 40), true),
  };
  const orders = [
    ["feed", "history", "recent"],
    ["history", "recent", "feed"],
    ["recent", "feed", "history"],
    // The page was away for so long that its next feed does not join on.
    ["history", "feed", "recent"],
  ] as const;
  for (const order of orders) {
    const store = new BarStore();
    for (const name of order) bring[name](store);
    assert.deepEqual(store.minutes, minutes(0, 180), order.join());
  }
});
