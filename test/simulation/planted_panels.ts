/**
 * What each panel of the desk and the evidence says of markets in which its subject is planted, and of as many in which
 * nothing is: found where it is, and not found where it is not.
 *
 *     deno run --allow-read test/simulation/planted_panels.ts [MARKETS] [FIRST]
 *
 * Ends with 1 where less is found, or more where nothing is planted, than the table allows. Thresholds and plants are
 * judged on seeds that none of them was chosen on; 501 to 524 are not such. Markets have fat tails and a
 * shared volatility that clusters. `planted_studies.ts` beside it asks the same of the simulated venues.
 */
import { SessionClock } from "../../lib/calendar/market_sessions.ts";
import { alignedLines } from "../../lib/model/text_columns.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { divergenceHistory } from "../../lib/sync/divergence_history.ts";
import { normalizedRatio } from "../../lib/sync/normalized_ratio.ts";
import { realizedVolatility } from "../../lib/sync/realized_volatility.ts";
import { causalityStudy } from "../../lib/sync/studies/causality.ts";
import { correlationPathStudy } from "../../lib/sync/studies/correlation_path.ts";
import { daySessionsStudy } from "../../lib/sync/studies/day_sessions.ts";
import { hourMapStudy } from "../../lib/sync/studies/hour_map.ts";
import { leadStudy } from "../../lib/sync/studies/lead.ts";
import { pairRow } from "../../lib/sync/pair_row.ts";
import { marketMatrixStudy } from "../../lib/sync/studies/market_matrix.ts";
import { marketRegimesStudy } from "../../lib/sync/studies/market_regimes.ts";
import { returnsScatterStudy } from "../../lib/sync/studies/returns_scatter.ts";
import type { Study, StudyQuery } from "../../lib/sync/studies/study.ts";
import type { StudyMinutes } from "../../lib/sync/studies/study_scope.ts";
import { tailsStudy } from "../../lib/sync/studies/tails.ts";
import { say } from "../support/say.ts";
import { mostByLuck } from "./most_by_luck.ts";
import {
  type Plant,
  PLANTED_FROM,
  plantedClusters,
  plantedPair,
  plantedScope,
} from "./planted_market.ts";

const NOTHING: Plant = { correlation: () => 0.4 };
const UNRELATED: Plant = { correlation: () => 0 };
const ECHO: Plant = { correlation: () => 0.4, echo: { minutes: 1, share: 0.1 } };
const NAMES = { first: "a", second: "b" };
const NEW_YORK = new SessionClock("us");

/** One line of the table. */
interface Question {
  readonly panel: string;
  readonly planted: string;
  readonly days: 7 | 30;
  readonly plant: Plant;
  /** @default correlated at 0.4, and nothing else */
  readonly without?: Plant;
  /** Whether the panel says that it is there; undefined where it cannot say. */
  readonly isFound: (sides: readonly StudyMinutes[]) => boolean | undefined;
  /** Least share of planted markets in which it is to be found. */
  readonly least: number;
}

function found<Settings, Found>(
  study: Study<Settings, Found>,
  sides: readonly StudyMinutes[],
  query: Pick<StudyQuery, "timeframe" | "days">,
  settings: Settings,
): Found {
  const result = study.run(plantedScope(sides, { ...query, hours: "all" }), settings);
  if (result.kind === "lacking") throw new Error(`${study.name}: ${result.reason}`);
  return result.found;
}

const hourOf = (time: number) => Math.floor(time % DAY / HOUR);
const isWednesday = (time: number) => new Date(time).getUTCDay() === 3;
/** The newest hour of a week that ends at midnight has no US hours: of the last Friday, 16:00 UTC. */
const APART_AT = PLANTED_FROM + 4 * DAY + 16 * HOUR;
const END = PLANTED_FROM + 7 * DAY;

