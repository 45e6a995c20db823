import * as Plot from "@observablehq/plot";
import { formatUtc } from "../../model/time.ts";
import type { Theme } from "../theme.ts";
import { asPicture, plotFrame, timeScale, tipStyle, UNNAMED } from "./window_plots.ts";

/** A line over time. */
export interface LinePlot {
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly time: readonly Date[];
  readonly values: Float64Array;
  readonly label: string;
  /** For who does not see it. */
  readonly name: string;
  readonly stroke: string;
  /** Room for the numbers of the axis, CSS px. @default 38 */
  readonly marginLeft?: number;
  /** Drawn below the line. @default none */
  readonly marks?: readonly Plot.Markish[];
  /** What is read off a row. */
  readonly row: (row: number) => string;
}

/** A line over time with a level at 0; the pointer reads off a row. */
export function linePlot(
  { theme, width, height, time, values, label, name, stroke, marks = [], row, ...frame }: LinePlot,
): SVGSVGElement {
  const x = [...time];
  const shown = values.map((value) => Number.isFinite(value) ? value : NaN);
  const cross = {
    ...UNNAMED,
    stroke: theme.faintText,
    strokeDasharray: "3 3",
    maxRadius: Infinity,
  };
  return asPicture(Plot.plot({
    ...plotFrame(theme, width),
    ...frame,
    height,
    ariaLabel: name,
    x: { ...timeScale(width), domain: [x[0]!, x.at(-1)!] },
    y: { ticks: 5, grid: true, nice: true, label },
    marks: [
      Plot.ruleY([0], { stroke: theme.faintText }),
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
