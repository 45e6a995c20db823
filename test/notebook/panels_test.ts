import assert from "node:assert/strict";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import * as panels from "../../lib/notebook/panels/mod.ts";
import type { Panel } from "../../lib/notebook/panel.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { sleep, systemClock } from "../../lib/runtime/clock.ts";

const { contractTable } = panels;
/** They need more than a market: a file; each has tests of its own. */
const DEMANDING = ["contractTable", "comparisonChart"];
const factories = Object.entries(panels).filter(([name]) => !DEMANDING.includes(name));

/** The embedded market, each venue minute in a quarter of a second, once it delivers. */
async function liveMarket(): Promise<Market> {
  const config = parseConfig({ overrides: { source: "simulated", clock: { speed: 240 } } });
  const market = await openMarket({}, { config });
  await until(() => market.status().state === "live");
  return market;
}

async function until(isSo: () => boolean, withinMs = 10_000): Promise<void> {
  const end = systemClock.monotonic() + withinMs;
  while (!isSo()) {
    assert.ok(systemClock.monotonic() < end, "it did not come to pass in time");
    await sleep(systemClock, 20);
  }
}

function panelOf(make: (market: Market) => Panel, market: Market): Panel {
  return make(market);
}

Deno.test("every panel draws, says its source, and draws anew when there is something new", async (t) => {
  await using market = await liveMarket();
  for (const [name, make] of factories) {
    await t.step(name, async () => {
      const panel = panelOf(make as (market: Market) => Panel, market);
      const mount = await panel.mount?.("id");
      let changes = 0;
      const stop = panel.subscribe(() => changes++);
      await until(() => changes > 0 || name === "flagsTable" || name === "journalTable");
      stop();
      const frame = await panel.draw("id");
      for (const { html, text } of mount === undefined ? [frame] : [mount, frame]) {
        assert.ok(html.length > 100 && html.length < 60_000, `${html.length} characters of HTML`);
        assert.ok(text.length > 5, text);
        assert.ok(!/undefined|NaN|\[object/.test(text), text);
        // Pictures are saved: they hold times, never ages. The log's lines have each its time.
        const isLog = name === "journalTable";
        assert.ok(isLog || !/\d (s|min|h) (old|ago)|\bage\b|forming, \d+ s/.test(text), text);
      }
      const { source, dataTime, isStale, trouble } = panel.freshness();
      assert.deepEqual([source, isStale, trouble], ["simulated", false, undefined]);
      assert.ok(dataTime > Date.UTC(2025, 11, 3, 13));
    });
  }
  let changes = 0;
  panels.correlationTable(market).subscribe(() => changes++)();
  await sleep(systemClock, 600);
  assert.equal(changes, 0, "nothing is told after the end of the subscription");
  const contracts = contractTable(market);
  assert.match(contracts.text, /ES +ESZ5 +2025-12-19 +2025-12-14 23:00:00 UTC +simulated/);
});

Deno.test("panels name the instrument, the pair or the option that is wrong", async () => {
  await using market = await liveMarket();
  const { correlationChart, journalTable, priceChart, windowExplorer } = panels;
  assert.throws(() => priceChart(market, { instruments: ["SPX"] }), {
    name: "RangeError",
    message:
      "instruments must be of BTCUSDT, ES, NQ, DVOL, got SPX. SPX is followed by no venue of this market.",
  });
  assert.throws(() => correlationChart(market, { pair: "ES/BTCUSDT" }), {
    name: "RangeError",
    message: "pair must be one of BTCUSDT/ES, BTCUSDT/NQ, ES/NQ; got ES/BTCUSDT",
  });
  assert.throws(() => windowExplorer(market, { pair: "x" }), RangeError);
  assert.throws(() => journalTable(market, { rows: 0 }), /rows must be a whole number/);
});

Deno.test("a panel whose venue is down is stale, and says why, until the venue is back", async () => {
  await using market = await liveMarket();
  const bitcoin = panels.priceChart(market, { instruments: ["BTCUSDT"] });
  const futures = panels.priceChart(market, { instruments: ["ES"] });
  market.simulator!.binance.drop();
  await until(() => bitcoin.freshness().isStale);
  assert.match(bitcoin.freshness().trouble!, /Binance stream .* ended/);
  assert.equal(futures.freshness().isStale, false, "the other venue goes on");
  await until(() => !bitcoin.freshness().isStale);
  assert.equal(bitcoin.freshness().trouble, undefined);
  await market.close();
  assert.equal(
    futures.freshness().trouble,
    "The market is closed; run the cell that opens it again.",
  );
});
