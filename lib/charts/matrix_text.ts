import { pairRow } from "../sync/pair_row.ts";
import type { MarketMatrix } from "../sync/studies/market_matrix.ts";
import { counted } from "../model/counted.ts";
import { signed } from "./estimate_text.ts";
import { listed } from "./sentence_text.ts";

/** Above it a correlation is not told from none. */
const HOLDS_AT = 0.05;

/** How many pairs move together at all, and which do so most and least. */
export function matrixSentence(
  { r, lo, hi, adjusted, awaited }: MarketMatrix,
  labels: readonly string[],
): string {
  const known = [...r.keys()].filter((row) => !Number.isNaN(r[row]!));
  const holding = known.filter((row) => adjusted[row]! <= HOLDS_AT).length;
  const pairs = counted(known.length, "pair");
  const most = best(known, (row) => r[row]!), least = best(known, (row) => -r[row]!);
  const said = (row: number) =>
    `${pairName(row, labels)} (r ${signed(r[row]!)}, ${signed(lo[row]!)} to ${signed(hi[row]!)})`;
  const ends = known.length < 2 ? said(most) : `most alike are ${said(most)}, least ${said(least)}`;
  const count = holding === known.length
    ? `All of ${pairs}`
    : `${holding.toLocaleString("en-US")} of ${pairs}`;
  return `${count} ${holding === 1 ? "is" : "are"} correlated by more than luck, corrected for ` +
    `${counted(known.length, "look")}; ${ends}.${awaitedText(awaited, labels)}`;
}

/** Names no more than a line holds. */
const MOST_NAMED = 5;

function awaitedText(awaited: readonly number[], labels: readonly string[]): string {
  if (awaited.length === 0) return "";
  const names = awaited.length > MOST_NAMED
    ? `${awaited.length} markets`
    : listed(awaited.map((market) => labels[market]!));
  return ` The history of ${names} is awaited.`;
}

/** One pair in words. */
export function matrixPairText(
  found: MarketMatrix,
  row: number,
  labels: readonly string[],
): string {
  const name = pairName(row, labels);
  const { r, lo, hi, n, expected, adjusted, partial } = found;
  const waiting = found.awaited.map((market) => labels[market]!)
    .filter((label) => name.split(" – ").includes(label));
  if (waiting.length > 0) return `${name}: the history of ${listed(waiting)} is awaited.`;
  if (Number.isNaN(r[row]!)) {
    return `${name}: ${n[row]} of ${expected[row]} pairs of returns are too few.`;
  }
  const held = Number.isNaN(partial[row]!)
    ? ""
    : `; with all others held fixed ${signed(partial[row]!)} (${found.partialN} rows)`;
  const doubt = adjusted[row]! <= HOLDS_AT ? "" : ", not told from none";
  return `${name}: r ${signed(r[row]!)} (95 % interval ${signed(lo[row]!)} to ${
    signed(hi[row]!)
  }), ` +
    `n ${n[row]} of ${expected[row]}${doubt}${held}.`;
}

/** `BTC/USDT – ES` */
export function pairName(row: number, labels: readonly string[]): string {
  for (let i = 0; i < labels.length - 1; i++) {
    const first = pairRow(i, i + 1, labels.length);
    if (row < first + labels.length - 1 - i) return `${labels[i]} – ${labels[i + 1 + row - first]}`;
  }
  return "";
}

function best(rows: readonly number[], of: (row: number) => number): number {
  return rows.reduce((most, row) => of(row) > of(most) ? row : most, rows[0]!);
}
