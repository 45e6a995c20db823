import { counted } from "../model/counted.ts";
import type { PairBreak } from "../pairs/pair_break.ts";
import type { HedgeKind, PairSettings } from "../pairs/pair_settings.ts";
import type { PairColumns, PairReading } from "../pairs/pair_state.ts";
import type { StudyEvidence } from "../sync/studies/study.ts";
import { pText } from "./sentence_text.ts";

/** What the kinds of hedges are called. */
export const HEDGE_NAMES: Readonly<Record<HedgeKind, string>> = {
  ols: "least squares",
  total: "total least squares",
  huber: "Huber",
  "theil-sen": "Theil–Sen",
  kalman: "Kalman filter",
};

/** What the sentence of a pair needs beside its numbers. */
export interface PairWords {
  /** What readers call the two sides: `AVAX/USDT`, `SOL/USDT`. */
  readonly labels: { readonly y: string; readonly x: string };
  readonly window: number;
  readonly zWindow: number;
  /** |z| at which a position would be opened, and closed. */
  readonly enter: number;
  readonly exit: number;
  /** Why the data is not of now; empty where it is. */
  readonly remark: string;
}

/** Where the pair stands, in plain sentences. */
export function pairSentence(
  { z }: Pick<PairColumns, "z">,
  reading: PairReading,
  { labels, window, zWindow, enter, exit, remark }: PairWords,
): string {
  const { beta, spread, z: now, n, expected } = reading;
  const old = remark === "" ? "" : ` Not of now: ${remark}.`;
  if (!Number.isFinite(beta)) {
    return `No line yet: ${n} of ${window} bars with both sides before the newest.${old}`;
  }
  const hedge = `One of ${labels.y} is hedged by ${beta.toFixed(3)} of ${labels.x} in value ` +
    `(${n} of ${expected} bars).`;
  const judged = z.reduce((count, value) => Number.isFinite(value) ? count + 1 : count, 0);
  const crossed = entries(z, enter, exit).length;
  const place = Number.isFinite(now)
    ? `The spread is ${signed(100 * spread, 3)} %, ${signed(now, 1)} deviations from the mean of ` +
      `the ${zWindow} before`
    : "The newest bar has no z-score";
  const often = `${counted(crossed, "time")} in ${counted(judged, "bar")}`;
  return `${hedge} ${place}; z went beyond ±${enter}, ${often}.${old}`;
}

/** Rows at which z first reaches beyond the entry band since it was within the exit band. */
export function entries(
  z: Float64Array,
  enter: number,
  exit: number,
): { row: number; side: 1 | -1; value: number }[] {
  const found: { row: number; side: 1 | -1; value: number }[] = [];
  let isArmed = true;
  for (let row = 0; row < z.length; row++) {
    const value = z[row]!;
    if (Math.abs(value) <= exit) isArmed = true;
    if (!isArmed || !(Math.abs(value) >= enter)) continue;
    found.push({ row, side: value > 0 ? 1 : -1, value });
    isArmed = false;
  }
  return found;
}

function signed(value: number, decimals: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(decimals)}`;
}

/** That the two have come apart, or that it is not known since a gap; empty where neither is so. */
export function breakText(
  { state, rows, pvalue, sinceGap }: Pick<PairBreak, "state" | "rows" | "pvalue" | "sinceGap">,
  { y, x }: PairWords["labels"],
): string {
  if (sinceGap !== undefined) {
    const since = sinceGap === 0
      ? "bars are missing now"
      : `bars were missing, and ${sinceGap} since then are too few`;
    return `Whether ${y} and ${x} still move together is not known: ${since}.`;
  }
  if (state !== "changed") return "";
  return `The relation has broken: in the newest ${rows} bars ${y} and ${x} do not move together as they did before ` +
    `(${pText(pvalue)}).`;
}

/** Which rows the numbers of a pair rest on. */
export function pairEvidence(
  columns: Pick<PairColumns, "y" | "x" | "possible" | "openTime">,
  { endTime }: Pick<PairReading, "endTime">,
  timeframe: string,
): StudyEvidence {
  const { y, x, possible, openTime } = columns;
  let n = 0, expected = 0;
  for (let row = 0; row < y.length; row++) {
    if (y[row]! + x[row]! > 0) n++;
    expected += possible[row]!;
  }
  return {
    n,
    expected,
    from: openTime[0]!,
    to: endTime,
    excluded: { cut: 0, closed: 0, roll: 0, gap: expected - n },
    unit: `bars of ${timeframe}`,
  };
}

/** How spread and z-score were made, and how far the two move together. */
export function pairMethod(
  { hedge, window, zWindow }: Pick<PairSettings, "hedge" | "window" | "zWindow">,
  { correlation, returns }: Pick<PairReading, "correlation" | "returns">,
): string {
  const together = Number.isFinite(correlation)
    ? `correlation of returns ${correlation.toFixed(2)} (${returns} returns)`
    : "correlation not known yet";
  return `${HEDGE_NAMES[hedge]} over the ${window} bars before each bar, ` +
    `z over ${zWindow} spreads before it; ${together}`;
}
