import assert from "node:assert/strict";
import { historyText, HistoryWatch } from "../../lib/market/history_progress.ts";

const stream = (instrument: string, minutes: number, missing: number, lastInMs = 0) => ({
  instrument,
  venue: instrument === "BTCUSDT" ? "binance" : "ibkr",
  minutes,
  absent: 0,
  missing,
  backlog: missing === 0
    ? undefined
    : { minutes: missing, requests: 1, position: 0, nextInMs: 0, lastInMs },
});

Deno.test("HistoryWatch says how much is in and how long the rest takes, by the pace so far", () => {
  const watch = new HistoryWatch();
  const coin = stream("BTCUSDT", 43_200, 0);
  const first = watch.take([coin, stream("ES", 0, 29_895)], 1_000)!;
  assert.deepEqual([first.minutes, first.of, first.leftMs], [0, 29_895, NaN], "no pace yet");
  const later = watch.take([coin, stream("ES", 17_040, 12_855)], 14_258)!;
  assert.equal(
    historyText(later),
    "History of ES: 17,040 of 29,895 minutes are in, the newest first, 11 s left.",
  );
  assert.equal(watch.take([coin, stream("ES", 29_894, 1)], 30_000), undefined, "on its way");
  const again = watch.take([stream("ES", 29_894, 60)], 90_000)!;
  assert.equal(again.leftMs, NaN, "an outage is measured by itself");
  const fewer = new HistoryWatch();
  fewer.take([stream("BTCUSDT", 0, 43_200), stream("ES", 0, 1_000)], 0);
  const one = fewer.take([stream("BTCUSDT", 43_200, 0), stream("ES", 0, 1_000)], 2_000)!;
  assert.equal(one.leftMs, NaN, "what Binance was quick with says nothing of IBKR");
});

Deno.test("HistoryWatch promises no more than the venue's limits allow, and sums the instruments", () => {
  const watch = new HistoryWatch();
  watch.take([stream("ES", 0, 1_000), stream("NQ", 0, 1_000)], 0);
  const both = watch.take([stream("ES", 900, 100, 240_000), stream("NQ", 0, 1_000)], 1_000)!;
  assert.deepEqual([both.minutes, both.of, both.leftMs], [900, 2_000, 240_000]);
  assert.match(
    historyText(both),
    /^History of ES and NQ: 900 of 2,000 minutes .* 4 minutes left\.$/,
  );
});

Deno.test("HistoryWatch goes by the slowest venue, whatever the others bring, and by its newest pace", () => {
  const watch = new HistoryWatch();
  // Ten pieces at once, then one of 1,000 minutes every two seconds: as IBKR's limits have it.
  const missingAt = (second: number) => 30_000 - 10_000 - 1_000 * Math.floor(second / 2);
  watch.take([stream("BTCUSDT", 0, 40_000), stream("ES", 0, 30_000)], 0);
  for (let second = 1; second <= 36; second++) {
    const missing = missingAt(second);
    const coin = Math.max(0, 40_000 - 10_000 * second);
    const streams = [stream("BTCUSDT", 40_000 - coin, coin), stream("ES", 0, missing)];
    const { leftMs } = watch.take(streams, 1_000 * second)!;
    const wasMs = 1_000 * (40 - second);
    if (second >= 18) {
      assert.ok(Math.abs(leftMs - wasMs) <= 2_500, `${leftMs} at ${second} s, was ${wasMs}`);
    }
  }
});
