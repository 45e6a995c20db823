/**
 * What the screener finds of the planted pairs in many simulated markets, and what it finds beside them: twelve coins,
 * seven days of 5m bars, 66 pairs, by the study itself.
 *
 *     deno run --allow-read test/simulation/planted_screen.ts [SEEDS] [FIRST]
 *
 * A pair is found where its corrected p is at most 0.03, as the panel calls it. The pair that breaks after 36 hours is neither right nor wrong.
 * Ends with 1 where more than 5 % of the finds are false, in the mean over markets, or a planted pair is found in less
 * than 90 % of them.
 */
import { alignedLines } from "../../lib/model/text_columns.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { pairScreenStudy } from "../../lib/pairs/studies/pair_screen.ts";
import { FOUND_LEVEL, SCREEN_LEVEL } from "../../lib/pairs/studies/screened_pairs.ts";
import { createMarketModel, type MarketModel } from "../../lib/simulator/market_model.ts";
import { studyScope } from "../../lib/sync/studies/study_scope.ts";
import { coin, FROM, gridOf } from "../pairs/studies/coin_sides.ts";
import { say } from "../support/say.ts";

const DAYS = 7, BREAK = FROM + 36 * HOUR, LEAST_FOUND = 0.9, MOST_FALSE = 0.05;
const LISTED = ["BTC", "ETH", "SOL", "BNB", "XRP", "DOGE", "ADA", "AVAX", "LINK", "LTC", "TRX"];
const IDS = [...LISTED, "DOT"].map((base) => `${base}USDT`);

const seeds = Number(Deno.args[0] ?? 20), first = Number(Deno.args[1] ?? 101);
const foundOf = new Map<string, number>(), falseOf = new Map<string, number>();
let finds = 0, falseFinds = 0, falseShare = 0, small = 0, unrelated = 0;

function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function screenOf(market: MarketModel) {
  const sides = IDS.map((id) => {
    const close = Float64Array.from(
      { length: DAYS * DAY / MINUTE },
      (_, row) => market.minute(id, FROM + row * MINUTE)?.close ?? NaN,
    );
    return { instrument: coin(id), grid: gridOf(close) };
  });
  const query = { timeframe: "5m", days: DAYS, hours: "all" } as const;
  const result = pairScreenStudy.run(studyScope(sides, query), null);
  if (result.kind === "lacking") throw new Error(result.reason);
  return result.found;
}

for (let seed = first; seed < first + seeds; seed++) {
  const market = createMarketModel({ seed, from: FROM, breaksAt: BREAK });
  const kinds = new Map(
    market.pairs.map(({ y, x, kind }) => [[y, x].toSorted().join("/"), kind] as const),
  );
  for (const [name, kind] of kinds) {
    if (kind === "cointegrated" && !foundOf.has(name)) foundOf.set(name, 0);
  }
  const screen = screenOf(market);
  let right = 0, wrong = 0;
  screen.adjusted.forEach((adjusted, row) => {
    const name = [IDS[screen.first[row]!], IDS[screen.second[row]!]].toSorted().join("/");
    const kind = kinds.get(name), isFound = adjusted <= FOUND_LEVEL;
    if (kind === "broken") return;
    if (kind === "cointegrated") {
      if (isFound) countOne(foundOf, name);
      right += Number(isFound);
      return;
    }
    unrelated++;
    small += Number(screen.pvalue[row]! < SCREEN_LEVEL);
    if (isFound) countOne(falseOf, name);
    wrong += Number(isFound);
  });
  finds += right + wrong;
  falseFinds += wrong;
  if (wrong > 0) falseShare += wrong / (right + wrong);
}

const per = (hits: number, of: number) => `${(100 * hits / of).toFixed(1)} %`;
say(`${seeds} markets, seeds from ${first} on`);
const rows = [
  ...[...foundOf].map((
    [name, hits],
  ) => [`${name} is found`, `${hits} of ${seeds}`, per(hits, seeds)]),
  ["p below 0.05, of pairs without a relation", `${small} of ${unrelated}`, per(small, unrelated)],
  ["false, of all finds", `${falseFinds} of ${finds}`, per(falseFinds, finds)],
  ["false share of a market's finds, mean", "", per(falseShare, seeds)],
];
for (const line of alignedLines([["", "", ""], ...rows], { sides: ["left", "right", "right"] })) {
  say(line);
}
say(`false: ${[...falseOf].map(([name, hits]) => `${name} ${hits}`).join(", ") || "none"}`);
const isShort = [...foundOf.values()].some((hits) => hits < LEAST_FOUND * seeds);
if (isShort || falseShare > MOST_FALSE * seeds) Deno.exit(1);
