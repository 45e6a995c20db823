/** A process that ends and one that goes on from its store, against a market that never stops. */
import assert from "node:assert/strict";
import { rehearse } from "../../lib/alerts/rehearse.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import { storedHistory } from "../../lib/alerts/stored_history.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import type { AlertBody } from "../../lib/model/alert.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { sleep } from "../../lib/runtime/clock.ts";
import { openStoreReader } from "../../lib/store/open_store.ts";
import { storeOf } from "../../lib/store/store_of.ts";
import { START, truthOf, until } from "../support/simulated_market.ts";
import { SteadyClock } from "../support/steady_clock.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const SPEED = 300;
const VENUES = { speed: SPEED, symbols: ["BTCUSDT"], futures: ["ES"], backfillHours: 1 };
const RULES = [
  { name: "up", metric: "change", of: "ES", fire: "above 0.01", clear: "below 0", window: 1 },
  { name: "apart", metric: "zscore", of: "BTCUSDT/ES", fire: "beyond 1", window: 20 },
  { name: "there", metric: "price", of: "BTCUSDT", fire: "above 1", for: "3m" },
];

/** No sink has anything left to do at this moment. */
function isWritten(market: Market): boolean {
  return market.status().sinks.every(({ queued }) => queued === 0) &&
    storeOf(market)?.progress?.waiting === 0;
}

Deno.test("an excursion is one alert across a restart, and minutes missed while down are judged", async () => {
  await withTempFolder(async (dir) => {
    using clock = new SteadyClock();
    const path = `${dir}/alerts.db`;
    const venues = await startEmbeddedVenues({
      truth: truthOf(VENUES),
      clock,
      start: START,
      speed: SPEED,
    });
    try {
      const config = parseConfig({
        overrides: {
          source: "live",
          clock: { speed: SPEED },
          data: { backfillHours: VENUES.backfillHours },
          deribit: { enabled: false },
          ibkr: {
            host: "127.0.0.1",
            port: venues.tws.port,
            futures: [{ symbol: "ES", exchange: "CME" }],
          },
          binance: {
            streamUrl: `ws://127.0.0.1:${venues.binance.port}`,
            restUrl: `http://127.0.0.1:${venues.binance.port}`,
            streamAlternatives: [],
            restAlternatives: [],
            symbols: ["BTCUSDT"],
          },
          store: { kind: "sqlite", path },
          alerts: { rules: RULES },
        },
      });
      const seen: AlertBody[] = [];
      const judged: number[] = [];
      /** Runs until so many minutes have been made; @returns the newest. */
      const run = async (minutes: number) => {
        let made = 0, newest = NaN;
        const market = await openMarket({}, {
          config,
          clock,
          onEvent: (event) => {
            if (event.kind === "alert") seen.push(event.change.body);
            if (event.kind !== "minute" || event.revision > 0) return;
            made++;
            newest = event.openTime;
            judged.push(newest);
          },
        });
        try {
          await until(() => made >= minutes, 60_000, `${minutes} minutes`);
          // What the last minutes lack comes from history.
          await until(() => !market.hasHolesBefore(newest), 30_000, "all bars");
          // A close gives its sinks seconds: on a busy machine they are to begin it with nothing left to do.
          await until(() => isWritten(market), 30_000, "all rows");
        } finally {
          await market.close();
        }
        // A sink that ran out of time keeps less than was seen: that is its own failure, not one of the alerts.
        const faults = market.status().sinks.map(({ name, lastError }) => [name, lastError]);
        assert.deepEqual(faults, [["store", undefined], ["alerts", undefined]]);
        return newest;
      };
      const endOfFirst = await run(15);
      // Down for some twelve minutes of the venues.
      await sleep(clock, 12 * MINUTE / SPEED);
      await run(10);
      const missed = judged.find((time) => time > endOfFirst)! - endOfFirst;
      assert.ok(missed > 5 * MINUTE, "the second run missed nothing");

      const reader = await openStoreReader({ kind: "sqlite", path });
      const instruments = await reader.instruments();
      const rules = RULES.map((rule) => parseRule(rule, { instruments }));
      const history = await storedHistory(reader, instruments);
      const rows = await reader.alerts();
      await reader.close();
      const expected = rehearse(rules, history, {
        from: judged[0]!,
        to: judged.at(-1)! + MINUTE,
      }).bodies;
      const keyOf = ({ id, state, time, value }: AlertBody) => `${id} ${state} ${time} ${value}`;
      const late = seen.filter(({ time }) => time > endOfFirst + MINUTE);
      assert.deepEqual(
        late.map(keyOf),
        expected.filter(({ time }) => time > endOfFirst + MINUTE).map(keyOf),
      );
      assert.ok(
        late.some(({ time }) => time <= endOfFirst + missed),
        "no missed minute was judged",
      );
      const ids = seen.filter(({ state }) => state === "firing").map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, "an excursion has two alerts");
      assert.deepEqual(rows.map(({ id }) => id).sort(), [...ids].sort());
      assert.equal(ids.filter((id) => id.startsWith("there/")).length, 1);
    } finally {
      await venues.close();
    }
  });
});
