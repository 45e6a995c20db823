import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { binanceApiOf, type BinanceMarket } from "../../../lib/feeds/binance/api.ts";
import { binanceAdapter } from "../../../lib/feeds/binance/adapter.ts";
import { RestClient } from "../../../lib/feeds/streaming/rest_client.ts";
import { InstrumentStream } from "../../../lib/feeds/streaming/instrument_stream.ts";
import { paceOf } from "../../../lib/feeds/pace.ts";
import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { decodeBinanceFrame } from "../../../lib/wire/binance_stream.ts";
import { MinuteWriter } from "../../../lib/feeds/minute_writer.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { sharedLines } from "../../wire/shared_lines.ts";
import { assertTruth, pause, truth, withRun } from "./venue_run.ts";

const never = new AbortController().signal;

/** A stream of BTCUSDT that nobody connects. */
function looseStream(): InstrumentStream {
  const clock = new ManualClock();
  const emit = () => {};
  const ledgers = new Map([["BTCUSDT", new MinuteLedger("BTCUSDT", () => true)]]);
  return new InstrumentStream({
    id: "BTCUSDT",
    symbol: "BTCUSDT",
    topics: [],
    writer: new MinuteWriter({ ledgers, clock, emit }, "BTCUSDT"),
    source: "simulated",
    minutesFrom: "bars",
    reorderMs: undefined,
    clock,
    emit,
    refreshMs: 250,
  });
}

/** A forming bar sent at that time. */
function barAt(eventTime: number) {
  const openTime = floorTo(eventTime, MINUTE);
  return {
    kind: "bar" as const,
    symbol: "BTCUSDT",
    eventTime,
    minute: { openTime, open: 1, high: 1, low: 1, close: 1, volume: 1, trades: 1 },
    lastTrade: 1,
    isClosed: false,
  };
}

Deno.test("createBinanceFeed follows USD-M futures: a day of minutes in one page, then klines, aggregate trades and mark prices on one /market socket", async () => {
  const options = { market: "usdm" as const, speed: 60, backfillMs: DAY };
  await withRun(options, async ({ server, time, feed, events, ledger, until }) => {
    await until(() => feed.snapshot().state === "live", 5_000);
    assert.equal(feed.instruments[0]!.exchange, "usdm");
    const stats = server.stats();
    assert.equal(stats.worstWeight, 0, "nothing is asked of the spot market");
    const weight = 1 + 10 + 2;
    assert.equal(stats.worstFuturesWeight, weight, "the time, a page of 1500, and funding");
    assert.deepEqual([stats.liveSockets, stats.subscriptions], [1, 3]);
    const began = time.now();
    await until(() => time.now() > began + 70 * SECOND, 8_000);
    await until(() => ledger("BTCUSDT").settledTo >= floorTo(began + MINUTE, MINUTE), 3_000);
    assert.ok(assertTruth(ledger("BTCUSDT"), ledger("BTCUSDT").settledTo) >= 1_441);
    const trades = events.flatMap((event) => event.kind === "trade" ? [event] : []);
    assert.ok(trades.length >= 10, `${trades.length} trades`);
    for (const { time, price, size } of trades) {
      const real = truth.trades("BTCUSDT", floorTo(time, MINUTE)).find((one) => one.time === time);
      assert.deepEqual([price, size], [real?.price, real?.size]);
    }
    const forming = events.flatMap((event) => event.kind === "forming" ? [event.bar] : []);
    for (const bar of forming) {
      const end = truth.minute("BTCUSDT", bar.openTime)!;
      assert.ok(bar.volume <= end.volume + 1e-9, "a trade counted twice");
    }
    assert.ok(forming.length >= 10);
    assert.deepEqual(server.stats().violations, []);
  });
});

