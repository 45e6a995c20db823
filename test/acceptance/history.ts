import assert from "node:assert/strict";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { say } from "../support/say.ts";
import { numberFromEnvironment, START, until, withMarket } from "../support/simulated_market.ts";

const DAYS = 7;
/** From the first connection to the last minute in its place, by environment: `TEST_WITHIN=10`. */
const WITHIN_SECONDS = numberFromEnvironment("TEST_WITHIN", 20);

Deno.test(`openMarket has ${DAYS} days of minutes of ES and BTC within ${WITHIN_SECONDS} s, at the venues' own pace`, async () => {
  const options = { speed: 1, symbols: ["BTCUSDT"], futures: ["ES"], backfillHours: 24 * DAYS };
  await withMarket(options, async (market, { tws, binance, truth, openedAt }) => {
    await until(
      () =>
        market.instruments.every(({ id }) => market.isBackfilled(id)) &&
        !market.hasHolesBefore(START - MINUTE),
      60_000,
      "the history of both venues",
    );
    const took = (performance.now() - openedAt) / 1_000;
    const checks = compareWithTruth(market, truth, START - MINUTE);
    const questions = tws.stats().requests.historicalData ?? 0;
    say(
      `${
        checks.map(({ instrument, compared }) => `${compared} minutes of ${instrument}`).join(", ")
      } in ${
        took.toFixed(1)
      } s; ${questions} questions to IBKR, ${binance.stats().restCalls} calls of Binance's REST, most weight in a minute ${binance.stats().worstWeight}`,
    );
    for (const { compared, lost, invented, altered } of checks) {
      assert.ok(compared > DAYS * 24 * 60 * 0.6, `only ${compared} minutes were compared`);
      assert.deepEqual({ lost, invented, altered }, { lost: 0, invented: 0, altered: 0 });
    }
    assert.equal(tws.stats().pacingViolations, 0, "IBKR's pacing was broken");
    assert.deepEqual(binance.stats().violations, [], "a limit of Binance was broken");
    assert.ok(took < WITHIN_SECONDS, `it took ${took.toFixed(1)} s`);
  });
});
