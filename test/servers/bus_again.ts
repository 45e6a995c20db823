// What a market over the bus, and its publisher, know of an earlier run of theirs.
import assert from "node:assert/strict";
import { BusWriter } from "../../lib/bus/bus_writer.ts";
import { NatsClient } from "../../lib/bus/nats_client.ts";
import { type ConfigOverrides, parseConfig } from "../../lib/feeds/config.ts";
import { startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { until } from "../support/simulated_market.ts";
import { type NatsServer, withNats } from "./support/nats_server.ts";

const SPEED = 60;
const START = Date.UTC(2025, 11, 3, 15);
const EVER = { from: -Infinity, to: Infinity };

Deno.test("what a venue corrects while its publisher is away reaches readers and the store, each time", () =>
  withNats(async (server) => {
    const model = createMarketModel({ seed: 9, from: START - 6 * HOUR });
    /** How much the venue has added to the volume of a minute. */
    const added = new Map<number, number>();
    const began = Date.now();
    // Venues keep what they have said: other ones take their place, and their time goes on.
    const publish = async () => {
      const venues = await startEmbeddedVenues({
        truth: corrected(model, added),
        clock: systemClock,
        start: START + (Date.now() - began) * SPEED,
        speed: SPEED,
      });
      const { port } = venues.binance;
      const market = await opened(server, {
        source: "live",
        ibkr: { futures: [] },
        deribit: { enabled: false },
        binance: {
          streamUrl: `ws://127.0.0.1:${port}`,
          restUrl: `http://127.0.0.1:${port}`,
          streamAlternatives: [],
          restAlternatives: [],
          symbols: ["BTCUSDT"],
        },
      });
      const close = async () => {
        await market.close();
        await venues.close();
      };
      return { market, close };
    };
    const minutes = [30, 31, 45].map((before) => START - before * MINUTE);
    let publisher = await publish();
    const reader = await opened(server, { source: "bus" });
    try {
      const rounds = [[minutes[0]!], [minutes[0]!, minutes[1]!], [], [minutes[0]!, minutes[2]!]];
      for (const round of rounds) {
        await until(() => isLive(publisher.market) && isLive(reader), 20_000, "both are live");
        await publisher.close();
        for (const time of round) added.set(time, (added.get(time) ?? 0) + 1);
        publisher = await publish();
      }
      const revisions = () =>
        minutes.map((time) =>
          reader.bars("BTCUSDT").find((bar) => bar.openTime === time)?.revision
        );
      await until(() => `${revisions()}` === "3,1,1", 10_000, "the corrections are in");
      await onStore(server, async (store) => {
        const stored = await store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
        const truth = corrected(model, added);
        for (const market of [publisher.market, reader]) {
          for (const { openTime, volume, revision } of market.bars("BTCUSDT")) {
            const expected = truth.minute("BTCUSDT", openTime)!.volume;
            assert.equal(volume.toFixed(5), expected.toFixed(5), `${openTime}`);
            assert.equal(revision, added.get(openTime) ?? 0);
            const row = stored.openTime.indexOf(openTime);
            if (row < 0) continue;
            assert.deepEqual([stored.volume[row], stored.revision[row]], [volume, revision]);
          }
        }
        assert.ok(minutes.every((time) => stored.openTime.includes(time)));
      });
    } finally {
      await reader.close();
      await publisher.close();
    }
  }));

Deno.test("an alert of a market over the bus fires once, though that market starts anew, and is stored", () =>
  withNats(async (server) => {
    const publisher = await opened(server, { source: "simulated" });
    const rule = (name: string, fire: string) => ({
      name,
      metric: "price" as const,
      of: "BTCUSDT",
      fire,
    });
    const watch = (fired: string[]) =>
      opened(server, {
        source: "bus",
        alerts: { rules: [rule("up", "above 1"), rule("down", "below 1")] },
      }, (event) => {
        if (event.kind === "alert") {
          fired.push(`${event.change.body.rule} ${event.change.body.state}`);
        }
      });
    const runs: string[][] = [[], [], []];
    try {
      for (const fired of runs) {
        const reader = await watch(fired);
        await until(() => isLive(reader), 20_000, "the reader is live");
        const begin = reader.venueTime;
        await until(() => reader.venueTime > begin + 3 * MINUTE, 20_000, "three minutes pass");
        const [up] = reader.alerts!.rules;
        assert.equal(up!.state, "firing");
        await reader.close();
      }
      assert.deepEqual(runs, [["up firing"], [], []]);
      await onStore(server, async (store) => {
        const alerts = await store.alerts();
        assert.deepEqual(alerts.map(({ rule, state }) => [rule, state]), [["up", "firing"]]);
        assert.match(await store.note("alerts") ?? "", /"judgedTo":\d+/);
      });
    } finally {
      await publisher.close();
    }
  }));

Deno.test("funding that was paid before a market over the bus began is there, and comes to the store", () =>
  withNats(async (server) => {
    const id = "BTCUSDT@usdm";
    const publisher = await opened(server, {
      source: "simulated",
      data: { backfillHours: 24 },
      usdm: { symbols: ["BTCUSDT"] },
    });
    await until(() => publisher.funding(id).payments.length > 2, 20_000, "funding is known");
    await until(() => isLive(publisher), 20_000, "the publisher is live");
    const reader = await opened(server, { source: "bus" });
    try {
      const { payments } = publisher.funding(id);
      const isSame = () => reader.funding(id).payments.length >= payments.length;
      await until(isSame, 20_000, "the reader has what was paid");
      assert.deepEqual(reader.funding(id).payments, publisher.funding(id).payments);
      await until(
        () => reader.funding(id).estimate !== undefined,
        20_000,
        "what is expected comes",
      );
      await onStore(server, async (store) => {
        const stored = await store.fundings({ instrument: id, ...EVER });
        assert.deepEqual(stored.slice(0, payments.length), payments);
      });
    } finally {
      await reader.close();
      await publisher.close();
    }
  }));

/** A market with a broker, a few hours back. */
function opened(
  { url }: NatsServer,
  overrides: ConfigOverrides,
  onEvent: Parameters<Market["onEvent"]>[0] = () => {},
): Promise<Market> {
  const config = parseConfig({
    overrides: {
      clock: { speed: SPEED },
      data: { backfillHours: 2 },
      ...overrides,
      bus: { kind: "nats", url },
    },
  });
  return openMarket({}, { config, onEvent });
}

/** A truth whose minutes have more volume than they had. */
function corrected(model: Truth, added: ReadonlyMap<number, number>): Truth {
  return {
    from: model.from,
    to: model.to,
    listings: (at) => model.listings(at),
    listing: (symbol, at) => model.listing?.(symbol, at),
    minute(symbol, openTime) {
      const bar = model.minute(symbol, openTime);
      return bar && { ...bar, volume: bar.volume + (added.get(openTime) ?? 0) };
    },
    fiveSeconds: (symbol, time) => model.fiveSeconds(symbol, time),
    trades: (symbol, time) => model.trades(symbol, time),
    values: (symbol, time) => model.values?.(symbol, time) ?? [],
    premium: (symbol, time) => model.premium?.(symbol, time) ?? 1,
    isOpen: (symbol, time) => model.isOpen(symbol, time),
  };
}

/** Brings all that is published to a store. */
async function onStore({ url }: NatsServer, use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ kind: "memory", dataKind: "simulated" });
  const client = await NatsClient.connect({
    url,
    stream: "COMOVE",
    name: "test writer",
    log: silentLog,
  });
  try {
    const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
    const { lastSequence: wanted } = await client.state();
    const isBehind = async () => {
      const [lag, { lastSequence }] = [await writer.lag(systemClock), await client.state()];
      return lastSequence - lag.messages < wanted;
    };
    do await writer.turn(); while (await isBehind());
    assert.equal(writer.refused, 0);
    await use(store);
  } finally {
    await client.close();
    await store.close();
  }
}

function isLive(market: Market): boolean {
  return market.status().state === "live";
}