Deno.test("createBinanceFeed keeps USD-M minutes equal to the truth through every fault of the venue", async () => {
  const options = {
    market: "usdm" as const,
    speed: 600,
    symbols: ["BTCUSDT", "ETHUSDT"],
    backfillMs: 2 * HOUR,
  };
  await withRun(options, async ({ server, time, feed, events, ledger, until }) => {
    await until(() => feed.snapshot().state === "live", 5_000);
    const faults = [
      () => server.drop(),
      () => server.corrupt(100),
      () => server.stall(4 * MINUTE),
      () => server.refuse(3 * MINUTE),
      () => server.announceShutdown(2 * SECOND),
      () => server.endLifetimes(),
    ];
    for (const fault of faults) {
      fault();
      await pause(400);
    }
    const end = floorTo(time.now(), MINUTE);
    await until(
      () =>
        feed.snapshot().state === "live" &&
        options.symbols.every((symbol) => ledger(symbol).settledTo >= end),
      9_000,
    );
    for (const symbol of options.symbols) assert.ok(assertTruth(ledger(symbol), end) > 130);
    const closes = events.flatMap((event) =>
      event.kind === "bar" ? [`${event.instrument} ${event.bar.openTime}`] : []
    );
    assert.equal(new Set(closes).size, closes.length, "a minute closed twice");
    assert.deepEqual(server.stats().violations, []);
    assert.equal(server.stats().worstWeight, 0);
  });
});

Deno.test("createBinanceFeed names stream, host and route when a USD-M subscription is accepted and stays empty", async () => {
  const scenario = { silentStreams: ["btcusdt@kline_1m", "btcusdt@aggTrade"] };
  await withRun({ market: "usdm", speed: 60, scenario }, async ({ feed, events, until }) => {
    const failures = () => events.flatMap((event) => event.kind === "failure" ? [event.error] : []);
    await until(() => failures().length > 0, 6_000);
    const [error] = failures();
    assert.equal(error!.code, "no-first-data");
    assert.match(
      error!.message,
      /btcusdt@kline_1m at 127\.0\.0\.1:\d+\/market but sent nothing for.*USD-M futures market.*wss:\/\/fstream/,
    );
    assert.notEqual(feed.snapshot().state, "live");
  });
});

Deno.test("USD-M futures are asked under /fapi/v1, below 80 % of their 2400, on a budget apart from spot", async () => {
  const clock = new ManualClock();
  const asked: string[] = [];
  const clientOf = (market: BinanceMarket) => {
    const adapter = binanceAdapter(market, "binance");
    const client = new RestClient({
      adapter,
      url: "https://venue.test",
      alternatives: [],
      clock,
      speed: 1,
      pace: paceOf(1),
      httpGet: (url) => {
        asked.push(url);
        return Promise.resolve({ status: 200, headers: {}, text: "[]" });
      },
    });
    return (limit: number) => {
      const query = { symbol: "BTCUSDT", from: 1_764_770_400_000, limit };
      return client.ask(adapter.history.minutes, query, { signal: never });
    };
  };
  const futures = clientOf("usdm");
  await futures(1_500);
  assert.deepEqual(asked, [
    "https://venue.test/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=1764770400000&limit=1500",
  ]);
  // 1,920 is 80 % of the limit; a full page weighs 10.
  for (let i = 1; i < 192; i++) await futures(1_500);
  await assert.rejects(futures(1_500), /limit at venue\.test is used up/);
  assert.equal(asked.length, 192);
  await clientOf("spot")(3);
  assert.equal(asked.length, 193, "the spot market has a budget of its own");
});

Deno.test("USD-M silence follows the pace of the klines: 10 s for a busy instrument, a minute and more for a quiet one", () => {
  const { silentMs, firstMs } = binanceApiOf("usdm");
  assert.deepEqual([250, 500, 1_000, 5_000].map(silentMs), [10_000, 20_000, 40_000, 65_000]);
  assert.ok(firstMs > MINUTE, "without trades, a minute's end is the first to be told");
  const stream = looseStream();
  let at = 1_764_770_400_000;
  const tell = (seconds: number, everyMs: number) => {
    for (let i = 0; i < seconds * 1_000 / everyMs; i++) stream.takeBar(barAt(at += everyMs));
  };
  assert.equal(silentMs(stream.barGapMs), 65_000, "nothing is known yet");
  tell(60, 250);
  assert.ok(silentMs(stream.barGapMs) < 11_500, `${stream.barGapMs}`);
  tell(1_200, 4_000);
  assert.equal(silentMs(stream.barGapMs), 65_000, "a quiet night");
});

