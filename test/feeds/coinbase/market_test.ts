import assert from "node:assert/strict";
import type { CoinbaseServer } from "../../../lib/simulator/coinbase/server.ts";
import { withPairMarket } from "../../support/pair_market.ts";
import { until } from "../../support/simulated_market.ts";

const ID = "BTC-USD@coinbase";

Deno.test("Coinbase's minutes equal the truth while it loses trades, drops and names no newest trade", () =>
  withPairMarket({
    yaml: "coinbase: { symbols: [BTC-USD, DOGE-USD] }",
    minutes: 10,
    faults: [
      { at: "+1m", venue: "coinbase", kind: "lose-trades", count: 6 },
      { at: "+2m", venue: "coinbase", kind: "no-last-trade", durationMs: 120_000 },
      { at: "+3m", venue: "coinbase", kind: "lose-trades", count: 6 },
      { at: "+4m", venue: "coinbase", kind: "corrupt", count: 4 },
      { at: "+5m", venue: "coinbase", kind: "drop" },
      { at: "+6m", venue: "coinbase", kind: "duplicate", count: 20 },
      { at: "+7m", venue: "coinbase", kind: "shuffle", count: 20 },
    ],
  }, (market) => {
    const coverage = market.coverage(ID);
    assert.equal(coverage.revisions, 0, "the venue's own minutes are those of its trades");
    assert.ok(coverage.streamed >= 4, `${coverage.streamed} minutes of the stream`);
    const trades = coverage.trades!;
    assert.ok(trades.healed >= 8, `${trades.healed} trades by id`);
    assert.deepEqual([trades.ranges.length, trades.holes], [1, []]);
    const status = market.status();
    const { reconnects, rejectedFrames } = status.venues.find((v) => v.venue === "coinbase")!;
    assert.ok(reconnects >= 1 && rejectedFrames >= 2, `${reconnects}, ${rejectedFrames}`);
    const server = market.simulator!.server("coinbase") as CoinbaseServer;
    assert.deepEqual(server.stats().violations, []);
  }));

Deno.test("a product that Coinbase does not have is given up by name, and the others go on", () =>
  withPairMarket({ yaml: "coinbase: { symbols: [BTC-USD] }", minutes: 3 }, async (market) => {
    assert.throws(() => market.follow("btc-usd@coinbase"), RangeError);
    market.follow("ETH-USD@coinbase");
    market.follow("BTC-NOSUCH@coinbase");
    const streamOf = (id: string) =>
      market.status().streams.find(({ instrument }) => instrument === id)!;
    await until(() => streamOf("BTC-NOSUCH@coinbase").state === "failed", 5_000, "it is given up");
    await until(() => streamOf("ETH-USD@coinbase").state === "live", 5_000, "others go on");
    assert.equal(streamOf(ID).state, "live");
  }));
