import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { productOf } from "../../../lib/calendar/products.ts";
import { instrumentOf } from "../../../lib/feeds/ibkr/instruments.ts";
import type { ListedFuture } from "../../../lib/feeds/ibkr/gateway.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { FakeVenue, isOpen, QUARTERS, rigOn } from "./fake_venue.ts";

const GOLD = instrumentOf(productOf("GC"));
const GOLD_MONTHS: readonly ListedFuture[] = [
  ["GCZ5", "20251229", "202512", 300],
  ["GCG6", "20260225", "202602", 301],
].map(([localSymbol, lastTradeDate, contractMonth, contractId]) => ({
  contractId: Number(contractId),
  symbol: "GC",
  tradingClass: "GC",
  localSymbol: String(localSymbol),
  lastTradeDate: String(lastTradeDate),
  contractMonth: String(contractMonth),
  exchange: "COMEX",
  currency: "USD",
  multiplier: 100,
  timeZone: "US/Eastern",
  tradingHours: "",
}));

/** ES and NQ are streamed; there are ledgers for gold too, as the market adds them before it follows. */
function rigWithGold() {
  const venue = new FakeVenue();
  venue.quarters = [...QUARTERS, ...GOLD_MONTHS];
  const ledgers = new Map(
    ["ES", "NQ", "GC"].map((id) => [id, new MinuteLedger(id, isOpen)]),
  );
  const rig = rigOn(venue, {}, { ledgers });
  const gold = ledgers.get("GC")!;
  const goldDiffers = () => {
    const found: number[] = [];
    for (let time = gold.from; time + MINUTE + 8 * SECOND <= venue.now(); time += MINUTE) {
      if (gold.at(time)?.close !== venue.minute(301, time)?.close) found.push(time);
    }
    return found;
  };
  const names = () => [...venue.gateway.streams.values()].map((future) => future.localSymbol);
  return { venue, gold, goldDiffers, names, ...rig };
}

/** The most timers that are pending at once within half a minute. */
async function mostPending({ clock }: FakeVenue): Promise<number> {
  let most = 0;
  for (let i = 0; i < 300; i++) {
    await clock.advance(100);
    most = Math.max(most, clock.pending);
  }
  return most;
}

