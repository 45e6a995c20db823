import * as Plot from "@observablehq/plot";
import { formatUtc, MINUTE } from "../../model/time.ts";
import { severityColour } from "../alert_signs.ts";
import { shortNumber } from "../number_text.ts";
import type { RehearsalSeries, RehearsalStudy } from "../rehearsal_study.ts";
import type { RehearsalSetting } from "../rehearsal_view.ts";
import { asPicture, plotFrame, timeScale, tipStyle } from "./window_plots.ts";

/** The metric over time, its thresholds, and where alerts would have stood; each has its number in the table. */
export function rehearsalPlot(
  series: RehearsalSeries,
  { alerts, rule, end }: RehearsalStudy,
  { theme, unit, severity, width }: RehearsalSetting & { readonly width: number },
): SVGSVGElement {
  const { start, value: y } = series;
  const x = Array.from(y, (_, row) => new Date(start + row * MINUTE));
  const ink = severityColour(severity, theme);
  const { fire, clear } = rule;
  const levels = (condition: typeof fire) =>
    condition.isAbsolute ? [condition.threshold, -condition.threshold] : [condition.threshold];
  const ends = { x1: start, x2: end };
  return asPicture(Plot.plot({
    ...plotFrame(theme, width),
    marginLeft: 48,
    ariaLabel: "The metric over time, with the times at which the rule would have fired",
    x: {
      ...timeScale(width),
      domain: [start, Math.max(end, start + MINUTE)],
      label: null,
    },
    y: { grid: true, ticks: 5, label: unit.trim() || null, nice: true },
    marks: [
      Plot.ruleX(alerts, {
        x: ({ firedAt }: typeof alerts[number]) => new Date(firedAt),
        stroke: ink,
        strokeWidth: 1.5,
      }),
      Plot.rect(alerts, {
        x1: ({ firedAt }: typeof alerts[number]) => new Date(firedAt),
        x2: ({ resolvedAt }: typeof alerts[number]) => new Date(resolvedAt ?? end),
        fill: ink,
        fillOpacity: 0.22,
      }),
      Plot.ruleY(levels(fire), { ...ends, stroke: ink, strokeWidth: 1.5 }),
      ...(clear === undefined ? [] : [
        Plot.ruleY(levels(clear), { ...ends, stroke: theme.faintText, strokeDasharray: "4 3" }),
      ]),
      Plot.line(x, { x, y: y as unknown as number[], stroke: theme.lines[0] ?? theme.text }),
      // More of them would be a smear.
      ...(alerts.length > width / 24 ? [] : [
        Plot.text(alerts, {
          x: ({ firedAt }: typeof alerts[number]) => new Date(firedAt),
          text: (_: unknown, i: number) => `▲${i + 1}`,
          frameAnchor: "top",
          dy: -12,
          fill: ink,
        }),
      ]),
      Plot.tip(x, {
        ...Plot.pointerX({
          x,
          y: y as unknown as number[],
          title: Array.from(x.keys()),
          ...tipStyle(theme),
        }),
        format: (row: number) => `${formatUtc(x[row]!.getTime())}\n${shortNumber(y[row]!)}${unit}`,
      }),
    ],
  }));
}
