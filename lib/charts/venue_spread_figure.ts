import type { Source } from "../model/instrument.ts";
import { floorTo, type Interval, MINUTE } from "../model/time.ts";
import { steppedMeans } from "../sync/venue_differences.ts";
import { csvData } from "./csv_text.ts";
import type { Figure } from "./figure.ts";
import { lineFigure } from "./line_figure.ts";
import { lastUpdate } from "./svg_sheet.ts";
import type { Theme } from "./theme.ts";

/** One venue's difference, a row a minute, basis points; NaN where it is unknown. */
export interface VenueColumn {
  readonly id: string;
  readonly name: string;
  readonly values: Float64Array;
}

/** Differences over time, in steps. */
export interface VenueLines extends Interval {
  /** End of each step, epoch ms UTC. */
  readonly time: Float64Array;
  /** Minutes in a step. */
  readonly stepMinutes: number;
  readonly lines: readonly VenueColumn[];
}

/** Points of a line, at most, and lengths of a step that people count in, minutes. */
const MOST_POINTS = 360;
const STEPS = [1, 5, 15, 30, 60, 120] as const;

/** Columns of minutes as lines of few points; a step that is over changes no more. */
export function venueLines(columns: readonly VenueColumn[], { from, to }: Interval): VenueLines {
  const minutes = (to - from) / MINUTE;
  const stepMinutes = STEPS.find((step) => minutes / step <= MOST_POINTS) ?? STEPS.at(-1)!;
  const stepMs = stepMinutes * MINUTE, first = floorTo(from, stepMs);
  return {
    time: Float64Array.from(
      { length: Math.ceil((to - first) / stepMs) },
      (_, step) => Math.min(to, first + (step + 1) * stepMs),
    ),
    from,
    to,
    stepMinutes,
    lines: columns.map((one) => ({ ...one, values: steppedMeans(one.values, from, stepMinutes) })),
  };
}

export interface VenueSpreadFigureOptions {
  readonly coin: string;
  readonly reference: string;
  readonly sentence: string;
  /** What a round costs, basis points. */
  readonly costBp: number;
  readonly source: Source;
  /** Whether the data is not of now. */
  readonly isOld: boolean;
  readonly theme: Theme;
  readonly width: number;
}

/** Room for `Binance USD-M`, and with a quote currency behind it. */
const NAMES_PX = 136;
/** The costs are drawn once a line comes this near to them. */
const NEAR = 0.5;

/** The price of a coin at each venue against one of them, in basis points, over time. */
export function venueSpreadFigure(
  { time, from, to, stepMinutes, lines }: VenueLines,
  options: VenueSpreadFigureOptions,
): Figure {
  const { coin, reference, sentence, costBp, source, isOld, theme, width } = options;
  const title = `${coin} against ${reference}, basis points`;
  const level = (value: number, name: string) => ({
    value,
    name,
    colour: theme.faintText,
    dash: "2 4",
  });
  const furthest = lines.reduce(
    (most, { values }) => values.reduce((so, one) => Math.abs(one) > so ? Math.abs(one) : so, most),
    0,
  );
  // Costs far beyond anything seen would press the lines flat.
  const costs = furthest > NEAR * costBp ? [level(costBp, "costs"), level(-costBp, "")] : [];
  const of = stepMinutes === 1 ? "closes of the same minute" : `means of ${stepMinutes} minutes`;
  return lineFigure([{
    label: `bp above ${reference}`,
    height: 240,
    lines: lines.map(({ name, values }, i) => ({
      name,
      values,
      colour: theme.lines[i % theme.lines.length]!,
    })),
    levels: [level(0, reference), ...costs],
  }], {
    title,
    alt: `${title}. ${sentence} ${lastUpdate(to)}.`,
    source,
    isOld,
    time,
    from,
    to,
    rolls: [],
    footer: `${of} of UTC time · no line where a side has no bar · times in UTC`,
    updatedAt: to,
    theme,
    width,
    namesPx: NAMES_PX,
  });
}

/** The lines as a file: times are the ends of the steps, epoch ms UTC; unknown is empty. */
export function venueSpreadFile({ time, lines }: VenueLines): string {
  return csvData({
    name: "differences",
    head: ["time", ...lines.map(({ id }) => `${id}, bp`)],
    rows: [...time].map((at, row) => [
      at,
      ...lines.map(({ values }) => Number(values[row]!.toFixed(4))),
    ]),
  });
}
