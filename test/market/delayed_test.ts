import assert from "node:assert/strict";
import { openMarket } from "../../lib/market/open_market.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { startBinanceServer } from "../../lib/simulator/binance/server.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { startTwsServer } from "../../lib/simulator/tws/server.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
const SPEED = 300;

Deno.test("openMarket knows delayed futures of a simulator as both, and labels every correlation that rests on them", async () => {
  const truth = createMarketModel({ seed: 9, from: START - 2 * DAY });
  const time = new VenueTime({ clock: systemClock, start: START, speed: SPEED });
  const common = { truth, time, clock: systemClock };
  const tws = await startTwsServer({ ...common, options: { permissions: { ES: "delayed" } } });
  const binance = await startBinanceServer(common);
  const config = parseConfig({
    yaml: `source: live
clock: { speed: ${SPEED} }
data: { backfillHours: 3 }
ibkr: { port: ${tws.port}, marketDataType: delayed, futures: [{ symbol: ES, exchange: CME }] }
binance: { streamUrl: "ws://127.0.0.1:${binance.port}", restUrl: "http://127.0.0.1:${binance.port}" }`,
  });
  const market = await openMarket({}, { config });
  try {
    const deadline = performance.now() + 10_000;
    const isLabelled = () =>
      market.isDelayed("ES") && market.correlation()[0]!.estimate.source === "simulated";
    while (!isLabelled() || market.bars("ES", { from: START }).length < 5) {
      assert.ok(performance.now() < deadline, market.status().message);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const bars = market.bars("ES", { from: START });
    for (const bar of bars) {
      assert.equal(bar.source, "simulated", "the server says that it is");
      const real = truth.minute("ESZ5", bar.openTime)!;
      assert.deepEqual([bar.open, bar.close, bar.volume], [real.open, real.close, real.volume]);
      assert.ok(bar.openTime + MINUTE <= time.now());
    }
    assert.equal(market.bars("BTCUSDT").at(-1)!.source, "simulated");
    assert.ok(!market.isDelayed("BTCUSDT"));
    assert.equal(market.source, "simulated");
    const [, stream] = market.status().streams;
    assert.deepEqual([stream!.label, stream!.isDelayed], ["simulated", true]);
  } finally {
    await market.close();
    await Promise.all([tws.close(), binance.close()]);
  }
});
