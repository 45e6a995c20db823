import { axisY, gridX, ruleX, ruleY } from "@observablehq/plot";
import type { Source } from "../model/instrument.ts";
import { drawPlot } from "./document.ts";
import { type EndLabel, endLabels } from "./end_labels.ts";
import type { Figure } from "./figure.ts";
import { lineMark } from "./line_mark.ts";
import { roundSteps, shortNumber } from "./number_text.ts";
import { sourcePill } from "./source_pill.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import { fitText } from "./text_width.ts";
import { EDGE_PX, type Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

/** A line over time. */
export interface FigureLine {
  readonly name: string;
  /** A row each; NaN breaks the line. */
  readonly values: Float64Array;
  readonly colour: string;
  /** As SVG writes it, CSS px. @default a full line */
  readonly dash?: readonly number[];
}

/** A level across a plot. */
export interface FigureLevel {
  readonly value: number;
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
}

/** One plot of a {@link lineFigure}. */
export interface FigurePlot {
  /** What is measured: `spread, % of the price`. */
  readonly label: string;
  readonly height: number;
  readonly lines: readonly FigureLine[];
  readonly levels: readonly FigureLevel[];
  /** Triangles where a line reached beyond a level: rows, and 1 above or -1 below. @default none */
  readonly marks?: readonly {
    readonly row: number;
    readonly side: 1 | -1;
    readonly value: number;
  }[];
}

export interface LineFigureOptions {
  readonly title: string;
  readonly alt: string;
  readonly source: Source;
  /** Whether the data is not of now. */
  readonly isOld: boolean;
  /** End of each row, epoch ms UTC. */
  readonly time: Float64Array;
  readonly from: number;
  readonly to: number;
  /** Where a contract follows another, epoch ms UTC. */
  readonly rolls: readonly number[];
  readonly footer: string;
  readonly updatedAt: number;
  readonly theme: Theme;
  readonly width: number;
  /** Room for the names at the right ends, CSS px. @default 92 */
  readonly namesPx?: number;
}

const HEADER_PX = 30;
const LABEL_PX = 20;
const MARGIN_LEFT = 64;
const NAMES_PX = 92;

/** Plots of lines over the same time, one below the other, with their names at the right ends. */
export function lineFigure(plots: readonly FigurePlot[], options: LineFigureOptions): Figure {
  const { title, alt, source, isOld, theme, width, from, to, rolls, time } = options;
  const { namesPx = NAMES_PX } = options;
  const pill = sourcePill(source, EDGE_PX, 18, theme, isOld);
  const left = EDGE_PX + pill.width + 9;
  const head = textAt(left, 18, fitText(title, 13, width - left - EDGE_PX), {
    fill: theme.text,
    "font-size": 13,
    "font-weight": 600,
  });
  // Names may have a third of it at most.
  const right = width - Math.min(namesPx, width / 3);
  const xOf = (at: number) => MARGIN_LEFT + (right - MARGIN_LEFT) * (at - from) / (to - from);
  const ticks = timeTicks([{ from, to: to + 1 }], xOf, { within: [MARGIN_LEFT, right] });
  const parts: string[] = [];
  let top = HEADER_PX;
  for (const plot of plots) {
    const area = {
      left: MARGIN_LEFT,
      right,
      top: top + LABEL_PX,
      bottom: top + LABEL_PX + plot.height,
    };
    const faint = { fill: theme.faintText, "font-size": 11 };
    parts.push(textAt(EDGE_PX, top + 14, fitText(plot.label, 11, width - 2 * EDGE_PX), faint));
    parts.push(
      plotParts(plot, area, { time, from, to, rolls, theme, xOf, ticks, namesPx: width - right }),
    );
    top = area.bottom;
  }
  return sheet([pill.svg, head, ...parts, timeAxis(ticks, top + 2, theme)], {
    title,
    alt,
    theme,
    width,
    height: top + 4 + TIME_AXIS_PX,
    footer: { left: options.footer, updatedAt: options.updatedAt },
  });
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function plotParts(
  { lines, levels, marks = [] }: FigurePlot,
  area: Area,
  { time, from, to, rolls, theme, xOf, ticks, namesPx }:
    & Pick<LineFigureOptions, "time" | "from" | "to" | "rolls" | "theme">
    & {
      readonly xOf: (time: number) => number;
      readonly ticks: ReturnType<typeof timeTicks>;
      readonly namesPx: number;
    },
): string {
  const [lo, hi] = rangeOf(lines, levels);
  const guides = roundSteps(lo, hi, 4).values;
  const yOf = (value: number) => area.bottom - (area.bottom - area.top) * (value - lo) / (hi - lo);
  const drawn = drawPlot({
    width: area.right + 1,
    height: area.bottom + 1,
    marginLeft: area.left,
    marginRight: 1,
    marginTop: area.top,
    marginBottom: 1,
    x: { type: "linear", domain: [from, to], axis: null },
    y: { type: "linear", domain: [lo, hi], axis: null },
    marks: [
      gridX(ticks.map((tick) => tick.time), { stroke: theme.grid, strokeOpacity: 1 }),
      ruleX(rolls, { stroke: theme.warning, strokeDasharray: "6 3" }),
      ruleY(guides, { stroke: theme.grid }),
      axisY(guides, {
        tickSize: 0,
        tickPadding: 6,
        label: null,
        fontSize: 11,
        color: theme.faintText,
        tickFormat: shortNumber,
      }),
      ...levels.map(({ value, colour, dash }) =>
        ruleY([value], { stroke: colour, strokeDasharray: dash })
      ),
      ...lines.map(({ name, values, colour, dash }) =>
        lineMark(time, values, {
          label: name,
          stroke: colour,
          ...(dash === undefined ? {} : { dash }),
        })
      ),
    ],
  });
  const names: EndLabel[] = [
    ...lines.map(({ name, values, colour }) => ({
      text: fitText(name, 11, namesPx - 14),
      colour,
      isMain: true,
      y: yOf(values.findLast((value) => Number.isFinite(value)) ?? (lo + hi) / 2),
    })),
    ...levels.filter(({ name }) => name !== "").map(({ name, value, colour }) => ({
      text: fitText(name, 11, namesPx - 14),
      colour,
      isMain: false,
      y: yOf(value),
    })),
  ];
  const triangles = marks.map(({ row, side, value }) => {
    const x = xOf(time[row]!), y = Math.max(area.top + 8, Math.min(area.bottom - 8, yOf(value)));
    return `M${x.toFixed(1)} ${(y - 12 * side).toFixed(1)}l4.5 ${8 * side}h-9z`;
  });
  return element("g", { fill: theme.faintText, "text-anchor": "middle" }, drawn) +
    endLabels(names, area, 11, theme) +
    (triangles.length === 0 ? "" : element("path", {
      d: triangles.join(""),
      fill: theme.warning,
      role: "img",
      "aria-label": "beyond the entry bands",
    }));
}

function rangeOf(
  lines: readonly FigureLine[],
  levels: readonly FigureLevel[],
): readonly [number, number] {
  let lo = Infinity, hi = -Infinity;
  for (const value of levels.map((level) => level.value)) {
    lo = Math.min(lo, value);
    hi = Math.max(hi, value);
  }
  for (const { values } of lines) {
    for (const value of values) {
      if (value < lo) lo = value;
      if (value > hi) hi = value;
    }
  }
  if (!(hi >= lo)) return [-1, 1];
  const room = (hi - lo || Math.abs(hi) || 1) * 0.1;
  return [lo - room, hi + room];
}
