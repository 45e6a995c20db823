import type { DaySessions } from "../sync/studies/day_sessions.ts";
import { signed } from "./estimate_text.ts";
import type { Figure } from "./figure.ts";
import { type IntervalRow, intervalRows } from "./interval_rows.ts";
import type { SideNames } from "./lead_text.ts";
import { partSigns } from "./part_signs.ts";
import type { Theme } from "./theme.ts";

export interface StudyFigureOptions {
  readonly names: SideNames;
  /** For readers who do not see the picture. */
  readonly sentence: string;
  /** End of the newest bar, epoch ms UTC. */
  readonly updatedAt: number;
  readonly theme: Theme;
  /** CSS px. @default as wide as the picture is usually */
  readonly width?: number | undefined;
}

/** Correlations by part of the day, and without what volatility does to them, each with its interval. */
export function sessionsFigure(found: DaySessions, options: StudyFigureOptions): Figure {
  const { theme, names, sentence, updatedAt, width } = options;
  const { parts, all, adjusted, storms } = found;
  const signs = partSigns(theme);
  const rows: IntervalRow[] = parts.map(({ part, value, lo, hi, n, days }) => {
    const sign = signs.find((one) => one.part === part)!;
    return {
      label: `${sign.symbol} ${sign.name} hours`,
      value,
      lo,
      hi,
      note: `${valueText(value)} · ${n} pairs, ${days} days`,
      colour: sign.colour,
    };
  });
  const plain = (label: string, one: { value: number; lo: number; hi: number; n: number }) =>
    rows.push({
      label,
      value: one.value,
      lo: one.lo,
      hi: one.hi,
      note: `${valueText(one.value)} · ${one.n} pairs`,
      colour: theme.text,
    });
  plain("all hours", all);
  plain("volatility taken out", adjusted);
  if (storms !== undefined) {
    plain(`${names.second} calm`, storms.calm);
    plain(`${names.second} stormy`, storms.stormy);
    rows.push({
      label: "stormy, Forbes–Rigobon",
      value: storms.corrected,
      lo: NaN,
      hi: NaN,
      note: `${valueText(storms.corrected)} · variance × ${storms.varianceRatio.toFixed(1)}`,
      reference: storms.calm.value,
      colour: theme.warning,
    });
  }
  return intervalRows(rows, {
    title: "Correlation with its 95 % interval",
    alt: sentence,
    axis: "r of log returns",
    domain: [Math.min(-0.2, ...rows.map(({ lo }) => Number.isFinite(lo) ? lo : 0)), 1],
    footer: storms === undefined
      ? ""
      : "dashed stroke: r when calm, to compare with the corrected one",
    updatedAt,
    theme,
    width,
  });
}

function valueText(value: number): string {
  return Number.isFinite(value) ? signed(value) : "too few";
}
