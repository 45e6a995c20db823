import assert from "node:assert/strict";
import { instrumentLabel } from "../../lib/market/instrument_label.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { parseConfig } from "../../lib/feeds/config.ts";

Deno.test("openMarket follows USD-M futures on the embedded market, labelled so, equal to the truth", async () => {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 300 },
      data: { backfillHours: 2 },
      binance: { market: "usdm" },
    },
  });
  await using market = await openMarket({}, { config });
  const [bitcoin] = market.instruments;
  assert.equal(instrumentLabel(bitcoin!), "BTC/USDT (Binance.com usdm)");
  const { truth, binance } = market.simulator!;
  let passed = 0;
  for await (const event of market) {
    if (event.kind !== "minute" || event.revision > 0) continue;
    passed++;
    if (passed === 5) binance.drop();
    if (passed === 20) break;
  }
  const end = market.venueTime - 10 * MINUTE;
  const deadline = performance.now() + 8_000;
  while (market.hasHolesBefore(end) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const checks = compareWithTruth(market, truth, end);
  for (const { instrument, compared, lost, altered, invented } of checks) {
    assert.ok(compared > 100, `${instrument}: ${compared}`);
    assert.deepEqual({ lost, altered, invented }, { lost: 0, altered: 0, invented: 0 }, instrument);
  }
  assert.equal(binance.stats().worstWeight, 0, "the spot market was asked");
  assert.ok(binance.stats().worstFuturesWeight > 0);
  assert.deepEqual(binance.stats().violations, []);
});
