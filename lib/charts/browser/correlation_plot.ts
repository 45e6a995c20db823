import * as Plot from "@observablehq/plot";
import { STRONG_ABOVE, UNUSUAL_BELOW } from "../correlation_level.ts";
import { lineColour } from "../correlation_line.ts";
import type { PageLine } from "../correlation_view.ts";
import type { Theme } from "../theme.ts";
import { bandMark, plotFrame, timeTick } from "./window_plots.ts";

export interface CorrelationPlotOptions {
  readonly theme: Theme;
  readonly lines: readonly PageLine[];
  /** The line that stands out, with its band. */
  readonly chosen: PageLine;
  readonly width: number;
}

/** A plot, and the way from its pixels to time and back. */
export interface DrawnPlot {
  readonly element: SVGSVGElement;
  readonly left: number;
  readonly right: number;
  xOf(time: number): number;
  timeAt(x: number): number;
  yOf(r: number): number;
}

/** Lines of all timeframes, the chosen one above the others and with its 95 % band. */
export function correlationPlot(options: CorrelationPlotOptions): DrawnPlot {
  const { theme, lines, chosen, width } = options;
  const times = lines.flatMap(({ time, r }) => {
    const first = r.findIndex((value) => !Number.isNaN(value));
    return first < 0 ? [] : [time[first]!, time.at(-1)!];
  });
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const dates = new Map(lines.map((line) => [line, line.time.map((time) => new Date(time))]));
  const others = lines.filter((line) => line !== chosen);
  const x = dates.get(chosen)!;
  const lineOf = (line: PageLine, strokeWidth: number, strokeOpacity: number) =>
    Plot.line(dates.get(line)!, {
      x: dates.get(line)!,
      y: line.r,
      stroke: lineColour(line.timeframe, theme),
      strokeWidth,
      strokeOpacity,
    });
  const element = Plot.plot({
    ...plotFrame(theme, width),
    height: 300,
    ariaLabel: "Rolling correlation over time, one line a timeframe",
    x: { type: "utc", domain: [from, to], tickFormat: timeTick, label: "UTC", labelArrow: "none" },
    y: { domain: [-1, 1], ticks: [-1, -0.5, 0, 0.5, 1], grid: true, label: "r" },
    marks: [
      Plot.ruleY([UNUSUAL_BELOW, STRONG_ABOVE], {
        stroke: theme.faintText,
        strokeDasharray: "2 4",
      }),
      Plot.ruleY([0], { stroke: theme.faintText }),
      bandMark(x, chosen.lo, chosen.hi, lineColour(chosen.timeframe, theme)),
      ...others.map((line) => lineOf(line, 1.2, 0.75)),
      lineOf(chosen, 2, 1),
    ],
  }) as SVGSVGElement;
  const scale = (element as unknown as Plot.Plot).scale("x")!;
  const vertical = (element as unknown as Plot.Plot).scale("y")!;
  const [left, right] = scale.range as [number, number];
  return {
    element,
    left,
    right,
    xOf: (time) => scale.apply(new Date(time)),
    timeAt: (px) => Number(scale.invert!(px)),
    yOf: (r) => vertical.apply(r),
  };
}
