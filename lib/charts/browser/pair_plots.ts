import * as Plot from "@observablehq/plot";
import { formatUtc } from "../../model/time.ts";
import type { PairColumns } from "../../pairs/pair_state.ts";
import { signed } from "../estimate_text.ts";
import type { PairChoice } from "../pair_study.ts";
import { entries } from "../pair_text.ts";
import type { Theme } from "../theme.ts";
import { asPicture, plotFrame, timeScale, tipStyle, UNNAMED } from "./window_plots.ts";

export interface PairPlotOptions {
  readonly theme: Theme;
  readonly choice: PairChoice;
  readonly columns: PairColumns;
  /** Length of a bar, ms. */
  readonly stepMs: number;
  readonly width: number;
}

const SPREAD_PX = 210, Z_PX = 200;

/** The spread, and below it its z-score with the bands; the pointer reads off a row. */
export function pairPlots(options: PairPlotOptions): SVGSVGElement[] {
  const { theme, choice: { zWindow, enter, exit }, columns } = options;
  const { spread, z, beta } = columns;
  const percent = spread.map((value) => 100 * value);
  const level = (value: number, stroke: string, strokeDasharray: string) =>
    Plot.ruleY([value, -value], { stroke, strokeDasharray });
  const crossed = entries(z, enter, exit);
  const row = (at: number) =>
    `spread ${signed(percent[at]!)} %\nz ${signed(z[at]!)}\nhedge ratio ${beta[at]!.toFixed(3)}`;
  return [
    linePlot(options, percent, {
      height: SPREAD_PX,
      label: "spread: from the line known before, %",
      name: "Spread over time",
      stroke: theme.lines[0]!,
      marks: [Plot.ruleY([0], { stroke: theme.faintText })],
      row,
    }),
    linePlot(options, z, {
      height: Z_PX,
      label: `z-score over ${zWindow} spreads before`,
      name: "z-score over time, with the bands of entry and exit",
      stroke: theme.text,
      marks: [
        level(enter, theme.warning, "6 4"),
        level(exit, theme.faintText, "2 4"),
        Plot.dot(crossed, {
          x: ({ row }) => timeAt(options, row),
          y: "value",
          symbol: "triangle",
          rotate: ({ side }) => side > 0 ? 0 : 180,
          fill: theme.warning,
          r: 4,
        }),
      ],
      row,
    }),
  ];
}

interface LinePlot {
  readonly height: number;
  readonly label: string;
  readonly name: string;
  readonly stroke: string;
  readonly marks: Plot.Markish[];
  /** What is read off a row. */
  readonly row: (row: number) => string;
}

function linePlot(
  options: PairPlotOptions,
  y: Float64Array,
  { height, label, name, stroke, marks, row }: LinePlot,
): SVGSVGElement {
  const { theme, width, columns: { length } } = options;
  const x = Array.from({ length }, (_, at) => timeAt(options, at));
  const shown = y.map((value) => Number.isFinite(value) ? value : NaN);
  const cross = {
    ...UNNAMED,
    stroke: theme.faintText,
    strokeDasharray: "3 3",
    maxRadius: Infinity,
  };
  return asPicture(Plot.plot({
    ...plotFrame(theme, width),
    height,
    ariaLabel: name,
    x: { ...timeScale(width), domain: [x[0]!, x[length - 1]!] },
    y: { ticks: 5, grid: true, nice: true, label },
    marks: [
      ...marks,
      Plot.line(x, { x, y: shown, stroke, strokeWidth: 1.4 }),
      Plot.ruleX(x, Plot.pointerX({ x, ...cross })),
      Plot.tip(x, {
        ...Plot.pointerX({ x, y: shown, title: Array.from(x.keys()), ...tipStyle(theme) }),
        format: (at: number) => `${formatUtc(x[at]!.getTime())}\n${row(at)}`,
      }),
    ],
  }));
}

/** A row is known when its bar ends. */
function timeAt({ columns, stepMs }: PairPlotOptions, row: number): Date {
  return new Date(columns.openTime[row]! + stepMs);
}
