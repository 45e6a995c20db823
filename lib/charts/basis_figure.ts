import type { Source } from "../model/instrument.ts";
import type { Figure } from "./figure.ts";
import { lineFigure } from "./line_figure.ts";
import { shortNumber } from "./number_text.ts";
import { lastUpdate } from "./svg_sheet.ts";
import type { Theme } from "./theme.ts";

/** The price of one market over that of another for the same asset. */
export interface Basis {
  /** End of each bar, epoch ms UTC. */
  readonly time: Float64Array;
  /** `100 (y / x − 1)`; NaN where a side has no bar. */
  readonly percent: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly rolls: readonly number[];
  /** Over the bars shown: mean, and the middle 90 %. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly now: number;
  readonly n: number;
}

export interface BasisFigureOptions {
  readonly labels: { readonly y: string; readonly x: string };
  readonly timeframe: string;
  readonly source: Source;
  readonly remark: string;
  readonly theme: Theme;
  readonly width: number;
}

/** The basis over time, with its mean and the middle 90 % of what is shown. */
export function basisFigure(basis: Basis, options: BasisFigureOptions): Figure {
  const { labels, timeframe, theme, source, width, remark } = options;
  const title = `Basis of ${labels.y} over ${labels.x}, ${timeframe} bars`;
  const level = (value: number, name: string, dash: string) => ({
    value,
    name,
    colour: theme.faintText,
    dash,
  });
  const levels = Number.isFinite(basis.mean)
    ? [
      level(basis.high, "95 % below", "2 4"),
      level(basis.mean, "mean", "6 4"),
      level(basis.low, "5 % below", "2 4"),
    ]
    : [];
  return lineFigure([{
    label: "% of the second price",
    height: 220,
    lines: [{ name: "basis", values: basis.percent, colour: theme.lines[0]! }],
    levels,
  }], {
    title,
    alt: `${title}. ${basisSentence(basis, options)} ${lastUpdate(basis.to)}.`,
    source,
    isOld: remark !== "",
    time: basis.time,
    from: basis.from,
    to: basis.to,
    rolls: basis.rolls,
    footer: "closes of the same bar of UTC time · no value where a side has no bar · times in UTC",
    updatedAt: basis.to,
    theme,
    width,
  });
}

/** Where the basis is, and where it was. */
export function basisSentence(
  { now, mean, low, high, n }: Basis,
  { labels }: Pick<BasisFigureOptions, "labels">,
): string {
  if (n === 0) return "No bar that both sides have yet.";
  const place = Number.isFinite(now)
    ? `${labels.y} is ${percent(Math.abs(now))} ${now < 0 ? "below" : "above"} ${labels.x}`
    : "The newest bar lacks a side";
  return `${place}; over ${n} bars the mean was ${signed(mean)}, and 90 % lay from ${
    signed(low)
  } to ${signed(high)}.`;
}

function percent(value: number): string {
  // A basis may be a thousandth of a per cent: three digits, wherever they begin.
  return `${shortNumber(Number(value.toPrecision(3)))} %`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${percent(Math.abs(value))}`;
}
