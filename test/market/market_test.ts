import assert from "node:assert/strict";
import type { MarketEvent, MinuteEvent } from "../../lib/market/market_event.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { BITCOIN, ES, ETHER, fakeMarket, START } from "../support/fake_market.ts";

function minutesIn(events: readonly MarketEvent[]): MinuteEvent[] {
  return events.flatMap((event) => event.kind === "minute" ? [event] : []);
}

Deno.test("Market.follow streams an instrument from now on, in its pairs, status and results", async () => {
  const { market, feeds, close } = fakeMarket();
  const events: MarketEvent[] = [];
  market.onEvent((event) => void events.push(event));
  for (let minute = 0; minute < 30; minute++) await close(minute);
  assert.deepEqual(market.follow("ETHUSDT"), ETHER);
  assert.equal(market.follow("ETHUSDT"), market.instruments[2], "twice is once");
  assert.deepEqual(feeds.get("binance")!.calls, ["start", "follow ETHUSDT"]);
  assert.deepEqual(market.instruments.map(({ id }) => id), ["BTCUSDT", "ES", "ETHUSDT"]);
  const pairs = ["BTCUSDT/ETHUSDT", "BTCUSDT/ES", "ETHUSDT/ES"];
  assert.deepEqual(market.pairs.map(({ name }) => name), pairs);
  for (let minute = 0; minute < 30; minute++) feeds.get("binance")!.bar("ETHUSDT", minute);
  await close(30);
  const last = minutesIn(events).at(-1)!;
  assert.deepEqual([last.openTime, last.revision], [START + 30 * MINUTE, 0]);
  assert.deepEqual([...last.bars.keys()], ["BTCUSDT", "ES", "ETHUSDT"]);
  assert.deepEqual([...new Set(last.correlations.map(({ pair }) => pair))], pairs);
  assert.equal(last.correlations[0]!.estimate.n, 30, "its history counts at once");
  assert.equal(last.measures.instruments.length, 3);
  assert.equal(last.freshness.get("ETHUSDT")!.standing, "live");
  assert.deepEqual(market.status().streams.map(({ instrument }) => instrument), [
    "BTCUSDT",
    "ETHUSDT",
    "ES",
  ]);
  assert.equal(market.bars("ETHUSDT").length, 31);
  assert.ok(events.some((event) => event.kind === "follow" && event.instrument.id === "ETHUSDT"));
  await market.close();
});

Deno.test("Market.unfollow lets go of everything of an instrument, and follow brings it back empty", async () => {
  const { market, feeds, close } = fakeMarket([BITCOIN, ES, ETHER]);
  const events: MarketEvent[] = [];
  market.onEvent((event) => void events.push(event));
  for (let minute = 0; minute < 30; minute++) await close(minute);
  const binance = feeds.get("binance")!;
  const forming = { ...market.bars("ETHUSDT").at(-1)!, closed: false };
  const receivedAt = START;
  binance.context.emit({ kind: "forming", instrument: "ETHUSDT", bar: forming, receivedAt });
  binance.context.emit({ kind: "label", instrument: "ETHUSDT", source: "delayed", receivedAt });
  assert.equal(market.sourceOf("ETHUSDT"), "delayed");
  market.unfollow("ETHUSDT");
  assert.ok(binance.calls.includes("unfollow ETHUSDT"));
  assert.throws(() => market.bars("ETHUSDT"), /instrument must be one of BTCUSDT, ES, got ETHUSDT/);
  assert.throws(() => market.unfollow("ETHUSDT"), RangeError);
  assert.deepEqual(market.pairs.map(({ name }) => name), ["BTCUSDT/ES"]);
  assert.throws(
    () => market.correlation({ pair: "BTCUSDT/ETHUSDT" }),
    /pair must be one of BTCUSDT\/ES/,
  );
  const before = events.length;
  binance.context.emit({ kind: "forming", instrument: "ETHUSDT", bar: forming, receivedAt });
  assert.equal(events.length, before, "what was under way is not delivered");
  await close(30);
  const last = minutesIn(events).at(-1)!;
  assert.deepEqual([last.waitingFor, [...last.bars.keys()]], [[], ["BTCUSDT", "ES"]]);
  assert.deepEqual(market.status().coverage.map(({ instrument }) => instrument), ["BTCUSDT", "ES"]);
  market.follow("ETHUSDT");
  assert.deepEqual([market.bars("ETHUSDT"), market.forming("ETHUSDT")], [[], undefined]);
  assert.equal(market.sourceOf("ETHUSDT"), "simulated");
  await market.close();
});

