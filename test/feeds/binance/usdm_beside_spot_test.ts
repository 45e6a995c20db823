import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { HOUR } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { withRun } from "./venue_run.ts";

Deno.test("the venue usdm streams beside spot under ids of its own, on a budget and a socket of its own", async () => {
  await withRun({ speed: 60, backfillMs: HOUR }, async ({ server, feed: spot, until, ledger }) => {
    const ledgers = new Map([["BTCUSDT@usdm", new MinuteLedger("BTCUSDT@usdm", () => true)]]);
    const events: FeedEvent[] = [];
    const usdm = createBinanceFeed({
      clock: systemClock,
      random: () => 0.5,
      log: silentLog,
      speed: 60,
      source: "simulated",
      backfillMs: HOUR,
      ledgers,
      emit: (event) => events.push(event),
    }, {
      venue: "usdm",
      streamUrl: `ws://127.0.0.1:${server.port}`,
      restUrl: `http://127.0.0.1:${server.port}`,
      symbols: ["BTCUSDT"],
    });
    usdm.start();
    try {
      await until(() => [spot, usdm].every((feed) => feed.snapshot().state === "live"), 8_000);
      assert.deepEqual(usdm.instruments, [{
        id: "BTCUSDT@usdm",
        venue: "usdm",
        kind: "crypto",
        exchange: "usdm",
        currency: "USDT",
        symbol: "BTCUSDT",
      }]);
      const trades = () => events.filter(({ kind }) => kind === "trade");
      await until(() => trades().length > 5, 5_000);
      const named = events.flatMap((event) => "instrument" in event ? [event.instrument] : []);
      assert.deepEqual([...new Set(named)], ["BTCUSDT@usdm"]);
      const venues = events.flatMap((event) => "venue" in event ? [event.venue] : []);
      assert.deepEqual([...new Set(venues)], ["usdm"]);
      const { worstWeight, worstFuturesWeight, liveSockets, violations } = server.stats();
      assert.ok(worstWeight > 0 && worstFuturesWeight > 0);
      assert.deepEqual([liveSockets, violations], [2, []]);
      assert.ok(ledger("BTCUSDT").bars().length >= 60);
      assert.ok(ledgers.get("BTCUSDT@usdm")!.bars().length >= 60);
    } finally {
      await usdm.close();
    }
  });
});

Deno.test("createBinanceFeed names settings and instruments of the venue usdm in what it reports, and refuses it another market", async () => {
  const ledgers = new Map([["XXX@usdm", new MinuteLedger("XXX@usdm", () => true)]]);
  const events: FeedEvent[] = [];
  const context = {
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
    speed: 1,
    source: "live" as const,
    backfillMs: HOUR,
    ledgers,
    emit: (event: FeedEvent) => void events.push(event),
  };
  const options = {
    venue: "usdm" as const,
    streamUrl: "wss://stream.test",
    restUrl: "https://api.test",
    symbols: ["XXX"],
    openSocket: () => ({ send: () => {}, close: () => Promise.resolve() }),
    httpGet: () => Promise.resolve({ status: 451, headers: {}, text: "" }),
  };
  const feed = createBinanceFeed(context, options);
  feed.start();
  while (feed.snapshot().state !== "failed") await new Promise((resolve) => setTimeout(resolve, 5));
  await feed.close();
  const [failure] = events.filter((event) => event.kind === "failure");
  assert.ok(failure?.kind === "failure" && failure.venue === "usdm");
  assert.match(failure.error.message, /HTTP 451.*usdm\.restUrl and usdm\.streamUrl/);
  assert.throws(
    () => createBinanceFeed(context, { ...options, market: "spot" }),
    /must be usdm, got spot/,
  );
  assert.throws(
    () => createBinanceFeed(context, { ...options, restUrl: "nowhere" }),
    /usdm\.restUrl must/,
  );
});
