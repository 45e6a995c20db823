import assert from "node:assert/strict";
import type { CoinbaseServer } from "../../../lib/simulator/coinbase/server.ts";
import { withPairMarket } from "../../support/pair_market.ts";

const ID = "BTC-USD@coinbase";

Deno.test("Coinbase's minutes equal the truth while it loses trades, stalls, drops and names no newest trade", () =>
  withPairMarket({
    yaml: "coinbase: { symbols: [BTC-USD, DOGE-USD] }",
    minutes: 17,
    faults: [
      { at: "+1m", venue: "coinbase", kind: "lose-trades", count: 6 },
      { at: "+2m", venue: "coinbase", kind: "drop" },
      { at: "+3m", venue: "coinbase", kind: "no-last-trade", durationMs: 300_000 },
      { at: "+4m", venue: "coinbase", kind: "lose-trades", count: 6 },
      { at: "+7m", venue: "coinbase", kind: "corrupt", count: 4 },
      { at: "+8m", venue: "coinbase", kind: "stall", durationMs: 60_000 },
      { at: "+10m", venue: "coinbase", kind: "rest-error", status: 503, count: 3 },
      { at: "+11m", venue: "coinbase", kind: "duplicate", count: 20 },
      { at: "+12m", venue: "coinbase", kind: "shuffle", count: 20 },
    ],
  }, (market) => {
    const coverage = market.coverage(ID);
    assert.equal(coverage.revisions, 0, "the venue's own minutes are those of its trades");
    assert.ok(coverage.streamed >= 8, `${coverage.streamed} minutes of the stream`);
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
  withPairMarket({ yaml: "coinbase: { symbols: [BTC-USD] }", minutes: 6 }, async (market) => {
    await assert.rejects(async () => await market.follow("btc-usd@coinbase"), RangeError);
    market.follow("ETH-USD@coinbase");
    assert.ok(
      market.instruments.some(({ id, symbol }) =>
        id === "ETH-USD@coinbase" && symbol === "ETH-USD"
      ),
    );
  }));
