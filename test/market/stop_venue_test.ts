import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { marketFreshness } from "../../lib/market/market_freshness.ts";
import { marketReport } from "../../lib/market/market_report.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { withStops } from "../../lib/market/stopped_venues.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { ConfigError } from "../../lib/runtime/config_reader.ts";
import { floorTo, MINUTE } from "../../lib/model/time.ts";
import { until } from "../support/simulated_market.ts";

const OVERRIDES = {
  source: "simulated" as const,
  clock: { speed: 240 },
  data: { backfillHours: 2 },
  ibkr: { futures: [{ symbol: "ES", exchange: "CME" as const }] },
  deribit: { enabled: false },
};
const CONFIG = parseConfig({ overrides: OVERRIDES });

Deno.test("a stopped venue is said to be stopped, its pairs are unknown, and a start brings all of its minutes", async () => {
  await using market = await openMarket({}, { config: CONFIG });
  await until(() => market.status().state === "live", 10_000, "the market is live");
  const rOf = () => market.correlation({ pair: "BTCUSDT/ES" })[0]!.estimate;
  assert.equal(rOf().kind, "ok");

  await market.stopVenue("binance");
  const estimate = rOf();
  assert.equal(estimate.kind, "insufficient");
  assert.match(estimate.kind === "insufficient" ? estimate.reason : "", /Binance is stopped/);
  assert.equal(market.forming("BTCUSDT"), undefined, "a price of before is not of now");
  assert.equal(marketFreshness(market, ["BTCUSDT"]).word, "venue stopped");
  assert.equal(marketFreshness(market, ["BTCUSDT", "ES"]).word, "venue stopped");
  const both = marketFreshness(market, ["BTCUSDT", "ES"], { areApart: true });
  assert.deepEqual([both.word, both.isStale], ["part live", false]);
  assert.match(both.remark ?? "", /^BTC\/USDT stopped/);
  const { state, outages, message } = market.status();
  assert.deepEqual([state, outages], ["live", []], "the user's wish is no outage");
  assert.match(message, /Binance is stopped by the user\./);

  const stoppedAt = market.venueTime;
  const seen: { readonly at: number; readonly waitingFor: readonly string[] }[] = [];
  market.onEvent((event) => {
    if (event.kind !== "minute" || event.revision > 0) return;
    seen.push({ at: event.openTime, waitingFor: event.waitingFor });
    const row = event.correlations.find(({ pair }) => pair === "BTCUSDT/ES")!;
    if (event.openTime > stoppedAt && event.freshness.get("BTCUSDT")!.standing === "stopped") {
      assert.equal(row.estimate.kind, "insufficient");
    }
  });
  await until(() => market.venueTime > stoppedAt + 6 * MINUTE, 10_000, "six minutes go by");
  assert.ok(seen.every(({ waitingFor }) => !waitingFor.includes("BTCUSDT")), "nobody waits for it");
  const missing = market.coverage("BTCUSDT").missing;
  assert.deepEqual([...new Set(missing.map(({ reason }) => reason))], ["stopped by the user"]);
  const { verdict } = marketReport(market).instruments.find((one) => one.instrument === "BTCUSDT")!;
  assert.equal(verdict.cause, "stop", verdict.sentence);

  market.startVenue("binance");
  await until(() => market.venueTime > stoppedAt + 7 * MINUTE, 10_000, "a minute more");
  const isWhole = () => market.coverage("BTCUSDT").missing.length === 0;
  await until(() => isWhole() && market.status().state === "live", 20_000, "it is healed");
  await until(() => rOf().kind === "ok", 20_000, "its pairs are known again");
  const [btc] = compareWithTruth(market, market.simulator!.truth, market.venueTime - 2 * MINUTE);
  assert.deepEqual([btc!.lost, btc!.invented, btc!.altered], [0, 0, 0]);
});

Deno.test("venues that are stopped and started fifty times lose, double and leak nothing", async () => {
  await using market = await openMarket({}, { config: CONFIG });
  const doubled = new Set<string>(), bars = new Set<string>();
  market.onEvent((event) => {
    if (event.kind !== "bar" || event.change !== "new") return;
    const key = `${event.instrument} ${event.bar.openTime}`;
    (bars.has(key) ? doubled : bars).add(key);
  });
  for (let i = 0; i < 50; i++) {
    const venue = i % 2 === 0 ? "binance" : "ibkr";
    const stopping = market.stopVenue(venue);
    if (i % 5 !== 0) await stopping;
    await new Promise((resolve) => setTimeout(resolve, (i * 37) % 120));
    market.startVenue(venue);
    await new Promise((resolve) => setTimeout(resolve, (i * 53) % 90));
  }
  const upTo = floorTo(market.venueTime, MINUTE);
  await until(
    () => market.status().state === "live" && !market.hasHolesBefore(upTo),
    60_000,
    "both are live and whole",
  );
  for (const found of compareWithTruth(market, market.simulator!.truth, upTo)) {
    const { instrument, lost, invented, altered } = found;
    assert.deepEqual([lost, invented, altered], [0, 0, 0], instrument);
  }
  assert.deepEqual([...doubled], []);
});

Deno.test("data.stopped begins with a venue that does not run, and names what is no venue", async () => {
  const config = parseConfig({
    overrides: { ...OVERRIDES, data: { backfillHours: 1, stopped: ["ibkr"] } },
  });
  await using market = await openMarket({}, { config });
  const { venues, state } = market.status();
  assert.equal(venues.find(({ venue }) => venue === "ibkr")!.state, "stopped");
  assert.notEqual(state, "stopped");
  assert.equal(market.bars("ES").length, 0);
  market.startVenue("ibkr");
  await until(() => market.bars("ES").length > 30, 20_000, "its history comes");
  await assert.rejects(market.stopVenue("nowhere"), /venue must be one of .*got nowhere/);
  assert.throws(
    () => parseConfig({ overrides: { ...OVERRIDES, data: { stopped: ["coinbse"] } } }),
    (error) => error instanceof ConfigError && /did you mean coinbase/.test(error.message),
  );
});

Deno.test("what is missing in a stop stands apart from what was lost", () => {
  const missing = [{ from: 0, to: 10 * MINUTE, minutes: 10, reason: "not healed yet" }];
  const stops = [{ from: 2.5 * MINUTE, to: 4 * MINUTE }, { from: 8 * MINUTE, to: Infinity }];
  assert.deepEqual(withStops(missing, stops).map(({ minutes, reason }) => [minutes, reason]), [
    [2, "not healed yet"],
    [2, "stopped by the user, not healed yet"],
    [4, "not healed yet"],
    [2, "stopped by the user"],
  ]);
  const absent = [{ from: 0, to: MINUTE, minutes: 1, reason: "the venue has no bar" }];
  assert.deepEqual(withStops(absent, stops), absent);
});
