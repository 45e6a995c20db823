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
    const { kills, minutes, ibkr, binance, asked, altered, unknown, violations, code } = sum;
    say(
      `${kills} kills: ${minutes} minutes, ${altered} altered, ${unknown} unknown; ${ibkr} questions to IBKR, ${binance} calls of Binance, ${violations} limits broken`,
    );
    say(
      `${kills} kills: ${asked.answers} answers of history, ${asked.again.length} stored minutes asked for again, ${asked.between} within a question for both sides of them; ${asked.cut} answers cut off by kills, at most ${asked.mostCut} of one kill and instrument`,
    );
    assert.deepEqual({ altered, unknown, violations, code, again: asked.again }, {
      altered: 0,
      unknown: 0,
      violations: 0,
      code: 0,
      again: [],
    });
  }
  assert.equal(once.asked.cut, 0, "without a kill every answer is stored");
  // The one that was under way, or being written.
  assert.ok(often.asked.mostCut <= 1, `${often.asked.mostCut} answers of one instrument`);
  const more = often.asked.answers - once.asked.answers;
  say(`${more} answers more than without kills, ${often.asked.cut} of them the cost of the kills`);
  assert.ok(more <= often.asked.cut + KILLS, `${more} answers more, ${often.asked.cut} cut off`);
});
