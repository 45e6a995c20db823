import assert from "node:assert/strict";
import type { Rig } from "./fake_venue.ts";
import { ReceivedTrades } from "../../../lib/feeds/ibkr/received_trades.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { FakeVenue, rigOn } from "./fake_venue.ts";

const TOO_MANY = { code: 10190, text: "Max number of tick-by-tick requests has been reached." };

function tradesOf(rig: Rig, symbol: string) {
  return rig.of("trade").filter(({ instrument }) => instrument === symbol);
}

function streamOf(rig: Rig, symbol: string) {
  return rig.feed.snapshot().streams.find(({ instrument }) => instrument === symbol)!;
}

function asked(venue: FakeVenue, symbol: string): number {
  return venue.gateway.sent.filter((line) => line.startsWith(`trades ${symbol}`)).length;
}

/** Lets time pass with a trade every ten seconds. */
async function trading(venue: FakeVenue, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10 * SECOND) {
    venue.gateway.trade(6_100, 1);
    await venue.clock.advance(10 * SECOND);
  }
}

Deno.test("single trades are asked for where they are wanted only", async () => {
  for (const keepsTrades of [false, true]) {
    const venue = new FakeVenue();
    const rig = rigOn(venue, {}, { keepsTrades });
    rig.feed.start();
    await venue.clock.advance(30 * SECOND);
    assert.equal(asked(venue, "ES"), keepsTrades ? 1 : 0);
    assert.equal(streamOf(rig, "ES").trades === undefined, !keepsTrades);
    await rig.feed.close();
    assert.equal(venue.clock.pending, 0);
  }
});

Deno.test("trades are numbered as they are received, over all connections of the run", async () => {
  const venue = new FakeVenue();
  const rig = rigOn(venue, {}, { keepsTrades: true });
  rig.feed.start();
  await venue.clock.advance(MINUTE);
  for (const price of [6_100, 6_100.25, 6_100.25]) venue.gateway.trade(price, 2);
  venue.gateway.lose();
  await venue.clock.advance(MINUTE);
  venue.gateway.trade(6_101, 1);
  const trades = tradesOf(rig, "ES");
  assert.deepEqual(trades.map(({ id }) => id), [1, 2, 3, 4]);
  assert.deepEqual(trades.map(({ price }) => price), [6_100, 6_100.25, 6_100.25, 6_101]);
  assert.ok(trades.every(({ side }) => side === undefined), "IBKR does not say who took");
  assert.deepEqual(tradesOf(rig, "NQ").map(({ id }) => id), [1, 2, 3, 4], "each counts its own");
  const { trades: coverage } = streamOf(rig, "ES");
  assert.deepEqual(coverage!.ranges.map(({ fromId, toId }) => [fromId, toId]), [[1, 4], [4, 5]]);
  assert.equal(coverage!.numbering, "received");
  assert.deepEqual([coverage!.trades, coverage!.healed, coverage!.holes], [4, 0, []]);
  assert.equal(coverage!.refusal, undefined);
  assert.deepEqual([...rig.of("trade-gap"), ...rig.of("trade-heal")], [], "nothing is healed");
  await rig.feed.close();
});

Deno.test("where the account has no stream left, bars go on, the status says so, and it is asked again", async () => {
  const venue = new FakeVenue();
  venue.refusals.set("trades NQ", TOO_MANY);
  const rig = rigOn(venue, {}, { keepsTrades: true });
  rig.feed.start();
  await venue.clock.advance(4 * MINUTE);
  venue.gateway.trade(6_100, 1);
  assert.match(streamOf(rig, "NQ").trades!.refusal!, /^five-second bars only: .*code 10190: Max/);
  assert.equal(streamOf(rig, "NQ").state, "live");
  assert.equal(streamOf(rig, "ES").trades!.refusal, undefined);
  assert.deepEqual([tradesOf(rig, "ES").length, tradesOf(rig, "NQ").length], [1, 0]);
  assert.equal(asked(venue, "NQ"), 1, "not every second");
  assert.deepEqual([...rig.differences("ES"), ...rig.differences("NQ")], []);
  assert.deepEqual(rig.of("failure"), []);
  venue.refusals.clear();
  await trading(venue, 5 * MINUTE);
  assert.equal(asked(venue, "NQ"), 2);
  assert.equal(streamOf(rig, "NQ").trades!.refusal, undefined);
  assert.ok(tradesOf(rig, "NQ").length >= 3);
  await rig.feed.close();
});

