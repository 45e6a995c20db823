import type { Source } from "../model/instrument.ts";
import type { HedgeKind } from "../pairs/pair_settings.ts";
import type { PairColumns, PairReading } from "../pairs/pair_state.ts";
import type { Figure } from "./figure.ts";
import { lineFigure } from "./line_figure.ts";
import { lastUpdate } from "./svg_sheet.ts";
import type { Theme } from "./theme.ts";

/** What the kinds of hedges are called. */
export const HEDGE_NAMES: Readonly<Record<HedgeKind, string>> = {
  ols: "least squares",
  total: "total least squares",
  huber: "Huber",
  "theil-sen": "Theil–Sen",
  kalman: "Kalman filter",
};

export interface PairFigureOptions {
  /** What readers call the two sides: `AVAX/USDT`, `SOL/USDT`. */
  readonly labels: { readonly y: string; readonly x: string };
  readonly timeframe: string;
  /** Length of a bar, ms. */
  readonly stepMs: number;
  readonly window: number;
  readonly zWindow: number;
  /** |z| at which a position would be opened, and closed. */
  readonly enter: number;
  readonly exit: number;
  readonly source: Source;
  /** Why the data is not of now; empty where it is. */
  readonly remark: string;
  readonly theme: Theme;
  readonly width: number;
}

/** The hedged spread of a pair above its past-only z-score with the bands of entry and exit. */
export function pairFigure(
  columns: PairColumns,
  reading: PairReading,
  options: PairFigureOptions,
): Figure {
  const { labels, timeframe, stepMs, window, zWindow, enter, exit, source, theme } = options;
  const { openTime, spread, z, roll } = columns;
  const sentence = pairSentence(columns, reading, options);
  const title = `${labels.y} hedged by ${labels.x}, ${timeframe} bars, ${
    HEDGE_NAMES[reading.hedge]
  }`;
  const level = (value: number, name: string, isEntry: boolean) => ({
    value,
    name,
    colour: isEntry ? theme.warning : theme.faintText,
    dash: isEntry ? "6 4" : "2 4",
  });
  return lineFigure([
    {
      label: "spread: distance of the close from the line known before it, % of the price",
      height: 180,
      lines: [{
        name: "spread",
        values: spread.map((value) => 100 * value),
        colour: theme.lines[0]!,
      }],
      levels: [{ value: 0, name: "", colour: theme.faintText, dash: "none" }],
    },
    {
      label: `z-score over the ${zWindow} spreads before`,
      height: 150,
      lines: [{ name: "z", values: Float64Array.from(z), colour: theme.text }],
      levels: [
        level(enter, `enter ${enter}`, true),
        level(exit, `exit ${exit}`, false),
        level(-exit, `exit −${exit}`, false),
        level(-enter, `enter −${enter}`, true),
      ],
      marks: entries(z, enter, exit),
    },
  ], {
    title,
    alt: `${title}. ${sentence} ${lastUpdate(reading.endTime)}.`,
    source,
    isOld: options.remark !== "",
    time: openTime.map((time) => time + stepMs),
    from: openTime[0] ?? reading.openTime,
    to: reading.endTime,
    rolls: [...openTime].filter((_, row) => roll[row] === 1),
    footer:
      `line of the ${window} bars before each bar · ▲▼ z beyond the entry band, after it was within the exit band · ` +
      "no value where a side has no bar · times in UTC",
    updatedAt: reading.endTime,
    theme,
    width: options.width,
  });
}

/** Where the pair stands, in plain sentences. */
export function pairSentence(
  { z }: Pick<PairColumns, "z">,
  reading: PairReading,
  { labels, window, zWindow, enter, exit, remark }: PairFigureOptions,
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
  return `${hedge} ${place}; z went beyond ${enter} ${crossed} times in ${judged} bars.${old}`;
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
