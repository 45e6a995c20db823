import { counted } from "../model/counted.ts";
import { durationText } from "../model/duration.ts";
import { FOUND_LEVEL, type PairScreen } from "../pairs/studies/screened_pairs.ts";
import { signed } from "./estimate_text.ts";
import { rowsByEvidence } from "./screener_view.ts";
import { listed, pText } from "./sentence_text.ts";
import type { TableText } from "./table.ts";

const MOST_NAMED = 4, MOST_ROWS = 60;

/** How many pairs hold together, corrected for all that were tried, and how many would pass by luck without that. */
export function screenerSentence(found: PairScreen, labels: readonly string[]): string {
  const { tried, below, byLuck, adjusted } = found;
  const passing = rowsByEvidence(found).filter((row) => adjusted[row]! <= FOUND_LEVEL);
  const luck = byLuck < 10 ? byLuck.toFixed(1) : Math.round(byLuck).toLocaleString("en-US");
  const named = passing.slice(0, MOST_NAMED).map((row) => screenedPair(found, row, labels));
  const more = passing.length > named.length ? [`${passing.length - named.length} more`] : [];
  const which = passing.length === 0
    ? `None of ${counted(tried, "pair")} is cointegrated by more than luck`
    : `${passing.length.toLocaleString("en-US")} of ${counted(tried, "pair")} ${
      passing.length === 1 ? "is" : "are"
    } cointegrated, with at most 5 % false ones expected: ${listed([...named, ...more])}`;
  return `${which}. Uncorrected, ${below.toLocaleString("en-US")} ${
    below === 1 ? "has" : "have"
  } p below 0.05; of as many unrelated pairs about ${luck} would.`;
}

/** `AVAX/USDT – SOL/USDT` */
export function screenedPair(
  { first, second }: PairScreen,
  row: number,
  labels: readonly string[],
): string {
  return `${labels[first[row]!]} – ${labels[second[row]!]}`;
}

/** One pair in words. */
export function screenedPairText(
  found: PairScreen,
  row: number,
  labels: readonly string[],
): string {
  const { r, lo, hi, n, expected, pvalue, adjusted, beta, z, halfLo, halfHi } = found;
  const name = screenedPair(found, row, labels);
  const rows = `n ${n[row]!.toLocaleString("en-US")} of ${expected[row]!.toLocaleString("en-US")}`;
  if (Number.isNaN(pvalue[row]!)) return `${name}: no test, ${rows}.`;
  const verdict = adjusted[row]! <= FOUND_LEVEL
    ? "cointegrated, corrected for all pairs tried"
    : "not told from unrelated walks";
  const together = `r ${numberText(r[row]!)} (${numberText(lo[row]!)} to ${numberText(hi[row]!)})`;
  const life = `half-life ${halfText(found.half[row]!)} (${halfText(halfLo[row]!)} to ${
    halfText(halfHi[row]!)
  })`;
  return `${name}: ${verdict} (${pText(pvalue[row]!)}, corrected ${pText(adjusted[row]!)}); hedge ${
    numberText(beta[row]!)
  }, ${life}, z ${numberText(z[row]!)}; ${together}; ${rows}.`;
}

/** A half-life in words: `42 min`, `never`. */
export function halfText(ms: number): string {
  return Number.isFinite(ms)
    ? durationText(6e4 * Math.ceil(ms / 6e4))
    : Number.isNaN(ms)
    ? "unknown"
    : "never";
}

/** `+1.80`, `unknown`. */
export function numberText(value: number): string {
  return Number.isNaN(value) ? "unknown" : signed(value);
}

/** Pairs as a table, those with most evidence first. */
export function screenerTable(found: PairScreen, labels: readonly string[]): TableText {
  const rows = rowsByEvidence(found);
  const p = (value: number) => Number.isNaN(value) ? "unknown" : value.toFixed(4);
  return {
    caption: `Pairs, most evidence first${
      rows.length > MOST_ROWS ? `, ${MOST_ROWS} of ${rows.length.toLocaleString("en-US")}` : ""
    }`,
    columns: ["pair", "p corrected", "p", "half-life", "z now", "r", "hedge", "n of expected"],
    rows: rows.slice(0, MOST_ROWS).map((row) => [
      screenedPair(found, row, labels),
      p(found.adjusted[row]!),
      p(found.pvalue[row]!),
      halfText(found.half[row]!),
      numberText(found.z[row]!),
      numberText(found.r[row]!),
      numberText(found.beta[row]!),
      `${found.n[row]} of ${found.expected[row]}`,
    ]),
  };
}
