/**
 * A month of minutes of USD-M futures and of Deribit's index, whole and within the venues' limits. Not run by itself:
 * `TEST_HISTORY_DAYS=30 deno test -A test/acceptance/long_history.ts`.
 */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { MINUTE } from "../../lib/model/time.ts";
import type { DeribitServer } from "../../lib/simulator/deribit/server.ts";
import { say } from "../support/say.ts";
import { until } from "../support/simulated_market.ts";

const DAYS = Number(Deno.env.get("TEST_HISTORY_DAYS") ?? 0);

Deno.test({
  name: "a month of USD-M and of DVOL comes whole, the newest day first, within the venues' limits",
  ignore: DAYS === 0,
  async fn() {
    const config = parseConfig({
      overrides: {
        source: "simulated",
        clock: { speed: 1 },
        data: { backfillHours: 24 * DAYS },
        binance: { market: "usdm", symbols: ["BTCUSDT"] },
        ibkr: { futures: [] },
      },
    });
    const openedAt = performance.now();
    const seconds = () => ((performance.now() - openedAt) / 1_000).toFixed(1);
    await using market = await openMarket({ waitHours: 24 }, { config });
    const newest = seconds();
    const end = Math.floor(market.venueTime / MINUTE) * MINUTE - 2 * MINUTE;
    await until(
      () =>
        market.instruments.every(({ id }) => market.isBackfilled(id)) &&
        !market.hasHolesBefore(end),
      300_000,
      "the whole history",
    );
    const { truth, binance, server } = market.simulator!;
    const deribit = (server("deribit") as DeribitServer).stats();
    const checks = compareWithTruth(market, truth, end);
    say(
      `${DAYS} days: the newest day after ${newest} s, all after ${seconds()} s; ` +
        checks.map(({ instrument, compared }) => `${compared} minutes of ${instrument}`).join() +
        `; most weight in a minute ${binance.stats().worstFuturesWeight}; Deribit ` +
        JSON.stringify(deribit),
    );
    assert.deepEqual(checks.map(({ instrument }) => instrument), ["BTCUSDT", "DVOL"]);
    for (const { instrument, compared, lost, invented, altered } of checks) {
      assert.ok(compared >= DAYS * 24 * 60 - 5, `${instrument}: ${compared} minutes`);
      assert.deepEqual(
        { lost, invented, altered },
        { lost: 0, invented: 0, altered: 0 },
        instrument,
      );
    }
    assert.deepEqual(binance.stats().violations, []);
    assert.equal(deribit.creditsExceeded, 0);
  },
});