Deno.test("trades are asked for once in fifteen seconds a contract, however often streams break", async () => {
  const venue = new FakeVenue();
  const rig = rigOn(venue, {}, { keepsTrades: true });
  rig.feed.start();
  await venue.clock.advance(MINUTE);
  const before = asked(venue, "ES");
  for (let i = 0; i < 6; i++) {
    venue.gateway.notice(1101);
    await venue.clock.advance(5 * SECOND);
  }
  const times = asked(venue, "ES") - before;
  assert.ok(times >= 1 && times <= 3, `${times} in 30 s`);
  await venue.clock.advance(20 * SECOND);
  venue.gateway.trade(6_100, 1);
  assert.equal(tradesOf(rig, "ES").length, 1);
  await rig.feed.close();
});

Deno.test("a stream of trades that is dead while bars trade is asked for again", async () => {
  const venue = new FakeVenue();
  const rig = rigOn(venue, {}, { keepsTrades: true });
  rig.feed.start();
  await venue.clock.advance(30 * SECOND);
  assert.equal(asked(venue, "ES"), 1);
  await venue.clock.advance(90 * SECOND);
  assert.ok(asked(venue, "ES") >= 2, `${asked(venue, "ES")} questions`);
  assert.equal(streamOf(rig, "ES").resubscribes, 0, "its bars are left alone");
  await rig.feed.close();
});

Deno.test("the trades follow the front month over the roll", async () => {
  const roll = Date.UTC(2025, 11, 14, 23);
  const venue = new FakeVenue({ start: roll - 2 * HOUR });
  const rig = rigOn(venue, {}, { keepsTrades: true });
  rig.feed.start();
  await trading(venue, MINUTE);
  const names = () => [...venue.gateway.tapes.values()].map(({ localSymbol }) => localSymbol);
  assert.deepEqual(names(), ["ESZ5", "NQZ5"]);
  await trading(venue, 2 * HOUR + MINUTE);
  assert.deepEqual(names(), ["ESH6", "NQH6"]);
  assert.equal(asked(venue, "ES"), 2);
  venue.gateway.trade(6_150, 1);
  assert.equal(tradesOf(rig, "ES").at(-1)!.price, 6_150);
  await rig.feed.close();
});

Deno.test("delayed data has no single trades, and says so", async () => {
  const venue = new FakeVenue();
  const rig = rigOn(venue, { marketDataType: "delayed" }, { keepsTrades: true });
  rig.feed.start();
  await venue.clock.advance(2 * MINUTE);
  assert.equal(asked(venue, "ES"), 0);
  assert.match(streamOf(rig, "ES").trades!.refusal!, /^five-second bars only: delayed data/);
  await rig.feed.close();
});

Deno.test("damaged trades are dropped, and break the range", async () => {
  const venue = new FakeVenue();
  const rig = rigOn(venue, {}, { keepsTrades: true });
  rig.feed.start();
  await venue.clock.advance(MINUTE);
  const [id] = venue.gateway.tapes.keys();
  const time = Math.floor(venue.now() / SECOND) * SECOND;
  const good = { time, price: 6_100, size: 1 };
  const bad = [
    { price: 0 },
    { price: NaN },
    { size: 0 },
    { size: Infinity },
    { time: NaN },
    { time: time + HOUR },
  ];
  venue.gateway.tell({ kind: "trade", id: id!, trade: good });
  for (const each of bad) {
    venue.gateway.tell({ kind: "trade", id: id!, trade: { ...good, ...each } });
  }
  venue.gateway.tell({ kind: "trade", id: id!, trade: good });
  assert.deepEqual(tradesOf(rig, "ES").map((trade) => trade.id), [1, 2]);
  assert.equal(streamOf(rig, "ES").trades!.ranges.length, 2);
  await rig.feed.close();
});

Deno.test("unfollow cancels the stream of trades", async () => {
  const venue = new FakeVenue();
  const rig = rigOn(venue, {}, { keepsTrades: true });
  rig.feed.start();
  await venue.clock.advance(MINUTE);
  rig.feed.unfollow("NQ");
  assert.ok(venue.gateway.sent.includes("cancel trades NQZ5"));
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual([...venue.gateway.tapes.values()].map(({ symbol }) => symbol), ["ES"]);
  await rig.feed.close();
});

Deno.test("ReceivedTrades keeps its memory bounded, and counts all", () => {
  const received = new ReceivedTrades();
  for (let i = 0; i < 1_000; i++) {
    received.take(i);
    received.take(i);
    received.interrupt();
  }
  const { ranges, trades } = received.coverage();
  assert.equal(trades, 2_000);
  assert.equal(ranges.length, 200);
  assert.deepEqual(ranges.at(-1), { fromId: 1_999, toId: 2_001, from: 999, to: 999 });
});
