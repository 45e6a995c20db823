import assert from "node:assert/strict";
import type { KrakenServer } from "../../../lib/simulator/kraken/server.ts";
import { withPairMarket } from "../../support/pair_market.ts";

Deno.test("Kraken's minutes equal the truth through lost trades and maintenance, beside Coinbase", () =>
  withPairMarket({
    yaml: "kraken: { symbols: [BTC/USD, DOGE/USD] }\ncoinbase: { symbols: [BTC-USD] }",
    minutes: 10,
    faults: [
      { at: "+1m", venue: "kraken", kind: "lose-trades", count: 6 },
      { at: "+3m", venue: "kraken", kind: "maintenance", durationMs: 60_000 },
      { at: "+6m", venue: "kraken", kind: "corrupt", count: 4 },
      { at: "+7m", venue: "kraken", kind: "duplicate", count: 20 },
    ],
  }, (market) => {
    const coverage = market.coverage("BTC-USD@kraken");
    assert.equal(coverage.revisions, 0, "the venue's own minutes are those of its trades");
    const trades = coverage.trades!;
    assert.ok(trades.healed >= 1, `${trades.healed} trades by time`);
    assert.deepEqual([trades.ranges.length, trades.holes], [1, []]);
    const server = market.simulator!.server("kraken") as KrakenServer;
    assert.deepEqual(server.stats().violations, []);
    const [row] = market.correlation({ pair: "BTC-USD@coinbase/BTC-USD@kraken" });
    const { estimate } = row!;
    assert.ok(
      estimate.kind !== "insufficient" && estimate.value > 0.5 && estimate.value < 0.9999,
      "one price path, and trades of each venue's own",
    );
  }));
