import { durationText } from "../model/duration.ts";
import { MINUTE } from "../model/time.ts";
import type { MarketRegimes } from "../sync/studies/market_regimes.ts";
import { signed } from "./estimate_text.ts";
import { listed, shareText } from "./sentence_text.ts";

/** From this probability on a regime is said to be that of now. */
const CLEAR_FROM = 0.8;

/** Which regime it is now, where regimes differ in correlation at all. */
export function regimesSentence({ regimes, probabilities, converged }: MarketRegimes): string {
  const care = converged ? "" : " The fit has not settled: read it with care.";
  if (regimes.length === 1) {
    return `One regime, r ${
      signed(regimes[0]!.correlation)
    }: nothing speaks for a correlation that changes.${care}`;
  }
  const levels = regimes.map(({ correlation }) => signed(correlation));
  if (!regimes.some(({ isApart }, i) => i > 0 && isApart)) {
    return `${regimes.length} regimes fit better than one, but their correlations (${
      listed(levels)
    }) ` +
      `do not differ by more than luck: they differ in something else.${care}`;
  }
  const now = probabilities.map((column) => column.at(-1) ?? NaN);
  const likeliest = now.findIndex((p) => p >= CLEAR_FROM);
  if (likeliest < 0) {
    const said = now.map((p, state) => `${levels[state]} with ${shareText(p)}`);
    return `Which regime it is now is not clear: r ${listed(said)}.${likeText(regimes)}${care}`;
  }
  const others = levels.filter((_, state) => state !== likeliest);
  const { correlation, durationMs } = regimes[likeliest]!;
  return `Now in the regime of r ${signed(correlation)}, with a probability of ${
    shareText(now[likeliest]!)
  }; a stay lasts ${about(durationMs)} on average. The ${
    others.length === 1 ? "other has" : "others have"
  } r ${listed(others)}.${likeText(regimes)}${care}`;
}

/** Regimes whose correlations are not told from each other; empty where all are apart. */
function likeText(regimes: MarketRegimes["regimes"]): string {
  return regimes.map(({ correlation, isApart }, state) =>
    isApart
      ? ""
      : ` Those of ${signed(regimes[state - 1]!.correlation)} and ${
        signed(correlation)
      } do not differ by more than luck.`
  ).join("");
}

function about(ms: number): string {
  return `about ${durationText(Math.max(1, Math.round(ms / MINUTE / 5) * 5) * MINUTE)}`;
}
