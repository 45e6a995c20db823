/** The feed against the simulated venue, over real sockets and the real clock. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import type { Feed } from "../../../lib/feeds/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import {
  type BinanceScenario,
  type BinanceServer,
  startBinanceServer,
} from "../../../lib/simulator/binance/server.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { plainTruth } from "./plain_truth.ts";

const START = Date.UTC(2025, 11, 3, 14, 0, 20);
const truth = plainTruth(["BTCUSDT", "ETHUSDT"]);

interface Run {
  readonly server: BinanceServer;
  readonly time: VenueTime;
  readonly feed: Feed;
  readonly events: FeedEvent[];
  ledger(symbol: string): MinuteLedger;
  /** Resolves when the condition holds; fails after `withinMs` local ms. */
  until(condition: () => boolean, withinMs: number): Promise<void>;
}

interface RunOptions {
  readonly speed?: number;
  readonly symbols?: readonly string[];
  readonly backfillMs?: number;
  readonly scenario?: BinanceScenario;
  /** Instead of the simulated venue's. */
  readonly port?: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function withRun(options: RunOptions, body: (run: Run) => Promise<void>): Promise<void> {
  const { speed = 1, symbols = ["BTCUSDT"], backfillMs = HOUR, scenario = {} } = options;
  const time = new VenueTime({ clock: systemClock, start: START, speed });
  const server = await startBinanceServer({ truth, time, clock: systemClock, options: scenario });
  const ledgers = new Map(symbols.map((id) => [id, new MinuteLedger(id, () => true)]));
  const events: FeedEvent[] = [];
  const port = options.port ?? server.port;
  const feed = createBinanceFeed({
    ...{ clock: systemClock, random: Math.random, speed, backfillMs, ledgers },
    log: silentLog,
    source: "simulated",
    emit: (event) => events.push(event),
  }, {
    streamUrl: `ws://127.0.0.1:${port}`,
    restUrl: `http://127.0.0.1:${port}`,
    symbols,
  });
  const until = async (condition: () => boolean, withinMs: number) => {
    const end = performance.now() + withinMs;
    while (!condition()) {
      if (performance.now() > end) {
        throw new Error(`not within ${withinMs} ms: ${JSON.stringify(feed.snapshot())}`);
      }
      await pause(10);
    }
  };
  feed.start();
  try {
    await body({
      ...{ server, time, feed, events, until },
      ledger: (symbol) => ledgers.get(symbol)!,
    });
  } finally {
    await feed.close();
    await server.close();
  }
}

/** Every minute before `until` stands in the ledger as in the truth, first revision; returns how many. */
function assertTruth(ledger: MinuteLedger, until: number): number {
  let compared = 0;
  for (let time = ledger.from; time + MINUTE <= until; time += MINUTE) {
    const real = truth.minute(ledger.instrument, time)!;
    const bar = ledger.at(time);
    assert.ok(bar !== undefined, `${ledger.instrument} lacks ${new Date(time).toISOString()}`);
    assert.deepEqual(
      [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trades, bar.revision],
      [real.open, real.high, real.low, real.close, real.volume, real.trades, 0],
    );
    compared++;
  }
  return compared;
}

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