Deno.test("Market.follow starts a feed for a venue of which nothing was followed", async () => {
  const { market, feeds, close } = fakeMarket([BITCOIN]);
  await close(0);
  assert.equal(feeds.has("ibkr"), false);
  market.follow("ES");
  assert.deepEqual(feeds.get("ibkr")!.calls, ["follow ES", "start"]);
  feeds.get("ibkr")!.bar("ES", 0);
  await close(1);
  assert.deepEqual([...market.latest!.bars.keys()], ["BTCUSDT", "ES"]);
  await market.close();
  assert.deepEqual(feeds.get("ibkr")!.calls, ["follow ES", "start", "close"]);
});

Deno.test("Market.follow refuses by name what cannot be followed, and keeps nothing of it", async () => {
  const { market, feeds } = fakeMarket();
  assert.throws(() => market.follow("GC"), /what can be followed: ETHUSDT; got GC/);
  assert.throws(() => market.follow(7 as unknown as string), TypeError);
  feeds.get("binance")!.follow = () => {
    throw new RangeError("ETHUSDT cannot be followed while the feed is open");
  };
  assert.throws(() => market.follow("ETHUSDT"), /while the feed is open/);
  assert.throws(() => market.bars("ETHUSDT"), RangeError);
  assert.equal(market.instruments.length, 2);
  await market.close();
  assert.throws(() => market.follow("ETHUSDT"), /the market is closed/);
  assert.throws(() => market.unfollow("ES"), /the market is closed/);
});

Deno.test("Market keeps named pairs through follow and unfollow", async () => {
  const { market } = fakeMarket([BITCOIN, ES], { pairs: ["ES/BTCUSDT"] });
  assert.deepEqual(market.pairs.map(({ name }) => name), ["ES/BTCUSDT"]);
  market.follow("ETHUSDT");
  assert.deepEqual(market.pairs.map(({ name }) => name), ["ES/BTCUSDT"]);
  market.unfollow("ES");
  assert.deepEqual(market.pairs, []);
  market.follow("ES");
  assert.deepEqual(market.pairs.map(({ name }) => name), ["ES/BTCUSDT"]);
  await market.close();
});

Deno.test("Market emits a late minute again with its revision, coalesced, and latest is the newest", async () => {
  const { market, feeds, close, clock } = fakeMarket();
  const events: MarketEvent[] = [];
  market.onEvent((event) => void events.push(event));
  for (let minute = 0; minute < 40; minute++) await close(minute, minute >= 30 ? ["ES"] : []);
  assert.deepEqual(minutesIn(events).at(-1)!.waitingFor, ["ES"]);
  const told = () =>
    minutesIn(events).map(({ openTime, revision }) => [(openTime - START) / MINUTE, revision]);
  const before = told().length;
  for (let minute = 30; minute < 38; minute++) feeds.get("ibkr")!.bar("ES", minute);
  feeds.get("ibkr")!.bar("ES", 37, { volume: 6 });
  assert.equal(told().length, before, "not in the feed's turn");
  await clock.advance(1_500);
  assert.deepEqual(told().slice(before), [
    ...Array.from({ length: 8 }, (_, i) => [30 + i, 1]),
    [39, 1],
  ]);
  assert.equal(market.latest!.openTime, START + 39 * MINUTE);
  assert.equal(market.latest!.revision, 1);
  await clock.advance(5_000);
  assert.equal(told().length, before + 9, "each once");
  feeds.get("ibkr")!.bar("ES", 39);
  await market.close();
  assert.deepEqual(told().at(-1), [39, 2], "what changed last is emitted before the end");
});

Deno.test("Market.coverage says which single trades came, where they are kept", async () => {
  const { market, feeds } = fakeMarket([BITCOIN, ES]);
  assert.equal(market.coverage("ES").trades, undefined);
  const trades = {
    ranges: [],
    holes: [],
    trades: 0,
    healed: 0,
    repeats: 0,
    numbering: "received",
    refusal: "five-second bars only",
  } as const;
  feeds.get("ibkr")!.trades.set("ES", trades);
  assert.deepEqual(market.coverage("ES").trades, trades);
  assert.equal(market.coverage("BTCUSDT").trades, undefined);
  const inStatus = market.status().coverage.map((coverage) => coverage.trades);
  assert.deepEqual(inStatus, [undefined, trades]);
  await market.close();
});
