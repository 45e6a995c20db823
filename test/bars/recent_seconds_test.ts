import assert from "node:assert/strict";
import { KEPT_SECONDS, RecentSeconds } from "../../lib/bars/recent_seconds.ts";
import { SECOND } from "../../lib/model/time.ts";

Deno.test("RecentSeconds keeps three hours of one-second bars and no more", () => {
  const seconds = new RecentSeconds({ sourceOf: () => "simulated" });
  const count = KEPT_SECONDS + 5_000;
  for (let i = 0; i < count; i++) {
    seconds.take({ id: i + 1, time: i * SECOND + 10, price: 100 + i, size: 1 });
  }
  const bars = seconds.between(-Infinity, Infinity);
  assert.equal(bars.length, KEPT_SECONDS);
  assert.equal(bars.at(-1)?.openTime, (count - 2) * SECOND);
  assert.equal(bars[0]?.openTime, (count - 1 - KEPT_SECONDS) * SECOND);
  assert.deepEqual(bars.at(-1), {
    openTime: (count - 2) * SECOND,
    open: 100 + count - 2,
    high: 100 + count - 2,
    low: 100 + count - 2,
    close: 100 + count - 2,
    volume: 1,
    trades: 1,
    vwap: 100 + count - 2,
    closed: true,
    revision: 0,
    source: "simulated",
  });
});

Deno.test("RecentSeconds has no bar for a second without trades, or with trades missing", () => {
  const seconds = new RecentSeconds({ sourceOf: () => "simulated" });
  const at = [[1, 0], [2, 1], [3, 3], [5, 4], [6, 5], [7, 6]];
  for (const [id, second] of at) {
    seconds.take({ id: id!, time: second! * SECOND, price: 10, size: 1 });
  }
  const openTimes = seconds.between(0, 10 * SECOND).map((bar) => bar.openTime / SECOND);
  assert.deepEqual(openTimes, [1, 5]);
  assert.deepEqual(seconds.between(2 * SECOND, 5 * SECOND), []);
});