const QUESTIONS: readonly Question[] = [
  {
    panel: "sessions",
    planted: "r 0.8 in US hours, 0.2 else",
    days: 30,
    plant: { correlation: (time) => NEW_YORK.isOpen(time) ? 0.8 : 0.2 },
    isFound: (sides) =>
      found(daySessionsStudy, sides, { timeframe: "5m", days: 30 }, null).differences
        .some(({ holds }) => holds),
    least: 0.9,
  },
  {
    panel: "sessions: storms",
    planted: "r 0.8 in storms, 0.2 in calm",
    days: 30,
    plant: { correlation: (_, heat) => heat > 0.35 ? 0.8 : 0.2 },
    isFound: (sides) => {
      const { storms } = found(daySessionsStudy, sides, { timeframe: "5m", days: 30 }, null);
      return storms?.isMore;
    },
    least: 0.8,
  },
  {
    panel: "map of hours",
    planted: "r 0.9 at 14:00, 0.2 else",
    days: 30,
    plant: { correlation: (time) => hourOf(time) === 14 ? 0.9 : 0.2 },
    isFound: (sides) => {
      const settings = { timeZone: "UTC", rows: ["5m", "15m"] } as const;
      return found(hourMapStudy, sides, { timeframe: "1m", days: 30 }, settings).starred > 0;
    },
    least: 0.9,
  },
  {
    panel: "map of weekdays",
    planted: "r 0.95 on Wednesdays at 14:00, 0.1 else",
    days: 30,
    plant: { correlation: (time) => isWednesday(time) && hourOf(time) === 14 ? 0.95 : 0.1 },
    isFound: (sides) => {
      const settings = { timeZone: "UTC", rows: "weekdays" } as const;
      return found(hourMapStudy, sides, { timeframe: "5m", days: 30 }, settings).starred > 0;
    },
    least: 0.9,
  },
  {
    panel: "Granger",
    planted: "b repeats 0.1 of a's last minute",
    days: 7,
    plant: ECHO,
    isFound: (sides) =>
      found(causalityStudy, sides, { timeframe: "1m", days: 7 }, null).firstToSecond.holds,
    least: 0.9,
  },
  {
    panel: "lead on bars",
    planted: "b repeats 0.5 of a's return of 3 minutes ago",
    days: 7,
    plant: { correlation: () => 0, echo: { minutes: 3, share: 0.5 } },
    without: UNRELATED,
    isFound: (sides) => {
      const { reading } =
        found(leadStudy, sides, { timeframe: "1m", days: 7 }, { names: NAMES }).all;
      return reading.direction !== "unknown";
    },
    least: 0.9,
  },
  {
    panel: "regimes",
    planted: "r 0.1 and 0.8 in turn, 8 hours each",
    days: 7,
    plant: { correlation: (time) => Math.floor(time / (8 * HOUR)) % 2 === 0 ? 0.1 : 0.8 },
    isFound: (sides) =>
      found(marketRegimesStudy, sides, { timeframe: "5m", days: 7 }, { mostRows: 9 }).regimes
        .some(({ isApart }, i) => i > 0 && isApart),
    least: 0.9,
  },
  {
    panel: "path",
    planted: "r 0.8 in the newest day, 0 before",
    days: 7,
    plant: { correlation: (time) => time > END - DAY ? 0.8 : 0 },
    without: UNRELATED,
    isFound: (sides) => {
      const settings = { window: 48, mostRows: 900 };
      const { lo, hi } = found(
        correlationPathStudy,
        sides,
        { timeframe: "15m", days: 7 },
        settings,
      );
      return lo.at(-1)! > 0 || hi.at(-1)! < 0;
    },
    least: 0.9,
  },
  {
    panel: "tails, volatility taken out",
    planted: "both fall by six steps in 0.4 % of minutes",
    days: 7,
    plant: { correlation: () => 0.2, crashes: 0.004 },
    without: { correlation: () => 0.2 },
    isFound: (sides) => {
      const { adjusted } = found(tailsStudy, sides, { timeframe: "1m", days: 7 }, null);
      return adjusted.falls.excess[0] > 0;
    },
    least: 0.9,
  },
  {
    panel: "scatter",
    planted: "r 0.3 of five-minute returns",
    days: 7,
    plant: { correlation: () => 0.3 },
    without: UNRELATED,
    isFound: (sides) => {
      const query = { timeframe: "5m", days: 7 } as const;
      const { line } = found(returnsScatterStudy, sides, query, { mostPoints: 9 });
      return line.lo > 0 || line.hi < 0;
    },
    least: 0.9,
  },
  {
    panel: "divergence",
    planted: "a moves by three steps a minute alone for five minutes, in US hours",
    days: 7,
    plant: {
      correlation: () => 0.85,
      apart: (time) => time >= APART_AT && time < APART_AT + 5 * MINUTE ? 3 : 0,
    },
    without: { correlation: () => 0.85 },
    isFound: ([a, b]) =>
      divergenceHistory(a!.grid, b!.grid, { minor: 3.5, major: 4.5 }).episodes
        .some(({ from }) => from >= APART_AT - MINUTE && from < APART_AT + 10 * MINUTE),
    least: 0.9,
  },
  {
    panel: "ratio",
    planted: "a moves by six steps a minute alone for the newest 15 minutes",
    days: 7,
    plant: { correlation: () => 0.85, apart: (time) => time >= END - 15 * MINUTE ? 6 : 0 },
    without: { correlation: () => 0.85 },
    isFound: (sides) => {
      const [a, b] = sides.map(({ grid }) =>
        grid.close.slice(-2_880).filter((_, row) => row % 5 === 4)
      );
      return normalizedRatio(a!, b!, { window: 20 }).beyond.at(-1) === 1;
    },
    least: 0.9,
  },
  {
    panel: "volatility strip",
    planted: "five times the volatility for the newest 15 minutes",
    days: 7,
    plant: { correlation: () => 0.4, storm: (time) => time >= END - 15 * MINUTE ? 5 : 1 },
    isFound: ([a]) => {
      const { close } = a!.grid;
      const returns = close.map((price, row) => Math.log(price / close[row - 1]!)).slice(-90);
      const [short, long] = [15, 60].map((window) =>
        realizedVolatility(returns, { window }).at(-1)!
      );
      return short! / long! > 1.5;
    },
    least: 0.9,
  },
];

