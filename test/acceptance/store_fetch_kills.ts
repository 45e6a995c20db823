import assert from "node:assert/strict";
import { fetchKills } from "../store/support/fetch_kills.ts";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const DAYS = 7;
const KILLS = 20;

Deno.test(`store fetch of ${DAYS} days of ES, NQ, BTC and ETH killed at ${KILLS} instants asks for each minute once`, async () => {
  const run = (kills: number) =>
    withTempFolder((dir) => fetchKills({ dir, days: DAYS, kills, seed: 3, latestMs: 300 }));
  const once = await run(0), often = await run(KILLS);
  for (const sum of [once, often]) {
    say(
      `${sum.kills} kills: ${sum.minutes} minutes, ${sum.altered} altered, ${sum.unknown} unknown; ${sum.ibkr} questions to IBKR, ${sum.binance} calls of Binance, ${sum.violations} limits broken`,
    );
    const { altered, unknown, violations, code } = sum;
    assert.deepEqual({ altered, unknown, violations, code }, {
      altered: 0,
      unknown: 0,
      violations: 0,
      code: 0,
    });
  }
});