Deno.test("createBinanceFeed does not take a quiet USD-M instrument for a dead stream", async () => {
  // One trade a minute: all that comes is that and the minute's end.
  const options = { market: "usdm" as const, speed: 20, tradesAMinute: 1, backfillMs: 5 * MINUTE };
  await withRun(options, async ({ server, time, feed, events, until }) => {
    await until(() => feed.snapshot().state === "live", 6_000);
    const began = time.now();
    await until(() => time.now() > began + 70 * SECOND, 7_000);
    assert.equal(feed.snapshot().state, "live");
    assert.deepEqual(events.filter(({ kind }) => kind === "failure"), []);
    assert.equal(server.stats().connections, 1);
  });
});

Deno.test("the weight of USD-M klines follows the rows asked for", () => {
  const { klinesWeight } = binanceApiOf("usdm");
  const weights = [1, 99, 100, 499, 500, 1_000, 1_001, 1_500].map(klinesWeight);
  assert.deepEqual(weights, [1, 1, 2, 2, 5, 5, 10, 10]);
});

Deno.test("decodeBinanceFrame reads 2,000 captured USD-M trades field by field, none rejected", async () => {
  const lines = await sharedLines("binance_usdm_btcusdt_trade_first2000");
  if (lines === undefined) return;
  let lastId = 0;
  for (const { raw } of lines) {
    // deno-lint-ignore no-explicit-any
    const { data } = raw as any;
    assert.equal(data.X, "MARKET", "the field that spot does not have");
    assert.deepEqual(decodeBinanceFrame(JSON.stringify(raw)), {
      kind: "trade",
      symbol: "BTCUSDT",
      eventTime: data.E,
      tradeTime: data.T,
      id: data.t,
      price: parseFloat(data.p),
      size: parseFloat(data.q),
      buyerIsMaker: data.m,
    });
    assert.ok(data.t > lastId);
    lastId = data.t;
  }
  assert.equal(lines.length, 2_000);
});

Deno.test("decodeBinanceFrame reads captured USD-M klines and aggregate trades, none rejected", async () => {
  const all = await sharedLines("cryptofeed_binance_family_aggTrade_kline");
  if (all === undefined) return;
  // deno-lint-ignore no-explicit-any
  const lines = all.filter((line: any) => line.venue === "BINANCE_FUTURES");
  const counts: Record<string, number> = {};
  for (const { raw } of lines) {
    // deno-lint-ignore no-explicit-any
    const { data } = raw as any;
    const message = decodeBinanceFrame(JSON.stringify(raw));
    counts[message.kind] = (counts[message.kind] ?? 0) + 1;
    if (message.kind === "kline") {
      const { k } = data;
      assert.deepEqual(message.kline, {
        ...{ openTime: k.t, closeTime: k.T, interval: k.i, isClosed: k.x, trades: k.n },
        ...{ firstTradeId: k.f, lastTradeId: k.L },
        ...{ open: parseFloat(k.o), high: parseFloat(k.h), low: parseFloat(k.l) },
        ...{ close: parseFloat(k.c), volume: parseFloat(k.v), quoteVolume: parseFloat(k.q) },
      });
    } else if (message.kind === "aggregate-trade") {
      assert.deepEqual(
        [message.id, message.firstTradeId, message.lastTradeId, message.price, message.size],
        [data.a, data.f, data.l, parseFloat(data.p), parseFloat(data.q)],
      );
    }
  }
  assert.deepEqual(Object.keys(counts).sort(), ["aggregate-trade", "kline"]);
  assert.ok(counts["kline"]! > 10 && counts["aggregate-trade"]! > 10, JSON.stringify(counts));
});
