import { counted } from "../../model/counted.ts";
import { formatUtc } from "../../model/time.ts";
import type { OneSided } from "./common_bars.ts";
import type { BarComparison } from "./compare_bars.ts";
import type { ComparisonSentence, SideNames } from "./comparison_sentence.ts";

/** Stretches named, the longest. */
const MOST_NAMED = 3;

/** What either side lacks of the other within the time that both reach over. */
export function missingSentence(
  { ours, theirs }: BarComparison,
  names: SideNames,
): ComparisonSentence {
  const about = "missing";
  if (ours.aloneBars + theirs.aloneBars === 0) {
    return { about, text: "Neither side lacks a bar of the other.", isGood: true };
  }
  const parts = [
    lackText(names.theirs, ours.aloneBars, ours.alone),
    lackText(names.ours, theirs.aloneBars, theirs.alone),
  ];
  return { about, text: parts.filter((part) => part !== "").join(" "), isGood: false };
}

function lackText(who: string, bars: number, stretches: readonly OneSided[]): string {
  if (bars === 0) return "";
  const longest = stretches.toSorted((a, b) => b.bars - a.bars).slice(0, MOST_NAMED)
    .map(({ from, bars }) => `${counted(bars, "bar")} from ${formatUtc(from)}`);
  const rest = stretches.length - longest.length;
  const more = rest === 0 ? "" : ` and ${counted(rest, "shorter stretch", "shorter stretches")}`;
  const name = who.startsWith("the ") ? `T${who.slice(1)}` : who;
  return `${name} lacks ${counted(bars, "bar")}: ${longest.join(", ")}${more}.`;
}
