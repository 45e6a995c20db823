import assert from "node:assert/strict";
import type { MinuteEvent } from "../../lib/market/market_event.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { until } from "../support/simulated_market.ts";
import { SteadyClock } from "../support/steady_clock.ts";

const CONFIG = parseConfig({
  overrides: {
    source: "simulated",
    clock: { speed: 240 },
    data: { backfillHours: 2 },
    ibkr: { futures: [{ symbol: "ES", exchange: "CME" }] },
    deribit: { enabled: false },
  },
});

Deno.test("an open market follows a coin and a future with their history, equal to the truth, and lets them go again", async () => {
  using clock = new SteadyClock();
  await using market = await openMarket({}, { clock, config: CONFIG });
  const minutes: MinuteEvent[] = [];
  market.onEvent((event) => {
    if (event.kind === "minute" && event.revision === 0) minutes.push(event);
  });
  await until(() => market.status().state === "live", 10_000, "the market is live", clock);
  market.follow("ETHUSDT");
  market.follow("NQ");
  const isThere = (id: string) => market.bars(id).length >= 110 && market.isBackfilled(id);
  await until(() => isThere("ETHUSDT") && isThere("NQ"), 20_000, "their history is there", clock);
  const seen = minutes.length;
  await until(() => minutes.length >= seen + 5, 20_000, "minutes go on", clock);
  const { bars, correlations } = minutes.at(-1)!;
  assert.deepEqual([...bars.keys()], ["BTCUSDT", "ES", "ETHUSDT", "NQ"]);
  assert.equal(new Set(correlations.map(({ pair }) => pair)).size, 6);
  await until(() => market.status().state === "live", 10_000, "all of them are live", clock);
  const checked = compareWithTruth(
    market,
    market.simulator!.truth,
    minutes.at(-1)!.openTime - MINUTE,
  );
  for (const { instrument, lost, invented, altered } of checked) {
    assert.deepEqual([lost, invented, altered], [0, 0, 0], instrument);
  }
  market.unfollow("ETHUSDT");
  market.unfollow("ES");
  const left = minutes.length;
  await until(() => minutes.length >= left + 3, 10_000, "minutes go on without them", clock);
  assert.deepEqual([...minutes.at(-1)!.bars.keys()], ["BTCUSDT", "NQ"]);
  const { streams, state } = market.status();
  assert.deepEqual([streams.map(({ instrument }) => instrument), state], [
    ["BTCUSDT", "NQ"],
    "live",
  ]);
  assert.throws(() => market.follow("DOGE"), /what can be followed: .*\(Binance\).*got DOGE/);
});
