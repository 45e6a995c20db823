import type { Source } from "../model/instrument.ts";
import type { PairColumns, PairReading } from "../pairs/pair_state.ts";
import type { Figure } from "./figure.ts";
import { lineFigure } from "./line_figure.ts";
import { entries, HEDGE_NAMES, pairSentence, type PairWords } from "./pair_text.ts";
import { lastUpdate } from "./svg_sheet.ts";
import type { Theme } from "./theme.ts";

export interface PairFigureOptions extends PairWords {
  readonly timeframe: string;
  /** Length of a bar, ms. */
  readonly stepMs: number;
  readonly source: Source;
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
