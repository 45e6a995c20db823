import type { Causality, CausalityTest } from "../sync/studies/causality.ts";
import type { SideNames } from "./lead_text.ts";
import { pText } from "./sentence_text.ts";

/** What Granger's test says both ways. That nothing is shown is not that nothing is there. */
export function causalitySentence(
  { firstToSecond, secondToFirst, looksLikeLevels }: Causality,
  { first, second }: SideNames,
  timeframe: string,
): string {
  const levels = looksLikeLevels
    ? " These columns look like levels, not returns, for which the p-values do not hold."
    : "";
  const next = `next ${timeframe} bar`;
  const p = ({ adjusted }: CausalityTest) => pText(adjusted);
  const one = (from: string, to: string, test: CausalityTest, other: CausalityTest) =>
    `The past of ${from} says something about the ${next} of ${to} (${p(test)}, ${
      barsText(test.lag)
    } back); the other way round nothing is shown (${p(other)}).`;
  if (firstToSecond.holds && secondToFirst.holds) {
    return `The past of each says something about the ${next} of the other (${second} for ${first}: ` +
      `${p(secondToFirst)}; ${first} for ${second}: ${p(firstToSecond)}).${levels}`;
  }
  if (secondToFirst.holds) return one(second, first, secondToFirst, firstToSecond) + levels;
  if (firstToSecond.holds) return one(first, second, firstToSecond, secondToFirst) + levels;
  return `Neither's past is shown to say anything about the other's ${next} (${second} for ${first}: ` +
    `${p(secondToFirst)}; ${first} for ${second}: ${
      p(firstToSecond)
    }). That is no proof that neither leads.${levels}`;
}

function barsText(lag: number): string {
  return lag === 1 ? "1 bar" : `${lag} bars`;
}
