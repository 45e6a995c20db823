import * as Plot from "@observablehq/plot";
import { STRONG_ABOVE, UNUSUAL_BELOW } from "../correlation_level.ts";
import { lineColour } from "../correlation_line.ts";
import type { PageLine } from "../correlation_view.ts";
import type { Theme } from "../theme.ts";
import type { TimeArea } from "./cursor_line.ts";
import { bandMark, plotFrame, timeAreaOf, timeTick } from "./window_plots.ts";

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
  readonly area: TimeArea;
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
  return { element, area: timeAreaOf(element) };
}
