import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createIbkrFeed } from "../../../lib/feeds/ibkr/feed.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { startTwsServer } from "../../../lib/simulator/tws/server.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { FakeVenue, rigOn } from "./fake_venue.ts";

const VIX = [{ symbol: "VIX", exchange: "CBOE" }];

/** A value of VIX as delayed data brings it, stamped `agoMs` before now. */
function value(venue: FakeVenue, price: number, agoMs: number): void {
  const [id] = [...venue.gateway.indices.keys()].slice(-1);
  assert.ok(id !== undefined, "VIX is not streamed");
  venue.gateway.tell({ kind: "data-type", id, type: 3 });
  venue.gateway.tell({ kind: "tick", id, field: 68, value: price });
  const seconds = Math.floor((venue.now() - agoMs) / SECOND);
  venue.gateway.tell({ kind: "tick", id, field: 88, value: seconds });
}

Deno.test("VIX is asked for as delayed, and the type is what it was for whatever follows", async () => {
  const venue = new FakeVenue();
  const { feed } = rigOn(venue, { indices: VIX });
  feed.start();
  await venue.clock.advance(20 * SECOND);
  const { sent } = venue.gateway;
  const at = sent.indexOf("index ticks VIX");
  assert.deepEqual(sent.slice(at - 1, at + 2), ["type 3", "index ticks VIX", "type 1"]);
  assert.ok(sent.indexOf("bars ESZ5") >= 0);
  assert.deepEqual(feed.instruments.map(({ id, kind }) => [id, kind]), [
    ["ES", "future"],
    ["NQ", "future"],
    ["VIX", "index"],
  ]);
  await feed.close();
});

Deno.test("the type that futures have fallen back to is kept when VIX is asked for again", async () => {
  const venue = new FakeVenue();
  venue.refusals.set("bars", { code: 420, text: "No market data permissions for CME FUT" });
  const { feed } = rigOn(venue, { indices: VIX, marketDataType: "live-or-delayed" });
  feed.start();
  await venue.clock.advance(20 * SECOND);
  venue.gateway.tell({ kind: "notice", id: -1, code: 1101, text: "restored, data lost" });
  await venue.clock.advance(5 * SECOND);
  const types = venue.gateway.sent.filter((line) => /^(type|index|ticks)/.test(line));
  const last = types.lastIndexOf("index ticks VIX");
  assert.equal(types[last + 1], "type 3");
  await feed.close();
});

Deno.test("VIX becomes minutes by the time of its values, labelled delayed, without gaps", async () => {
  const venue = new FakeVenue();
  const { feed, ledgers, of } = rigOn(venue, { indices: VIX });
  feed.start();
  await venue.clock.advance(20 * SECOND);
  for (let i = 0; i < 12; i++) {
    value(venue, 17 + i / 100, 15 * MINUTE);
    await venue.clock.advance(15 * SECOND);
  }
  const bars = ledgers.get("VIX")!.bars();
  assert.equal(bars.length, 3);
  for (const bar of bars) {
    assert.ok(bar.openTime + MINUTE <= venue.now() - 14 * MINUTE);
    assert.deepEqual([bar.source, bar.open, bar.high], ["delayed", bar.close, bar.close]);
    assert.ok(Number.isNaN(bar.volume));
  }
  assert.deepEqual(of("label").map(({ instrument, source }) => [instrument, source]), [
    ["VIX", "delayed"],
  ]);
  assert.deepEqual(of("gap").filter(({ instrument }) => instrument === "VIX"), []);
  await venue.clock.advance(20 * MINUTE);
  assert.equal(ledgers.get("VIX")!.bars().length, 4, "the last minute closes when it is old");
  const { missing, expected } = ledgers.get("VIX")!.coverage();
  assert.deepEqual([missing, expected], [[], 4]);
  await feed.close();
});

Deno.test("remarks on the subscription are no failures", async () => {
  const venue = new FakeVenue();
  const { feed, of } = rigOn(venue, { indices: VIX });
  feed.start();
  await venue.clock.advance(20 * SECOND);
  const [id] = venue.gateway.indices.keys();
  for (const code of [10_167, 10_089, 10_090, 10_091]) {
    venue.gateway.tell({ kind: "notice", id: id!, code, text: "delayed market data" });
  }
  value(venue, 17, 15 * MINUTE);
  assert.deepEqual(of("failure"), []);
  assert.equal(feed.snapshot().streams.at(-1)?.state, "live");
  await feed.close();
});

Deno.test("a refused VIX is reported once, asked for again slowly, and touches no future", async () => {
  for (const code of [10_168, 10_186, 354]) {
    const venue = new FakeVenue();
    venue.refusals.set("ticks VIX", { code, text: "Requested market data is not subscribed" });
    const { feed, of, differences } = rigOn(venue, { indices: VIX });
    feed.start();
    await venue.clock.advance(35 * MINUTE);
    const asked = venue.gateway.sent.filter((line) => line === "index ticks VIX").length;
    assert.ok(asked >= 3 && asked <= 4, `${asked} times`);
    assert.deepEqual(of("failure").map(({ error }) => error.instrument), ["VIX"]);
    assert.equal(feed.snapshot().state, "live");
    assert.deepEqual(differences("ES"), []);
    const vix = feed.snapshot().streams.at(-1)!;
    assert.deepEqual([vix.instrument, vix.state], ["VIX", "failed"]);
    venue.refusals.clear();
    await venue.clock.advance(10 * MINUTE);
    value(venue, 17, 15 * MINUTE);
    assert.equal(feed.snapshot().streams.at(-1)!.error, undefined);
    await feed.close();
  }
});

Deno.test("VIX from the simulated TWS is the truth's, minute by minute", async () => {
  const start = Date.UTC(2025, 11, 3, 16);
  const truth = createMarketModel({ seed: 1, from: start - DAY });
  const time = new VenueTime({ clock: systemClock, start, speed: 60 });
  const server = await startTwsServer({ truth, time, clock: systemClock });
  const ledgers = new Map([
    ["ES", new MinuteLedger("ES", () => true)],
    ["VIX", new MinuteLedger("VIX", () => false, { hasVolume: false })],
  ]);
  const events: FeedEvent[] = [];
  const feed = createIbkrFeed({
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
    speed: 60,
    source: "simulated",
    backfillMs: HOUR,
    ledgers,
    emit: (event) => void events.push(event),
  }, {
    host: "127.0.0.1",
    port: server.port,
    clientId: 17,
    futures: [{ symbol: "ES", exchange: "CME" }],
    indices: VIX,
    manualExpiry: null,
    marketDataType: "live",
  });
  feed.start();
  const latest = performance.now() + 15_000;
  while (ledgers.get("VIX")!.bars().length < 5 && performance.now() < latest) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await feed.close();
  await server.close();
  const bars = ledgers.get("VIX")!.bars();
  assert.ok(bars.length >= 5, `${bars.length} minutes`);
  // The first minute may have begun before the first value came.
  for (const { openTime, close, source } of bars.slice(1)) {
    assert.equal(close, truth.minute("VIX", openTime)!.close);
    assert.equal(source, "delayed");
  }
  assert.ok(bars.every(({ openTime }) => openTime <= time.now() - 10 * MINUTE));
});
