import assert from "node:assert/strict";
import { CloseVersions } from "../../../lib/feeds/streaming/close_versions.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { type Bench, START, withBench } from "../binance/harness.ts";

Deno.test("CloseVersions knows a newer version of each of the last minutes, and none from before them", () => {
  const versions = new CloseVersions();
  assert.equal(versions.isOlder(0, -1e15), false, "nothing is known");
  for (let i = 0; i < 40; i++) versions.stream(i * MINUTE, (i + 1) * MINUTE + 3);
  assert.equal(versions.isOlder(39 * MINUTE, 40 * MINUTE + 2), true);
  assert.equal(versions.isOlder(39 * MINUTE, 40 * MINUTE + 3), false);
  assert.equal(versions.isOlder(2 * MINUTE, 3 * MINUTE + 3), true, "repeated from long ago");
  assert.equal(versions.isOlder(2 * MINUTE, 40 * MINUTE), false, "said today of long ago");
  versions.history(50 * MINUTE);
  assert.equal(versions.isOlder(2 * MINUTE, 40 * MINUTE), true);
  assert.equal(versions.isOlder(39 * MINUTE, 40 * MINUTE + 4), false);
});

/** The closing frame of a minute with a volume of its own, dated `eventTime`. */
function closing({ venue }: Bench, openTime: number, volume: string, eventTime: number): string {
  const bar = venue.minute("BTCUSDT", openTime)!;
  const k = {
    ...{ t: openTime, T: openTime + MINUTE - 1, s: "BTCUSDT", i: "1m", f: bar.firstId },
    ...{ L: bar.firstId + bar.trades - 1, o: bar.open, h: bar.high, l: bar.low, c: bar.close },
    ...{ v: volume, q: bar.quote, n: bar.trades, x: true },
  };
  const data = { e: "kline", E: eventTime, s: "BTCUSDT", k };
  return JSON.stringify({ stream: "btcusdt@kline_1m", data });
}

Deno.test("createBinanceFeed lets no older version change a closed minute, and takes a newer one as a revision", async () => {
  await withBench({ backfillMs: HOUR }, async (bench) => {
    const { venue, feed } = bench;
    await bench.advance(4 * MINUTE);
    const minute = START - START % MINUTE + 2 * MINUTE;
    // Repeats from long ago, of minutes that the stream closed and of one that history brought.
    venue.broadcast(closing(bench, minute, "1.00000000", minute + MINUTE - 1));
    venue.broadcast(closing(bench, minute - 30 * MINUTE, "1.00000000", minute - 29 * MINUTE));
    assert.equal(feed.snapshot().rejectedFrames, 2);
    bench.assertTruth("BTCUSDT");
    // The same version again is a repeat, however old.
    const { volume } = venue.minute("BTCUSDT", minute - 30 * MINUTE)!;
    venue.broadcast(closing(bench, minute - 30 * MINUTE, volume, minute - 29 * MINUTE));
    assert.equal(feed.snapshot().rejectedFrames, 2);
    assert.equal(bench.ledgers.get("BTCUSDT")!.coverage().revisions, 0);
    venue.broadcast(closing(bench, minute, "7.00000000", minute + MINUTE + SECOND));
    assert.deepEqual(
      [
        bench.ledgers.get("BTCUSDT")!.at(minute)!.volume,
        bench.ledgers.get("BTCUSDT")!.at(minute)!.revision,
      ],
      [7, 1],
    );
  });
});
