/** The feed against the simulated venue, over real sockets and the real clock. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { assertTruth, pause, type RunOptions, withRun } from "./venue_run.ts";

const failureOf = (events: readonly FeedEvent[]) =>
  events.find((event) => event.kind === "failure")?.error;

Deno.test("createBinanceFeed is live within 5 s at speed 1, with 24 h of two symbols and no violation", async () => {
  const options = { symbols: ["BTCUSDT", "ETHUSDT"], backfillMs: DAY };
  await withRun(options, async ({ server, time, feed, ledger, until }) => {
    await until(() => feed.snapshot().state === "live", 5_000);
    for (const symbol of options.symbols) {
      assert.equal(assertTruth(ledger(symbol), floorTo(time.now() - 4 * SECOND, MINUTE)), 1_440);
    }
    const { venueTime, clockUncertaintyMs } = feed.snapshot();
    assert.ok(Math.abs(venueTime - time.now()) < 50 && clockUncertaintyMs < 50);
    const stats = server.stats();
    assert.deepEqual(stats.violations, []);
    assert.equal(stats.restCalls, 5, "one for the time, two pages a symbol");
  });
});

for (const [speed, hours] of [[600, 0.5], [3_600, 2.5]] as const) {
  Deno.test(`createBinanceFeed equals the truth at speed ${speed} through every fault of the venue`, async () => {
    const options = { speed, symbols: ["BTCUSDT", "ETHUSDT"], backfillMs: 6 * HOUR };
    await withRun(options, async ({ server, time, feed, events, ledger, until }) => {
      await until(() => feed.snapshot().state === "live", 5_000);
      const began = time.now();
      const faults = [
        () => server.drop(),
        () => server.corrupt(200),
        () => server.stall(4 * MINUTE),
        () => server.delay(20 * SECOND, 2 * MINUTE),
        () => server.refuse(3 * MINUTE),
        () => server.announceShutdown(30 * SECOND),
        () => server.endLifetimes(),
      ];
      for (const fault of faults) {
        fault();
        await pause(hours * HOUR / speed / faults.length);
      }
      await until(
        () => feed.snapshot().state === "live" && time.now() > began + hours * HOUR,
        9_000,
      );
      const end = floorTo(time.now(), MINUTE);
      const isWhole = () => options.symbols.every((symbol) => ledger(symbol).settledTo >= end);
      await until(isWhole, 5_000);
      for (const symbol of options.symbols) {
        assert.ok(assertTruth(ledger(symbol), end) >= 6 * 60 + hours * 60 - 1);
        assert.equal(ledger(symbol).coverage().revisions, 0);
      }
      const closed = events.flatMap((event) =>
        event.kind === "bar" ? [`${event.instrument} ${event.bar.openTime}`] : []
      );
      assert.equal(new Set(closed).size, closed.length, "a minute closed twice");
      assert.ok(feed.snapshot().reconnects >= 2);
      assert.deepEqual(server.stats().violations, []);
    });
  });
}

Deno.test("createBinanceFeed is whole behind a REST side that limits first and then lags by two bars", async () => {
  const scenario = {
    restFailure: { status: 429, retryAfter: 20, times: 1 },
    restLagMs: 2 * MINUTE,
  };
  await withRun({ speed: 120, scenario }, async ({ server, time, feed, events, ledger, until }) => {
    await until(() => feed.snapshot().state === "live", 9_000);
    assert.equal(failureOf(events)?.code, "rate-limited");
    const end = floorTo(time.now(), MINUTE);
    server.corrupt(60);
    await until(() => ledger("BTCUSDT").settledTo >= end + 2 * MINUTE, 9_000);
    assert.ok(assertTruth(ledger("BTCUSDT"), end + 2 * MINUTE) > 60);
    assert.equal(ledger("BTCUSDT").coverage().absent, 0);
    assert.deepEqual(server.stats().violations, []);
  });
});

Deno.test("createBinanceFeed says each trouble of a real peer within 10 s", async () => {
  const web = createServer((_, response) => response.end("<html>hello</html>"));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", () => resolve()));
  const webPort = (web.address() as AddressInfo).port;
  const troubles: [RunOptions, RegExp, string][] = [
    [{ scenario: { geoBlocked: true } }, /HTTP 451 from 127\.0\.0\.1/, "failed"],
    [{ symbols: ["NOSUCH"] }, /^Binance does not know symbol NOSUCH/, "failed"],
    [{ port: webPort }, /answered, but not as Binance/, "failed"],
    [{ port: 9 }, /refused the connection/, "recovering"],
    [
      { scenario: { silentStreams: ["btcusdt@kline_1m", "btcusdt@trade"] }, speed: 20 },
      /accepted the subscription btcusdt@kline_1m at 127\.0\.0\.1:\d+ but sent nothing/,
      "recovering",
    ],
  ];
  try {
    for (const [options, says, state] of troubles) {
      await withRun(options, async ({ feed, events, until }) => {
        await until(() => failureOf(events) !== undefined, 10_000);
        assert.match(failureOf(events)!.message, says);
        assert.equal(feed.snapshot().state, state);
      });
    }
  } finally {
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  }
});

Deno.test("createBinanceFeed leaves no timer, socket or listener after 50 starts and stops", async () => {
  await withRun({ speed: 60 }, async ({ server, until }) => {
    for (let cycle = 0; cycle < 50; cycle++) {
      const ledgers = new Map([["ETHUSDT", new MinuteLedger("ETHUSDT", () => true)]]);
      const url = `127.0.0.1:${server.port}`;
      const feed = createBinanceFeed({
        ...{ clock: systemClock, random: Math.random, speed: 60, ledgers },
        backfillMs: HOUR,
        log: silentLog,
        source: "simulated",
        emit: () => {},
      }, { streamUrl: `ws://${url}`, restUrl: `http://${url}`, symbols: ["ETHUSDT"] });
      feed.start();
      // Closed while asking the time, connecting, backfilling or streaming.
      await pause(cycle % 10 * 3);
      await Promise.all([feed.close(), feed.close()]);
      assert.equal(feed.snapshot().state, "closed");
    }
    await until(() => server.stats().liveSockets === 1, 2_000);
  });
});