Deno.test("follow streams and backfills one more future, and leaves the others undisturbed", async () => {
  const { feed, venue, of, differences, states, goldDiffers, gold, names } = rigWithGold();
  feed.start();
  await venue.clock.advance(5 * MINUTE);
  const before = states();
  const streams = [...venue.gateway.streams.keys()];
  feed.follow(GOLD);
  assert.deepEqual(feed.instruments.map(({ id }) => id), ["ES", "NQ", "GC"]);
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual(names(), ["ESZ5", "NQZ5", "GCG6"]);
  assert.deepEqual(feed.snapshot().streams.map(({ state }) => state), ["live", "live", "live"]);
  assert.deepEqual(goldDiffers(), []);
  assert.ok(gold.from <= venue.now() - 2 * HOUR, "with the usual history");
  assert.equal(states(), before, "the connection's state did not change");
  assert.ok(streams.every((id) => venue.gateway.streams.has(id)));
  assert.deepEqual([of("gap"), of("failure")], [[], []]);
  assert.deepEqual([...differences("ES"), ...differences("NQ")], []);
  await feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("unfollow cancels the stream, its history and its timers, and nothing of it is asked again", async () => {
  const { feed, venue, of, differences, gold, names } = rigWithGold();
  feed.start();
  await venue.clock.advance(5 * MINUTE);
  venue.isHistoryDead = true;
  const timers = await mostPending(venue);
  feed.follow(GOLD);
  await venue.clock.advance(3 * SECOND);
  assert.ok(venue.gateway.sent.some((line) => line.startsWith("history GCG6")));
  assert.deepEqual(names(), ["ESZ5", "NQZ5", "GCG6"]);
  feed.unfollow("GC");
  assert.deepEqual(names(), ["ESZ5", "NQZ5"]);
  const newest = venue.gateway.sent.at(-1)!;
  assert.ok(newest.startsWith("cancel history"), newest);
  assert.ok(venue.gateway.sent.includes("cancel bars GCG6"));
  // The venue in memory has a timer of its own until the bar after next would end.
  await venue.clock.advance(10 * SECOND);
  assert.equal(await mostPending(venue), timers, "no timer is left");
  venue.isHistoryDead = false;
  const asked = venue.gateway.sent.length;
  await venue.clock.advance(20 * MINUTE);
  const later = venue.gateway.sent.slice(asked);
  assert.deepEqual(later.filter((line) => line.includes("GC")), []);
  assert.equal(gold.last, undefined);
  assert.deepEqual(feed.snapshot().streams.map(({ instrument }) => instrument), ["ES", "NQ"]);
  assert.deepEqual(of("failure"), []);
  assert.deepEqual(differences("ES"), []);
  assert.equal(venue.gateways.length, 1);
  await feed.close();
});

Deno.test("unfollow takes back a question for contracts that is still unanswered", async () => {
  const { feed, venue, of } = rigWithGold();
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  venue.isStalled = true;
  feed.follow(GOLD);
  await venue.clock.advance(2 * SECOND);
  assert.ok(venue.gateway.sent.includes("futures GC"));
  feed.unfollow("GC");
  venue.isStalled = false;
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual(of("contract").map(({ instrument }) => instrument), ["ES", "NQ"]);
  assert.deepEqual(of("failure"), []);
  await feed.close();
});

Deno.test("what is followed is streamed again after a drop, and what is not is not", async () => {
  const { feed, venue, names, goldDiffers } = rigWithGold();
  feed.follow(GOLD);
  feed.start();
  feed.unfollow("NQ");
  await venue.clock.advance(3 * MINUTE);
  venue.gateway.lose();
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual(names().sort(), ["ESZ5", "GCG6"]);
  assert.deepEqual(goldDiffers(), []);
  feed.follow(instrumentOf(productOf("NQ")));
  await venue.clock.advance(3 * MINUTE);
  assert.deepEqual(names().sort(), ["ESZ5", "GCG6", "NQZ5"]);
  await feed.close();
});

Deno.test("one that is followed anew brings its minutes again, in a new ledger or the old one", async () => {
  const { feed, venue, goldDiffers, of } = rigWithGold();
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  feed.follow(GOLD);
  await venue.clock.advance(4 * MINUTE);
  feed.unfollow("GC");
  await venue.clock.advance(10 * MINUTE);
  feed.follow(GOLD);
  await venue.clock.advance(4 * MINUTE);
  assert.deepEqual(goldDiffers(), []);
  assert.deepEqual(of("failure"), []);
  await feed.close();
});

Deno.test("follow shares the pace: many roots at once break no limit of history", async () => {
  const { feed, venue } = rigWithGold();
  feed.start();
  await venue.clock.advance(MINUTE);
  feed.follow(GOLD);
  await venue.clock.advance(10 * MINUTE);
  const requests = venue.gateway.sent.filter((line) => /^(bars|history)/.test(line));
  assert.ok(requests.length <= 60, `${requests.length} in eleven minutes`);
  await feed.close();
});

Deno.test("follow refuses what is followed already, another venue's, and an unknown root", () => {
  const { feed } = rigWithGold();
  feed.follow(GOLD);
  assert.throws(() => feed.follow(GOLD), /GC is followed already/);
  assert.throws(() => feed.follow({ ...GOLD, id: "CL" }), /got CL/);
  assert.throws(() => feed.follow({ ...GOLD, venue: "binance" }), /venue ibkr, got binance/);
  feed.unfollow("RTY");
  assert.deepEqual(feed.instruments.map(({ id }) => id), ["ES", "NQ", "GC"]);
});
