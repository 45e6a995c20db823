import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { type EmbeddedVenues, startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import type { Market } from "../../lib/market/market.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { openStore, openStoreReader } from "../../lib/store/open_store.ts";
import type { DataKind } from "../../lib/store/store.ts";
import { storeOf } from "../../lib/store/store_of.ts";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
const SPEED = 60;

function configOf(venues: EmbeddedVenues, folder: string, more: object = {}) {
  const web = `127.0.0.1:${venues.binance.port}`;
  return parseConfig({
    overrides: {
      source: "live",
      clock: { speed: SPEED },
      data: { backfillHours: 3, trades: true },
      ibkr: {
        host: "127.0.0.1",
        port: venues.tws.port,
        futures: [{ symbol: "ES", exchange: "CME" }],
      },
      binance: {
        streamUrl: `ws://${web}`,
        restUrl: `http://${web}`,
        streamAlternatives: [],
        restAlternatives: [],
        symbols: ["BTCUSDT"],
      },
      deribit: { enabled: false },
      store: { kind: "sqlite", path: `${folder}/s.db` },
      ...more,
    },
  });
}

/** Venues that go on while markets over them come and go. */
async function withVenues(body: (venues: EmbeddedVenues, folder: string) => Promise<void>) {
  const truth = createMarketModel({ seed: 9, from: START - 3 * DAY });
  const venues = await startEmbeddedVenues({
    truth,
    clock: systemClock,
    start: START,
    speed: SPEED,
  });
  try {
    await withTempFolder((folder) => body(venues, folder));
  } finally {
    await venues.close();
  }
}

const isIn = (market: Market) =>
  market.instruments.every(({ id }) => market.isBackfilled(id)) &&
  !market.hasHolesBefore(market.venueTime - 2 * MINUTE);

const asked = (venues: EmbeddedVenues) => ({
  ibkr: venues.tws.stats().requests.historicalData ?? 0,
  binance: venues.binance.stats().restCalls,
});

Deno.test("a market opened again reads its minutes from the store, and asks its venues for the rest alone", async () => {
  await withVenues(async (venues, folder) => {
    const config = configOf(venues, folder);
    const first = await openMarket({}, { config });
    await until(() => isIn(first), 20_000, "the history");
    const before = first.bars("ES").filter(({ openTime }) => openTime < START);
    await first.close();
    assert.equal(storeOf(first)?.progress?.lost, 0);

    const events: MarketEvent[] = [];
    const questions = asked(venues);
    const second = await openMarket({}, { config, onEvent: (event) => void events.push(event) });
    await until(() => isIn(second), 20_000, "what was missed");
    const again = second.bars("ES").filter(({ openTime }) =>
      openTime < START && openTime >= second.coverage("ES").from
    );
    assert.deepEqual(again, before.slice(-again.length), "contract, source and revision are kept");
    assert.ok(again.length > 100 && again[0]!.contract === "ESZ5");
    assert.ok(second.coverage("ES").backfilled >= again.length);
    const old = events.filter((event) => event.kind === "bar" && event.bar.openTime < START);
    assert.deepEqual(old, [], "what is recalled is no event");
    const { ibkr, binance } = asked(venues);
    assert.ok(ibkr - questions.ibkr <= 2, `${ibkr - questions.ibkr} questions of IBKR's history`);
    assert.ok(binance - questions.binance <= 30);
    await second.close();

    const reader = await openStoreReader({ kind: "sqlite", path: config.store.path! });
    assert.equal(reader.dataKind, "simulated", "the venues say so, whatever was configured");
    for (const instrument of ["ES", "BTCUSDT"]) {
      const { openTime, revision } = await reader.bars({
        instrument,
        stepMs: MINUTE,
        from: -Infinity,
        to: Infinity,
      });
      for (let i = 1; i < openTime.length; i++) {
        assert.equal(openTime[i]! - openTime[i - 1]!, MINUTE, "every minute once, none missing");
      }
      assert.deepEqual([...new Set(revision)], [0]);
    }
    const { findings } = await reader.check();
    assert.deepEqual(findings, []);
    await reader.close();
  });
});

Deno.test("a stored minute equals the bar that its stored trades make, and their ids count up", async () => {
  await withVenues(async (venues, folder) => {
    const config = configOf(venues, folder);
    const market = await openMarket({}, { config });
    const from = market.venueTime;
    await until(() => market.venueTime > from + 13 * MINUTE, 40_000, "thirteen minutes");
    await market.close();
    const reader = await openStoreReader({ kind: "sqlite", path: config.store.path! });
    const everything = { instrument: "BTCUSDT", from: -Infinity, to: Infinity };
    const [covered] = await reader.coverage({ ...everything, stepMs: 0 });
    assert.equal(covered?.state, "complete");
    const { id } = await reader.trades(everything);
    for (let i = 1; i < id.length; i++) assert.equal(id[i], id[i - 1]! + 1);
    const span = { from: covered!.from, to: covered!.to };
    const made = await reader.tradeBars({ ...everything, ...span, stepMs: MINUTE });
    const bars = await reader.bars({ ...everything, stepMs: MINUTE });
    let compared = 0;
    made.openTime.forEach((time, i) => {
      const row = bars.openTime.indexOf(time);
      if (row < 0 || time < span.from || time + MINUTE > span.to) return;
      compared++;
      for (const name of ["open", "high", "low", "close"] as const) {
        assert.equal(made[name][i], bars[name][row], `${name} of ${time}`);
      }
      assert.ok(Math.abs(made.volume[i]! - bars.volume[row]!) < 1e-9);
      assert.equal(made.trades[i], bars.trades[row]);
    });
    assert.ok(compared >= 3, `${compared} minutes were compared`);
    const seconds = await reader.bars({ ...everything, stepMs: 1_000 });
    const fives = await reader.bars({ ...everything, stepMs: 5 * MINUTE });
    const [madeSeconds] = await reader.coverage({ ...everything, stepMs: 1_000 });
    assert.ok(madeSeconds!.to - madeSeconds!.from >= 3 * MINUTE, "made in the background");
    const expected = await reader.tradeBars({
      ...everything,
      from: madeSeconds!.from,
      to: madeSeconds!.to,
      stepMs: 1_000,
    });
    assert.deepEqual(seconds.openTime, expected.openTime);
    assert.deepEqual(seconds.close, expected.close);
    assert.ok(fives.openTime.length >= 1 && fives.openTime.every((time) => time >= span.from));
    assert.equal(storeOf(market)?.progress?.discrepancies, 0);
    await reader.close();
  });
});

Deno.test("a store of another kind is refused by name, and so is a second writer", async () => {
  await withVenues(async (venues, folder) => {
    const config = configOf(venues, folder);
    const path = config.store.path!;
    const open = (dataKind: DataKind) => openStore({ kind: "sqlite", path, dataKind });
    await (await open("replay")).close();
    await assert.rejects(
      openMarket({ source: "simulated", store: { kind: "sqlite", path } }),
      /replay data/,
    );
    const other = `${folder}/held.db`;
    const held = await openStore({ kind: "sqlite", path: other, dataKind: "live" });
    await assert.rejects(
      openMarket({}, {
        config: configOf(venues, folder, { store: { kind: "sqlite", path: other } }),
      }),
      /held|writ/,
    );
    await held.close();
    await assert.rejects(
      openMarket({ store: { kind: "sqlite", path: `${folder}/no/such/s.db` } }),
      /its folder is not there/,
    );
  });
});
