import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { priceChart } from "../../lib/notebook/panels/mod.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const START = Date.UTC(2025, 10, 3);
const DAYS = 30;
const INSTRUMENTS = 10;
/** From the call to the first picture. On a busy machine a loose limit; `TEST_WITHIN=2` on a quiet one. */
const WITHIN_MS = 1_000 * Number(Deno.env.get("TEST_WITHIN") ?? 10);

Deno.test(`${DAYS} days of ${INSTRUMENTS} instruments are opened from the store, and the first chart drawn, within ${WITHIN_MS} ms`, async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/month.db`;
    await fill(path);
    const config = parseConfig({
      overrides: { source: "store", store: { kind: "sqlite", path } },
    });
    const began = performance.now();
    await using market = await openMarket({}, { config });
    const openedMs = performance.now() - began;
    const { html } = await priceChart(market).draw("first");
    const tookMs = performance.now() - began;
    const minutes = market.instruments.reduce(
      (sum, { id }) => sum + market.minuteGrid(id).length,
      0,
    );
    say(
      `${minutes} minutes opened in ${openedMs.toFixed(0)} ms, first chart after ${
        tookMs.toFixed(0)
      } ms`,
    );
    assert.equal(minutes, INSTRUMENTS * DAYS * 1_440);
    assert.ok(html.length > 1_000);
    assert.ok(tookMs < WITHIN_MS, `it took ${tookMs.toFixed(0)} ms`);
  });
});

async function fill(path: string): Promise<void> {
  const store = await openStore({ kind: "sqlite", path, dataKind: "live" });
  const random = seededRandom(4);
  const length = 1_440;
  for (let i = 0; i < INSTRUMENTS; i++) {
    const instrument = `COIN${i}USDT`;
    let price = 100;
    for (let day = 0; day < DAYS; day++) {
      const from = START + day * length * MINUTE;
      const openTime = Float64Array.from({ length }, (_, minute) => from + minute * MINUTE);
      const open = openTime.map(() => price *= Math.exp(0.001 * (random() - 0.5)));
      const unknown = new Float64Array(length).fill(NaN);
      await store.write({
        instruments: [
          { id: instrument, venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" },
        ],
        bars: [{
          instrument,
          stepMs: MINUTE,
          bars: {
            openTime,
            open,
            high: open.map((value) => value * 1.001),
            low: open.map((value) => value * 0.999),
            close: open,
            volume: openTime.map(() => 1 + random()),
            trades: unknown,
            vwap: unknown,
            revision: new Uint16Array(length),
            source: new Array<"live">(length).fill("live"),
          },
        }],
        coverage: [{
          instrument,
          stepMs: MINUTE,
          from,
          to: from + length * MINUTE,
          state: "complete",
          reason: "",
        }],
      });
    }
  }
  await store.close();
}
