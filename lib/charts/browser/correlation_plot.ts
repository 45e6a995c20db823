import * as Plot from "@observablehq/plot";
import { STRONG_ABOVE, UNUSUAL_BELOW } from "../correlation_level.ts";
import { lineColour } from "../correlation_line.ts";
import type { PageLine } from "../correlation_view.ts";
import { severityColour } from "../alert_signs.ts";
import type { Theme } from "../theme.ts";
import type { ChartAlert } from "../chart_alert.ts";
import type { TimeArea } from "./cursor_line.ts";
import { asPicture, bandMark, plotFrame, timeAreaOf, timeScale } from "./window_plots.ts";

export interface CorrelationPlotOptions {
  readonly theme: Theme;
  readonly lines: readonly PageLine[];
  /** The line that stands out, with its band. */
  readonly chosen: PageLine;
  readonly width: number;
  /** Marked at the lower edge. */
  readonly alerts: readonly ChartAlert[];
}

/** A plot, and the way from its pixels to time and back. */
export interface DrawnPlot {
  readonly element: SVGSVGElement;
  readonly area: TimeArea;
}

/** Lines of all timeframes, the chosen one above the others and with its 95 % band. */
export function correlationPlot(options: CorrelationPlotOptions): DrawnPlot {
  const { theme, lines, chosen, width, alerts } = options;
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
  const element = asPicture(Plot.plot({
    ...plotFrame(theme, width),
    height: 300,
    ariaLabel: "Rolling correlation over time, one line a timeframe",
    x: { ...timeScale(width), domain: [from, to] },
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
      ...alertMarks(alerts, [from, to], theme),
    ],
  }));
  return { element, area: timeAreaOf(element) };
}

/** A line where each fired, a bar at the lower edge for as long as it stood, and its name. */
function alertMarks(alerts: readonly ChartAlert[], [from, to]: [number, number], theme: Theme) {
  const inSight = alerts.filter((alert) => alert.from < to && (alert.to ?? to) > from);
  const begins = inSight.map((alert) => new Date(Math.max(from, alert.from)));
  const inks = inSight.map(({ severity }) => severityColour(severity, theme));
  return inSight.length === 0 ? [] : [
    Plot.ruleX(begins, { x: begins, stroke: inks, strokeDasharray: "2 2" }),
    Plot.rect(begins, {
      x1: begins,
      x2: inSight.map((alert) => new Date(Math.min(to, alert.to ?? to))),
      y1: -1,
      y2: -0.96,
      fill: inks,
    }),
    Plot.text(begins, {
      x: begins,
      y: inSight.map(() => -0.96),
      text: inSight.map(({ rule }) => `▲ ${rule}`),
      fill: inks,
      textAnchor: "start",
      lineAnchor: "bottom",
      dx: 3,
      dy: -2,
    }),
  ];
}
