import { stepText } from "../../bars/report/missing_bars.ts";
import { counted } from "../../model/counted.ts";
import { formatUtc } from "../../model/time.ts";
import type { BarComparison } from "./compare_bars.ts";
import { numberText, shareText } from "./comparison_numbers.ts";
import type { ComparisonSentence, SideNames } from "./comparison_sentence.ts";
import { missingSentence } from "./missing_text.ts";
import { priceSentence } from "./price_text.ts";
import { shiftSentences } from "./shift_text.ts";
import { volumeSentence } from "./volume_text.ts";

/** A comparison in plain sentences, the verdict first. */
export function comparisonSentences(
  comparison: BarComparison,
  names: SideNames,
): ComparisonSentence[] {
  const verdict = verdictSentence(comparison, names);
  if (comparison.verdict === "apart") return [verdict, ...rowSentences(comparison, names)];
  return [
    verdict,
    ...shiftSentences(comparison, names),
    priceSentence(comparison, names),
    ...movesSentence(comparison),
    volumeSentence(comparison, names),
    missingSentence(comparison, names),
    ...rowSentences(comparison, names),
  ];
}

function verdictSentence(comparison: BarComparison, names: SideNames): ComparisonSentence {
  const { verdict, common, range, stepMs, equal, equalBars, ours, theirs } = comparison;
  const about = "verdict";
  if (verdict === "apart") {
    const side = (name: string, { bars, from, to }: BarComparison["ours"]) =>
      bars === 0
        ? `${name} has no bar`
        : `${name} reaches from ${formatUtc(from)} to ${formatUtc(to + stepMs)}`;
    const text = `Nothing to compare: ${side(names.ours, ours)}, ${side(names.theirs, theirs)}.`;
    return { about, text, isGood: false };
  }
  const all = common + ours.aloneBars + theirs.aloneBars;
  const of = `${counted(all, "bar")} of ${stepText(stepMs)} from ${formatUtc(range.from)} to ${
    formatUtc(range.to)
  }`;
  if (verdict === "equal" && equalBars === all) {
    return { about, text: `Equal: all ${of} agree.`, isGood: true };
  }
  const isMoved = comparison.shift.stretches.some(({ shiftMs }) => shiftMs !== 0);
  const moved = isMoved ? " once the shift of their times is taken off" : "";
  const share = `${shareText(equal)} are equal (${equalBars.toLocaleString("en-US")})${moved}`;
  const word = verdict === "equal" ? "Equal within what was asked" : "Different";
  return { about, text: `${word}: of ${of} ${share}.`, isGood: verdict === "equal" };
}

/** Moves that go together less than this are hardly of one market: on two venues they reach 0.9. */
const ALIKE = 0.8;
const FEW_MOVES = 30;

function movesSentence({ moves: { r, n } }: BarComparison): ComparisonSentence[] {
  if (n < FEW_MOVES || r > 0.999) return [];
  const isGood = r >= ALIKE;
  const doubt = isGood ? "" : "; of one market on two venues they go together by 0.9 and more";
  const text = `Moves from bar to bar correlate by ${numberText(r)} (n = ${
    n.toLocaleString("en-US")
  })${doubt}.`;
  return [{ about: "moves", text, isGood }];
}

function rowSentences({ ours, theirs }: BarComparison, names: SideNames): ComparisonSentence[] {
  return ([["ours", ours], ["theirs", theirs]] as const).flatMap(([side, one]) => {
    const { unusable, repeated } = one;
    if (unusable + repeated === 0) return [];
    const parts = [
      ...(unusable === 0 ? [] : [`${counted(unusable, "row")} without a readable time or close`]),
      ...(repeated === 0 ? [] : [`${counted(repeated, "row")} with the time of a later row`]),
    ];
    const text = `Left out of ${names[side]}: ${parts.join(" and ")}.`;
    return [{ about: "rows" as const, text, isGood: false }];
  });
}
