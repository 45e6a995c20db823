import assert from "node:assert/strict";
import { startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import { BusWriter } from "../../lib/bus/bus_writer.ts";
import { NatsClient } from "../../lib/bus/nats_client.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { until } from "../support/simulated_market.ts";
import {
  assertSameBytes,
  isLive,
  pause,
  publishing,
  reading,
  SPEED,
} from "./support/bus_markets.ts";
import { withNats } from "./support/nats_server.ts";

const START = Date.UTC(2025, 11, 3, 15);

Deno.test("a market over the bus has the bars, trades and labels of its publisher, and exports the same bytes", () =>
  withNats(async (server) => {
    const publisher = await publishing(server);
    await until(() => isLive(publisher), 20_000, "the publisher is live");
    const trades = new Map<string, number>(), forming = new Set<string>();
    const reader = await reading(server, {
      onEvent: (event) => {
        if (event.kind === "trade") {
          trades.set(event.instrument, (trades.get(event.instrument) ?? 0) + 1);
        }
        if (event.kind === "forming") forming.add(event.instrument);
      },
    });
    try {
      assert.deepEqual(reader.instruments, publisher.instruments);
      assert.deepEqual(reader.pairs, publisher.pairs);
      assert.equal(reader.source, "simulated");
      await until(() => reader.status().state === "live", 20_000, "the reader is live");
      assert.equal(reader.status().speed, SPEED);
      publisher.follow("ETHUSDT");
      const follows = () => reader.instruments.some(({ id }) => id === "ETHUSDT");
      await until(follows, 5_000, "what the publisher follows later is followed");
      const begin = reader.venueTime;
      const end = begin + 5 * MINUTE;
      await until(() => reader.venueTime > end, 20_000, "five minutes pass");
      for (const { id } of reader.instruments) {
        assert.equal(reader.sourceOf(id), "simulated");
        if (id === "DVOL") continue;
        assert.ok((trades.get(id) ?? 0) > 10, `trades of ${id}: ${trades.get(id)}`);
        assert.ok(forming.has(id), `forming minutes of ${id}`);
      }
      const venues = reader.status().venues;
      assert.deepEqual(venues.map(({ venue }) => venue), ["binance", "ibkr", "deribit"]);
      // At speed 60 a busy machine makes now one venue stale, now another.
      const live = new Set<string>();
      const wereLive = () => {
        for (const { venue, state } of reader.status().venues) {
          if (state === "live") live.add(venue);
        }
        return live.size === venues.length;
      };
      await until(wereLive, 10_000, "each venue is live");
      await assertSameBytes(publisher, reader);
    } finally {
      await reader.close();
      await publisher.close();
    }
  }));

Deno.test("a broker that is killed is said to be away, and nothing is missing once it is back", () =>
  withNats(async (server) => {
    const publisher = await publishing(server), reader = await reading(server);
    try {
      const away: string[] = [];
      reader.onEvent((event) => {
        if (event.kind === "transition") away.push(`${event.venue} ${event.to}`);
      });
      await until(() => isLive(reader), 20_000, "the reader is live");
      for (let turn = 0; turn < 3; turn++) {
        await server.kill();
        await until(() => !isLive(reader), 5_000, "the reader sees it");
        for (const { state, lastError } of reader.status().venues) {
          assert.deepEqual([state, lastError], ["recovering", undefined]);
        }
        assert.notEqual(reader.status().state, "live");
        await pause(300);
        await server.start();
        await until(() => isLive(reader), 15_000, "the reader is live again");
      }
      assert.ok(away.filter((line) => line === "binance recovering").length >= 3);
      await assertSameBytes(publisher, reader);
    } finally {
      await reader.close();
      await publisher.close();
    }
  }));

Deno.test("without a publisher a market has what was published, and says that nothing new comes", () =>
  withNats(async (server) => {
    const publisher = await publishing(server);
    await until(() => isLive(publisher), 20_000, "the publisher is live");
    const before = await reading(server);
    const isPublished = () => before.bars("ES").length > 350 && before.bars("BTCUSDT").length > 350;
    await until(isPublished, 20_000, "its history is published");
    await before.close();
    await publisher.close();
    const reader = await reading(server);
    try {
      await until(
        () => reader.status().venues.every(({ state }) => state === "stale"),
        10_000,
        "the silence is seen",
      );
      assert.notEqual(reader.status().state, "live");
      for (const { lastError } of reader.status().venues) {
        assert.match(
          lastError?.message ?? "",
          /^No publisher of .* is heard over the bus; deno task ingest/,
        );
      }
      const { estimate } = reader.correlation({ pair: "BTCUSDT/ES" })[0]!;
      assert.equal(estimate.kind, "ok");
      assert.ok(reader.bars("ES").length > 300);
      const second = await publishing(server);
      await until(() => isLive(reader), 10_000, "another publisher is heard");
      await second.close();
      await until(() => !isLive(reader), 5_000, "its end is heard at once");
      assert.match(reader.status().venues[0]!.lastError?.message ?? "", /has ended/);
    } finally {
      await reader.close();
    }
  }));

Deno.test("two publishers of a venue do no harm: each minute and trade comes once, and the state is that of the one that is live", () =>
  withNats(async (server) => {
    const venues = await startEmbeddedVenues({
      truth: createMarketModel({ seed: 9, from: START - 6 * HOUR }),
      clock: systemClock,
      start: START,
      speed: SPEED,
    });
    const one = await publishing(server, { venues }), other = await publishing(server, { venues });
    const reader = await reading(server);
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    const client = await NatsClient.connect({
      url: server.url,
      stream: "COMOVE",
      name: "test writer",
      log: silentLog,
    });
    try {
      const ids = new Map<string, number[]>();
      reader.onEvent((event) => {
        if (event.kind !== "trade") return;
        ids.set(event.instrument, [...ids.get(event.instrument) ?? [], event.id]);
      });
      await until(() => isLive(reader), 15_000, "the reader is live");
      const begin = reader.venueTime;
      await until(() => reader.venueTime > begin + 6 * MINUTE, 20_000, "six minutes pass");
      await other.close();
      await pause(1_500);
      assert.ok(isLive(reader), "one of them is live");
      await until(() => reader.venueTime > begin + 10 * MINUTE, 20_000, "four minutes pass");
      await assertSameBytes(one, reader);
      const own = ids.get("BTCUSDT") ?? [];
      assert.ok(own.length > 100, `${own.length} trades`);
      assert.equal(new Set(own).size, own.length, "a trade came twice");
      assert.equal(own.at(-1)! - own[0]! + 1, own.length, "a trade was left out");
      const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
      while (await writer.turn() !== undefined);
      const stored = await store.trades({ instrument: "BTCUSDT", from: -Infinity, to: Infinity });
      assert.equal(new Set(stored.id).size, stored.id.length);
      assert.equal(stored.id.at(-1)! - stored.id[0]! + 1, stored.id.length);
      for (const { id } of one.instruments) {
        const bars = await store.bars({
          instrument: id,
          stepMs: MINUTE,
          from: one.coverage(id).from,
          to: Infinity,
        });
        assert.deepEqual([...bars.close], one.bars(id).map(({ close }) => close));
      }
    } finally {
      await reader.close();
      await other.close();
      await one.close();
      await client.close();
      await store.close();
      await venues.close();
    }
  }));

Deno.test("a market over the bus follows what it is told to, and more of what is published", () =>
  withNats(async (server) => {
    const publisher = await publishing(server);
    const reader = await reading(server, {}, ["ES", "NQ"]);
    try {
      assert.deepEqual(reader.instruments.map(({ id }) => id), ["ES", "NQ"]);
      assert.throws(
        () => reader.follow("DOGEUSDT"),
        /what can be followed is published: .*BTCUSDT/,
      );
      reader.follow("BTCUSDT");
      await until(() => isLive(reader), 20_000, "the reader is live");
      await until(() => reader.bars("BTCUSDT").length > 300, 5_000, "its history is there");
      publisher.follow("ETHUSDT");
      await pause(1_500);
      assert.ok(!reader.instruments.some(({ id }) => id === "ETHUSDT"), "only what it was told");
      reader.unfollow("NQ");
      await reader.stopVenue("ibkr");
      const before = reader.bars("ES").length;
      assert.equal(reader.status().venues.find(({ venue }) => venue === "ibkr")?.state, "stopped");
      await pause(2_500);
      assert.equal(reader.bars("ES").length, before);
      reader.startVenue("ibkr");
      await until(() => isLive(reader), 10_000, "the venue is started");
      const { missing } = reader.coverage("ES");
      assert.deepEqual(missing.filter(({ to }) => to < reader.venueTime - 5 * MINUTE), []);
      assert.ok(reader.bars("ES").length > before);
    } finally {
      await reader.close();
      await publisher.close();
    }
  }));

Deno.test("what a broker holds beside is left out, whatever it says", () =>
  withNats(async (server) => {
    const publisher = await publishing(server), reader = await reading(server);
    const { url } = server;
    const stranger = await NatsClient.connect({
      url,
      stream: "COMOVE",
      name: "stranger",
      log: silentLog,
    });
    try {
      await until(() => isLive(reader), 20_000, "the reader is live");
      const hostile = ["{", "[]", '{"v":1}', '{"v":9}', '{"v":1,"feed":{"venue":"ibkr"}}'];
      for (const text of hostile) {
        await stranger.publish([
          ...["minutes", "coverage", "events", "trades"].map((kind) => ({
            subject: `comove.ibkr.ES.${kind}`,
            text,
          })),
        ]);
        stranger.publishMoment("comove_now.ibkr.state", text);
        stranger.publishMoment("comove_now.ibkr.ES.forming", text);
      }
      const far = reader.venueTime + 300 * DAY;
      const instrument = reader.instruments.find(({ id }) => id === "ES")!;
      await stranger.publish([{
        subject: "comove.ibkr.ES.coverage",
        text: JSON.stringify({
          v: 1,
          instrument,
          stepMs: MINUTE,
          from: far,
          to: far + MINUTE,
          state: "closed",
          reason: "",
        }),
      }]);
      const begin = reader.venueTime;
      await until(() => reader.venueTime > begin + 2 * MINUTE, 10_000, "two minutes pass");
      const ibkr = reader.status().venues.find(({ venue }) => venue === "ibkr")!;
      assert.ok(ibkr.rejectedFrames >= 5 * hostile.length, `${ibkr.rejectedFrames}`);
      assert.ok(isLive(reader));
      await assertSameBytes(publisher, reader);
    } finally {
      await stranger.close();
      await reader.close();
      await publisher.close();
    }
  }));

Deno.test("a market over a bus that holds nothing is refused, saying what to do", () =>
  withNats(async (server) => {
    await assert.rejects(reading(server), {
      code: "bus-empty",
      message: /Nothing is published at .*Start a publisher: deno task ingest/,
    });
  }));