const markets = Number(Deno.args[0] ?? 24), first = Number(Deno.args[1] ?? 501);
const rows: string[][] = [];
const wrong: string[] = [];
for (const { panel, planted, days, plant, without = NOTHING, isFound, least } of QUESTIONS) {
  const count = (one: Plant) =>
    Array.from({ length: markets }, (_, i) => isFound(plantedPair(first + i, days, one)))
      .filter(Boolean).length;
  const there = count(plant), nowhere = count(without);
  rows.push([panel, planted, `${there} of ${markets}`, `${nowhere} of ${markets}`]);
  if (there < least * markets) wrong.push(`${panel}: found in ${there}`);
  if (nowhere > mostByLuck(markets)) wrong.push(`${panel}: found in ${nowhere} without it`);
}

const back = Array.from({ length: markets }, (_, i) => {
  const query = { timeframe: "1m", days: 7 } as const;
  return found(causalityStudy, plantedPair(first + i, 7, ECHO), query, null).secondToFirst.holds;
}).filter(Boolean).length;
rows.push(["Granger", "the other way, where only b repeats a", "", `${back} of ${markets}`]);
if (back > mostByLuck(markets)) wrong.push(`Granger: the other way in ${back}`);

let finds = 0, falseFinds = 0;
let whole = 0, ordered = 0, alone = 0;
for (let seed = first; seed < first + markets; seed++) {
  const matrixOf = (sizes: readonly number[], within: number) => {
    const sides = plantedClusters(seed, 1, sizes, within);
    const { adjusted, order } = found(marketMatrixStudy, sides, { timeframe: "5m", days: 1 }, null);
    const cluster = sides.map(({ instrument }) => instrument.id.slice(0, 2));
    const finds = cluster.flatMap((one, i) =>
      cluster.slice(i + 1).map((other, k) => ({
        isWithin: one === other,
        holds: adjusted[pairRow(i, i + 1 + k, cluster.length)]! <= 0.05,
      }))
    );
    const changes = order.slice(1).filter((one, i) => cluster[one] !== cluster[order[i]!]).length;
    return { finds, changes, clusters: sizes.length };
  };
  const planted = matrixOf([4, 4], 0.5);
  if (planted.finds.filter(({ isWithin }) => isWithin).every(({ holds }) => holds)) whole++;
  for (const { isWithin, holds } of planted.finds) {
    if (!holds) continue;
    finds++;
    if (!isWithin) falseFinds++;
  }
  if (planted.changes === planted.clusters - 1) ordered++;
  if (matrixOf([1, 1, 1, 1, 1, 1, 1, 1], 0).finds.some(({ holds }) => holds)) alone++;
}
rows.push(
  [
    "matrix",
    "two clusters of four at r 0.5: all pairs within",
    `${whole} of ${markets}`,
    `${alone} of ${markets}`,
  ],
  ["matrix", "pairs across the clusters, of all pairs found", "", `${falseFinds} of ${finds}`],
  ["matrix", "its order keeps each cluster together", `${ordered} of ${markets}`, ""],
);
if (whole < 0.9 * markets || ordered < 0.9 * markets) wrong.push("matrix: clusters");
if (falseFinds > 0.05 * finds) wrong.push(`matrix: ${falseFinds} of ${finds} finds are false`);
if (alone > mostByLuck(markets)) wrong.push(`matrix: a pair in ${alone} of unrelated markets`);

for (const line of alignedLines([["panel", "planted", "found", "found without it"], ...rows])) {
  say(line);
}
for (const line of wrong) say(`NOT AS IT SHOULD BE: ${line}`);
if (wrong.length > 0) Deno.exit(1);
