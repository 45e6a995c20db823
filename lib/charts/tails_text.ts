import type { TailEnds, TailExcess, Tails } from "../sync/studies/tails.ts";
import type { SideNames } from "./lead_text.ts";
import { shareText, upperFirst } from "./sentence_text.ts";

/** Whether extremes come together more often than the correlation implies, and whether shared volatility is why. */
export function tailsSentence(
  { returns, adjusted, share }: Tails,
  { first, second }: SideNames,
  timeframe: string,
): string {
  const { falls } = returns;
  const extreme = shareText(share);
  const base =
    `Of the worst ${extreme} of the ${timeframe} bars of ${first}, ${shareText(falls.value)} ` +
    `were also among the worst of ${second} (95 % interval ${shareText(falls.lo)} to ${
      shareText(falls.hi)
    }; a normal pair with their correlation: ${shareText(falls.expected)}).`;
  return [base, verdictText(returns, adjusted), asymmetryText(returns)]
    .filter((text) => text !== "").join(" ");
}

function verdictText(returns: TailEnds, adjusted: TailEnds): string {
  const raw = beyond(returns), left = beyond(adjusted);
  if (raw.length === 0 && left.length === 0) {
    return "Neither falls nor rises are shown to come together more often than the correlation implies.";
  }
  if (raw.length === 0) {
    return `Only once returns are divided by the size of move foreseen for both, ${
      left.join(" and ")
    } come together more often than the correlation implies.`;
  }
  const why = left.length === 0
    ? "; once returns are divided by the size of move foreseen for both, nothing of that is shown any more"
    : `; of ${
      left.join(" and ")
    } that is so even once returns are divided by the size of move foreseen for both`;
  return `${
    upperFirst(raw.join(" and "))
  } come together more often than the correlation implies${why}.`;
}

function asymmetryText({ asymmetry: [lo, hi] }: TailEnds): string {
  if (lo > 0) return "Falls come together more often than rises.";
  return hi < 0 ? "Rises come together more often than falls." : "";
}

function beyond({ falls, rises }: TailEnds): string[] {
  const is = ({ excess }: TailExcess) => excess[0] > 0;
  return [...(is(falls) ? ["falls"] : []), ...(is(rises) ? ["rises"] : [])];
}
