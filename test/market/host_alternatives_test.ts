import assert from "node:assert/strict";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR } from "../../lib/model/time.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { startBinanceServer } from "../../lib/simulator/binance/server.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { SteadyClock } from "../support/steady_clock.ts";

const START = Date.UTC(2025, 11, 3, 14, 0, 20);

Deno.test("openMarket goes live through alternative hosts when the usual ones refuse, and its journal says which", async () => {
  using clock = new SteadyClock();
  const truth = createMarketModel({ seed: 3, from: START - 3 * HOUR });
  const time = new VenueTime({ clock, start: START, speed: 60 });
  const server = await startBinanceServer({ truth, time, clock });
  const { port } = server;
  const config = parseConfig({
    yaml: `
source: live
clock: { speed: 60 }
data: { backfillHours: 1 }
ibkr: { futures: [] }
binance:
  streamUrl: "ws://127.0.0.1:1"
  restUrl: "http://127.0.0.1:1"
  streamAlternatives: ["ws://127.0.0.1:${port}"]
  restAlternatives: ["http://127.0.0.1:${port}"]`,
  });
  try {
    await using market = await openMarket({}, { clock, config });
    const deadline = clock.monotonic() + 8_000;
    while (market.status().state !== "live" && clock.monotonic() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(market.status().state, "live", market.status().message);
    assert.ok(market.bars("BTCUSDT").length >= 59);
    const said = market.journal.entries.map(({ text }) => text).filter((text) =>
      text.startsWith("The Binance host") && text.includes("Next is")
    );
    assert.equal(said.length, 2, said.join("\n"));
    for (const text of said) {
      assert.ok(
        text.endsWith(`Next is 127.0.0.1:${port}, another host of the venue with the same data.`),
        text,
      );
    }
    assert.deepEqual(server.stats().violations, []);
  } finally {
    await server.close();
  }
});
