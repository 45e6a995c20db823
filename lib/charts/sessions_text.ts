import type { DaySessions, PartDifference } from "../sync/studies/day_sessions.ts";
import type { StormCorrelation } from "../sync/studies/storms.ts";
import { signed } from "./estimate_text.ts";
import { PART_NAMES } from "./part_names.ts";
import { listed, pText, upperFirst } from "./sentence_text.ts";

/** The correlation by part of the day, and which differences hold. */
export function sessionsSentence(found: DaySessions, secondName: string): string {
  const known = found.parts.filter(({ value }) => Number.isFinite(value));
  const values = known.length === 0
    ? "No part of the day has enough pairs for a correlation"
    : `r ${
      listed(known.map(({ part, value }) => `${signed(value)} in ${PART_NAMES[part]}`))
    } hours`;
  return [
    `${values}; ${differencesText(found.differences)}.`,
    adjustedText(found),
    stormsText(found.storms, secondName),
  ].filter((text) => text !== "").join(" ");
}

function differencesText(differences: readonly PartDifference[]): string {
  const tested = differences.filter(({ adjusted }) => Number.isFinite(adjusted));
  if (tested.length === 0) return "whether they differ takes four days on each side";
  const holding = tested.filter(({ holds }) => holds);
  const corrected = tested.length === 1 ? "" : `, corrected for ${tested.length} tests`;
  if (holding.length === 0) {
    const least = Math.min(...tested.map(({ adjusted }) => adjusted));
    return `no difference between them holds over the days (smallest ${pText(least)}${corrected})`;
  }
  const said = holding.map(({ first, second, adjusted }) =>
    `${PART_NAMES[first]} differs from ${PART_NAMES[second]} (${pText(adjusted)})`
  );
  return `over the days ${listed(said)}${corrected}`;
}

function adjustedText({ all, adjusted }: DaySessions): string {
  if (!Number.isFinite(adjusted.value)) return "";
  return `With the volatility foreseen taken out, r is ${signed(adjusted.value)} (95 % interval ${
    signed(adjusted.lo)
  } to ${signed(adjusted.hi)}) against ${signed(all.value)}.`;
}

/** Whether the link is stronger in stormy bars, and what Forbes and Rigobon's correction leaves of a rise. */
export function stormsText(storms: StormCorrelation | undefined, secondName: string): string {
  if (storms === undefined) return "";
  const { calm, stormy, pvalue, corrected, slopePvalue, isMore } = storms;
  const both = `when ${secondName} is stormy r is ${signed(stormy.value)}, when calm ${
    signed(calm.value)
  }`;
  if (!(pvalue < 0.05)) return `${upperFirst(both)}: no difference is shown (${pText(pvalue)}).`;
  if (Math.abs(stormy.value) < Math.abs(calm.value)) {
    return `${upperFirst(both)}: weaker in storms (${pText(pvalue)}).`;
  }
  const verdict = isMore
    ? `and more than volatility makes of it: each side also moves more with the other (${
      pText(slopePvalue)
    })`
    : "no more than the volatility of one side may make of it";
  return `${
    upperFirst(both)
  }, ${verdict}. Corrected by Forbes and Rigobon, who suppose that ${secondName} alone ` +
    `grew more volatile, it is ${signed(corrected)}.`;
}
