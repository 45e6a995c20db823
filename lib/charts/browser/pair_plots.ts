import * as Plot from "@observablehq/plot";
import type { PairColumns } from "../../pairs/pair_state.ts";
import { signed } from "../estimate_text.ts";
import type { PairChoice } from "../pair_study.ts";
import { entries } from "../pair_text.ts";
import type { Theme } from "../theme.ts";
import { linePlot } from "./line_plot.ts";

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
  const { theme, width, choice: { zWindow, enter, exit }, columns } = options;
  const { spread, z, beta } = columns;
  const percent = spread.map((value) => 100 * value);
  const level = (value: number, stroke: string, strokeDasharray: string) =>
    Plot.ruleY([value, -value], { stroke, strokeDasharray });
  const crossed = entries(z, enter, exit);
  const row = (at: number) =>
    `spread ${signed(percent[at]!)} %\nz ${signed(z[at]!)}\nhedge ratio ${beta[at]!.toFixed(3)}`;
  const all = { theme, width, row, time: Array.from(z, (_, at) => timeAt(options, at)) };
  return [
    linePlot({
      ...all,
      values: percent,
      height: SPREAD_PX,
      label: "spread: from the line known before, %",
      name: "Spread over time",
      stroke: theme.lines[0]!,
    }),
    linePlot({
      ...all,
      values: z,
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
    }),
  ];
}

/** A row is known when its bar ends. */
function timeAt({ columns, stepMs }: PairPlotOptions, row: number): Date {
  return new Date(columns.openTime[row]! + stepMs);
}
