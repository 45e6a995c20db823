/**
 * What is found of the planted pairs in many simulated markets: cointegration among twelve coins, the pair that breaks,
 * hedge ratios and half-lives.
 *
 *     deno run --allow-read test/simulation/planted_pairs.ts [SEEDS] [FIRST]
 *
 * Of each market seven days: all 66 pairs on bars of 5m by Engle–Granger in both directions, corrected for their number
 * at a false discovery rate of 5 % (Benjamini–Hochberg); the break watched on the newest 720 bars of 1m every ten
 * minutes, as a live pair does.
 */
import { alignedLines } from "../../lib/model/text_columns.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { pairBreak } from "../../lib/pairs/pair_break.ts";
import { pairTests } from "../../lib/pairs/pair_tests.ts";
import { createMarketModel, type MarketModel } from "../../lib/simulator/market_model.ts";
import { benjaminiHochberg, engleGrangerBoth } from "../../lib/stats/mod.ts";
import { say } from "../support/say.ts";

const FROM = Date.UTC(2026, 0, 12), DAYS = 7, STEP = 5 * MINUTE, BREAK = FROM + 36 * HOUR;
const LISTED = ["BTC", "ETH", "SOL", "BNB", "XRP", "DOGE", "ADA", "AVAX", "LINK", "LTC", "TRX"];
const SYMBOLS = [...LISTED, "DOT"].map((base) => `${base}USDT`);
// A spread beside a walk is a moving average in its differences: Akaike's criterion takes too few lags for it and
// rejects too often, the t of the last lag does not (S. Ng & P. Perron, JASA 90, 1995).
const LAGS = { autolag: "t-stat" } as const;
const WATCHED_ROWS = 720, LOOK_EVERY = 10, WITHIN = 240;

const seeds = Number(Deno.args[0] ?? 20), firstSeed = Number(Deno.args[1] ?? 101);
const counts = new Map<string, { hits: number; of: number }>();
let falseShare = 0;
let falseCount = 0, foundCount = 0;

function count(what: string, isHit: boolean): void {
  const row = counts.get(what) ?? { hits: 0, of: 0 };
  counts.set(what, { hits: row.hits + Number(isHit), of: row.of + 1 });
}

function logs(market: MarketModel, symbol: string, from: number, to: number, step: number) {
  const length = (to - from) / step;
  return Float64Array.from({ length }, (_, row) => {
    const close = market.minute(symbol, from + (row + 1) * step - MINUTE)?.close ?? NaN;
    return Math.log(close);
  });
}

for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  const market = createMarketModel({ seed, from: FROM, breaksAt: BREAK });
  const planted = new Map(market.pairs.map((pair) => [`${pair.y}/${pair.x}`, pair.kind]));
  const prices = new Map(
    SYMBOLS.map((symbol) => [symbol, logs(market, symbol, FROM, FROM + DAYS * DAY, STEP)] as const),
  );
  const names: string[] = [], pvalues: number[] = [];
  SYMBOLS.forEach((y, i) =>
    SYMBOLS.slice(i + 1).forEach((x) => {
      const name = planted.has(`${x}/${y}`) ? `${x}/${y}` : `${y}/${x}`;
      names.push(name);
      pvalues.push(engleGrangerBoth(prices.get(y)!, prices.get(x)!, LAGS).pvalue);
    })
  );
  const adjusted = benjaminiHochberg(pvalues);
  let found = 0, wrong = 0;
  names.forEach((name, i) => {
    const isFound = adjusted[i]! < 0.05, kind = planted.get(name);
    if (kind === "cointegrated") count(`${name} is found`, isFound);
    if (!isFound || kind === "broken") return;
    found++;
    if (kind !== "cointegrated") wrong++;
  });
  falseShare += found === 0 ? 0 : wrong / found;
  falseCount += wrong;
  foundCount += found;
  for (const pair of market.pairs) {
    const name = `${pair.y}/${pair.x}`;
    if (pair.kind !== "correlated") {
      const from = BREAK - WATCHED_ROWS * MINUTE, to = BREAK + WITHIN * MINUTE;
      const y = logs(market, pair.y, from, to, MINUTE), x = logs(market, pair.x, from, to, MINUTE);
      let isSeen = false;
      for (let end = WATCHED_ROWS + LOOK_EVERY; end <= y.length; end += LOOK_EVERY) {
        const first = end - WATCHED_ROWS;
        isSeen ||= pairBreak(y.subarray(first, end), x.subarray(first, end)).state === "changed";
      }
      count(`${name}, ${pair.kind}: a change is reported within ${WITHIN} bars`, isSeen);
    }
    if (pair.kind !== "cointegrated") continue;
    const y = prices.get(pair.y)!, x = prices.get(pair.x)!;
    const { hedges, tests } = pairTests({
      y,
      x,
      from: FROM,
      to: FROM + DAYS * DAY,
      expected: y.length,
    });
    for (const { kind, lo, hi } of hedges) {
      count(
        `${kind}: hedge ratio within its interval`,
        lo <= pair.hedgeRatio && pair.hedgeRatio <= hi,
      );
    }
    const half = pair.halfLifeMs / STEP;
    count("half-life within its interval", tests.halfLife.lo <= half && half <= tests.halfLife.hi);
  }
}

const rows = [...counts].map(([what, { hits, of }]) => [
  what,
  `${hits} of ${of}`,
  `${(100 * hits / of).toFixed(1)} %`,
]);
say(`${seeds} seeds from ${firstSeed} on`);
for (const line of alignedLines([["", "", ""], ...rows], { sides: ["left", "right", "right"] })) {
  say(line);
}
say(
  `false discoveries: ${(100 * falseShare / seeds).toFixed(1)} % of what is found, mean over seeds`,
);
say(`(${falseCount} of ${foundCount} in all)`);
