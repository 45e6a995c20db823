/**
 * What the studies find in many simulated markets: what is planted, and what is not.
 *
 *     deno run --allow-read test/simulation/planted_studies.ts [SEEDS]
 *
 * Planted: ES five seconds ahead of BTCUSDT, with regimes of correlation that last hours; NQ with ES at 0.92, at once;
 * gold apart from all. No session, no direction of causality beyond the lead, and no tail is planted by itself.
 */
import { HOUR } from "../../lib/model/time.ts";
import { alignedLines } from "../../lib/model/text_columns.ts";
import { causalityStudy } from "../../lib/sync/studies/causality.ts";
import { daySessionsStudy } from "../../lib/sync/studies/day_sessions.ts";
import { leadStudy } from "../../lib/sync/studies/lead.ts";
import { marketRegimesStudy } from "../../lib/sync/studies/market_regimes.ts";
import { returnsScatterStudy } from "../../lib/sync/studies/returns_scatter.ts";
import type { Study, StudyScope } from "../../lib/sync/studies/study.ts";
import { tailsStudy } from "../../lib/sync/studies/tails.ts";
import { say } from "../support/say.ts";
import {
  FROM,
  simulatedMarket,
  simulatedScope,
  simulatedSeconds,
} from "../sync/studies/simulated_sides.ts";

const PAIRS = [["BTCUSDT", "ES"], ["NQ", "ES"], ["BTCUSDT", "GC"]] as const;
const seeds = Number(Deno.args[0] ?? 20);
const counts = new Map<string, Map<string, number>>();

for (let seed = 101; seed < 101 + seeds; seed++) {
  const market = simulatedMarket(seed);
  for (const pair of PAIRS) {
    const [first, second] = pair, names = { first, second };
    const count = (what: string, is: boolean) => {
      const row = counts.get(what) ?? new Map<string, number>();
      counts.set(what, row.set(pair.join("/"), (row.get(pair.join("/")) ?? 0) + Number(is)));
    };
    const scope = (timeframe: "1m" | "5m") =>
      simulatedScope(market, pair, { timeframe, days: 7, hours: "all" });
    const minutes = scope("1m"), fives = scope("5m");
    const from = FROM + 15 * HOUR, to = FROM + 18 * HOUR;
    const seconds = {
      a: simulatedSeconds(market, first, from, to),
      b: simulatedSeconds(market, second, from, to),
    };
    const { reading } = found(leadStudy, minutes, { names, seconds }).all;
    const isPlanted = reading.direction === "second" && Math.abs(reading.lagMs - 5_000) <= 1_000;
    const leaders = ["first", "second"];
    count("seconds: the second leads by 4 to 6 s", isPlanted);
    count("seconds: another lead", !isPlanted && leaders.includes(reading.direction));
    count("seconds: together", reading.direction === "together");
    const bars = found(leadStudy, minutes, { names }).all.reading.direction;
    count("1m bars: a leader", leaders.includes(bars));
    count("1m bars: together", bars === "together");
    const { line } = found(returnsScatterStudy, fives, { mostPoints: 9 });
    count("scatter: slope's interval without 0", line.lo > 0 || line.hi < 0);
    const causality = found(causalityStudy, minutes, null);
    count("Granger on 1m bars: second to first", causality.secondToFirst.holds);
    count("Granger on 1m bars: first to second", causality.firstToSecond.holds);
    const traded = found(causalityStudy, minutes, { seconds });
    count("Granger on 15 s of trades: second to first", traded.secondToFirst.holds);
    count("Granger on 15 s of trades: first to second", traded.firstToSecond.holds);
    const { differences, storms } = found(daySessionsStudy, fives, null);
    count("sessions: a difference holds", differences.some(({ holds }) => holds));
    count("storms: more than volatility makes", storms?.isMore === true);
    const { regimes } = found(marketRegimesStudy, fives, { mostRows: 9 });
    count("regimes: correlations apart", regimes.some(({ isApart }, i) => i > 0 && isApart));
    const tails = found(tailsStudy, fives, null);
    for (const name of ["returns", "adjusted"] as const) {
      const { falls, rises } = tails[name];
      count(`tails of ${name}: beyond normal`, falls.excess[0] > 0 || rises.excess[0] > 0);
    }
  }
}
const columns = PAIRS.map((pair) => pair.join("/"));
say(`${seeds} markets, found in:`);
const rows = [...counts].map(([what, row]) => [what, ...columns.map((pair) => `${row.get(pair)}`)]);
for (const line of alignedLines([["", ...columns], ...rows])) say(line);

function found<Settings, Found>(
  study: Study<Settings, Found>,
  scope: StudyScope,
  settings: Settings,
): Found {
  const result = study.run(scope, settings);
  if (result.kind === "lacking") throw new Error(`${study.name}: ${result.reason}`);
  return result.found;
}
