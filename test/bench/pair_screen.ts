/**
 * The screener of pairs over a week of 5m bars of 10, 20 and 50 coins: processor time of all pairs, and of one pair
 * against statsmodels' `coint` at the same lag in both directions. `PYTHON` names an interpreter that has the packages
 * of requirements.txt; without them the ratio is left out.
 *
 *     deno run -A test/bench/pair_screen.ts
 */
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { fixedLagFor } from "../../lib/pairs/fixed_lag_cointegration.ts";
import { pairScreenStudy } from "../../lib/pairs/studies/pair_screen.ts";
import { studyScope } from "../../lib/sync/studies/study_scope.ts";
import { coin, gridOf } from "../pairs/studies/coin_sides.ts";
import { normals } from "../pairs/synthetic.ts";
import { say } from "../support/say.ts";
import { bestProcessorMs } from "./processor_time.ts";

const SIZES = [10, 20, 50], DAYS = 7, ROWS = DAYS * DAY / (5 * MINUTE), RUNS = 5;

const next = normals(1);
/** Coins that share half of their moves. */
const shared = Float64Array.from({ length: DAYS * DAY / MINUTE }, () => 5e-4 * next());
const grids = Array.from({ length: SIZES.at(-1)! }, () => {
  let log = 4;
  return gridOf(shared.map((move) => Math.exp(log += move + 5e-4 * next())));
});

let onePair = NaN;
for (const size of SIZES) {
  const sides = grids.slice(0, size).map((grid, i) => ({ instrument: coin(`C${i}`), grid }));
  const scope = studyScope(sides, { timeframe: "5m", days: DAYS, hours: "all" });
  const pairs = size * (size - 1) / 2;
  const ms = bestProcessorMs(RUNS, () => {
    if (pairScreenStudy.run(scope, null).kind !== "found") throw new Error("nothing was screened");
  });
  onePair = ms / pairs;
  say(
    `${size} coins, ${pairs} pairs: ${ms.toFixed(0)} ms of processor time, ` +
      `${onePair.toFixed(2)} ms a pair`,
  );
}
const peer = new URL("./pair_screen_peer.py", import.meta.url).pathname;
const { code, stdout } = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
  args: [peer, `${ROWS}`, `${fixedLagFor(ROWS)}`],
  stderr: "null",
}).output().catch(() => ({ code: 1, stdout: new Uint8Array() }));
if (code !== 0) say("statsmodels is left out: PYTHON names no interpreter that has it");
else {
  const theirs = Number(new TextDecoder().decode(stdout));
  say(
    `statsmodels' coint both ways: ${theirs.toFixed(2)} ms a pair, ` +
      `${(theirs / onePair).toFixed(1)} times ours`,
  );
}
