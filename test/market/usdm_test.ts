import assert from "node:assert/strict";
import { instrumentLabel } from "../../lib/market/instrument_label.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { until } from "../support/simulated_market.ts";

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
  assert.equal(instrumentLabel(bitcoin!), "BTC/USDT (Binance.com USD-M)");
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

Deno.test("openMarket follows USD-M futures beside spot, each on its own venue, and one more later", async () => {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 120 },
      data: { backfillHours: 1 },
      ibkr: { futures: [] },
      deribit: { enabled: false },
      usdm: { symbols: ["BTCUSDT"] },
    },
  });
  await using market = await openMarket({}, { config });
  assert.deepEqual(market.instruments.map(({ id, venue }) => [id, venue]), [
    ["BTCUSDT", "binance"],
    ["BTCUSDT@usdm", "usdm"],
  ]);
  assert.deepEqual(market.instruments.map((instrument) => instrumentLabel(instrument)), [
    "BTC/USDT (Binance.com)",
    "BTC/USDT (Binance.com USD-M)",
  ]);
  assert.equal(market.follow("ETHUSDT@usdm").symbol, "ETHUSDT");
  const simulator = market.simulator!;
  simulator.server("usdm").drop();
  const isThere = () => market.instruments.every(({ id }) => market.bars(id).length > 60);
  await until(isThere, 15_000, market.status().message);
  const end = market.venueTime - 10 * MINUTE;
  await until(() => !market.hasHolesBefore(end), 15_000, market.status().message);
  for (const check of compareWithTruth(market, simulator.truth, end)) {
    const { instrument, compared, lost, altered, invented } = check;
    // The venues lag each other's time by a little; one more is followed from a minute later on.
    assert.ok(compared > 50, `${instrument}: ${compared}`);
    assert.deepEqual({ lost, altered, invented }, { lost: 0, altered: 0, invented: 0 }, instrument);
  }
  const venues = market.status().venues.map(({ venue, reconnects }) => [venue, reconnects]);
  assert.deepEqual(venues, [["binance", 0], ["usdm", 1]], "the fault struck one of them alone");
});

Deno.test("parseConfig refuses the USD-M futures in two places, and hosts of the other market", () => {
  const yaml = (text: string) => () => parseConfig({ yaml: text });
  assert.throws(
    yaml("binance: { market: usdm }\nusdm: { symbols: [ETHUSDT] }"),
    /binance\.market: usdm and usdm\.symbols must not both be given/,
  );
  assert.throws(
    yaml('usdm: { symbols: [BTCUSDT], restUrl: "https://api.binance.com" }'),
    /https:\/\/api\.binance\.com serves the spot market/,
  );
  assert.throws(yaml("usdm: { market: spot }"), /unknown key usdm\.market/);
  const alone = parseConfig({ yaml: "binance: { symbols: [] }\nusdm: { symbols: [ETHUSDT] }" });
  assert.equal(alone.usdm.streamUrl, "wss://fstream.binance.com");
});

Deno.test("openMarket with data.trades emits every trade of both venues once, in the order of their ids", async () => {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 120 },
      data: { backfillHours: 0, trades: true },
      ibkr: { futures: [] },
      deribit: { enabled: false },
      usdm: { symbols: ["BTCUSDT"] },
    },
  });
  const ids = new Map<string, number[]>();
  await using market = await openMarket({}, {
    config,
    onEvent: (event) => {
      if (event.kind !== "trade") return;
      const known = ids.get(event.instrument);
      if (known === undefined) ids.set(event.instrument, [event.id]);
      else known.push(event.id);
    },
  });
  await until(() => ids.size === 2, 10_000, market.status().message);
  for (const server of ["binance", "usdm"]) market.simulator!.server(server).drop();
  const counts = () => [...ids.values()].map(({ length }) => length);
  const before = counts();
  await until(
    () => counts().every((count, i) => count > before[i]! + 100) && isLive(),
    20_000,
    `${counts()} trades: ${market.status().message}`,
  );
  function isLive(): boolean {
    return market.status().venues.every(({ reconnects }) => reconnects > 0);
  }
  for (const [instrument, list] of ids) {
    const jumps = list.slice(1).filter((id, i) => id !== list[i]! + 1);
    assert.deepEqual(jumps, [], `${instrument}: ids must count up by one`);
  }
});
