/**
 * What a backtest says of pairs that earn and of pairs that cannot, over many simulated markets.
 *
 *     deno run --allow-read test/simulation/planted_backtests.ts [SEEDS] [FIRST]
 *
 * Of each seed seven days of 5m bars, traded with the panel's own settings: two unrelated random walks, and both pairs
 * that are planted in the simulated market. The overfitting of walks is taken without costs: with them the setting that
 * trades least is the best in every half, and its rank is no luck.
 */
import { alignedLines } from "../../lib/model/text_columns.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import {
  type BacktestOptions,
  backtestSettings,
} from "../../lib/notebook/panels/backtest_settings.ts";
import type { FoundStrategy } from "../../lib/pairs/found_strategy.ts";
import { pairStrategyStudy } from "../../lib/pairs/studies/pair_strategy.ts";
import { studyScope } from "../../lib/sync/studies/study_scope.ts";
import type { StudyScope } from "../../lib/sync/studies/study.ts";
import { coin, coinScope, gridOf } from "../pairs/studies/coin_sides.ts";
import { normals } from "../pairs/synthetic.ts";
import { say } from "../support/say.ts";

const QUERY = { timeframe: "5m", days: 7, hours: "all" } as const;
const PAIRS = [["AVAXUSDT", "SOLUSDT"], ["LINKUSDT", "LTCUSDT"]] as const;
const FREE: BacktestOptions = { feeBp: 0, slippageBp: 0 };
const MINUTE_DEVIATION = 6e-4;

const seeds = Number(Deno.args[0] ?? 40), firstSeed = Number(Deno.args[1] ?? 1);
const sides = { y: coin("Y"), x: coin("X") };

function walks(seed: number): StudyScope {
  const length = QUERY.days * DAY / MINUTE;
  const walk = (of: number) => {
    const next = normals(of);
    let level = 5;
    return Float64Array.from({ length }, () => Math.exp(level += MINUTE_DEVIATION * next()));
  };
  const grids = [walk(2 * seed + 1), walk(2 * seed + 2)].map((close) => gridOf(close));
  return studyScope(grids.map((grid, i) => ({ instrument: coin("YX"[i]!), grid })), QUERY);
}

function traded(scope: StudyScope, options: BacktestOptions): FoundStrategy {
  const result = pairStrategyStudy.run(scope, backtestSettings(options, sides));
  if (result.kind === "lacking") throw new Error(result.reason);
  return result.found;
}

interface Tally {
  readonly name: string;
  readonly found: FoundStrategy[];
}

const kinds: readonly (Tally & { of: (seed: number) => FoundStrategy })[] = [
  { name: "walks, with costs", found: [], of: (seed) => traded(walks(seed), {}) },
  { name: "walks, no costs", found: [], of: (seed) => traded(walks(seed), FREE) },
  ...PAIRS.flatMap((ids) => [
    {
      name: `${ids.join("/")}, with costs`,
      found: [],
      of: (seed: number) => traded(coinScope(seed, ids, QUERY), {}),
    },
    {
      name: `${ids.join("/")}, no costs`,
      found: [],
      of: (seed: number) => traded(coinScope(seed, ids, QUERY), FREE),
    },
  ]),
];
for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  for (const { found, of } of kinds) found.push(of(seed));
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const rows = kinds.map(({ name, found }) => {
  const share = (is: (one: FoundStrategy) => boolean) => `${found.filter(is).length} of ${seeds}`;
  const luck = found.flatMap(({ surface }) => surface.overfitting ?? []);
  return [
    name,
    share(({ summary }) => summary.net > 0),
    share(({ summary }) => summary.sharpeLo > 0),
    share(({ summary }) => summary.gross > 0),
    mean(found.map(({ summary }) => summary.net)).toFixed(1),
    mean(luck.map(({ probability }) => probability)).toFixed(2),
    mean(luck.map(({ probabilityOfLoss }) => probabilityOfLoss)).toFixed(2),
    `${luck.filter(({ deflated }) => deflated > 0.95).length} of ${seeds}`,
  ];
});
const head = [
  "",
  "net > 0",
  "interval above 0",
  "gross > 0",
  "mean net",
  "overfitting",
  "loss of the best",
  "deflated > 95 %",
];
say(`${seeds} seeds from ${firstSeed} on, 10,000 in both legs`);
const right = Array<"right">(head.length - 1).fill("right");
for (const line of alignedLines([head, ...rows], { sides: ["left", ...right] })) say(line);
