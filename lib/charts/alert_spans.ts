import { formatUtc, type Interval } from "../model/time.ts";
import { severityColour } from "./alert_signs.ts";
import type { Area } from "./break_marks.ts";
import type { ChartAlert } from "./chart_alert.ts";
import { element, textAt } from "./svg_parts.ts";
import { fitText, textWidth } from "./text_width.ts";
import type { Theme } from "./theme.ts";

const BAR_PX = 4;
const FONT_PX = 11;
const ROW_PX = 15;
/** Names on each other before they are left out; the lines stay. */
const MOST_ROWS = 3;
const LONGEST_NAME_PX = 170;

/** Said in the footer of a picture that marks alerts. */
export const ALERT_LEGEND = "▲ alert: dashed where it fired, bar while it stood";

/** Alerts of which a part lies in a range of time. */
export function alertsWithin(
  alerts: readonly ChartAlert[],
  { from, to }: Interval,
): ChartAlert[] {
  return alerts.filter((alert) => alert.from <= to && (alert.to ?? Infinity) > from);
}

/**
 * Marks alerts along the bottom of a plot, as the interactive chart does: a dashed line where each fired, a bar for as
 * long as it stood, and its name.
 *
 * @param alerts of the plot's range; see {@link alertsWithin}.
 * @param range what the plot shows, by the same clock.
 * @param xOf where a time of the range lies, CSS px.
 */
export function alertSpans(
  alerts: readonly ChartAlert[],
  range: Interval,
  xOf: (time: number) => number,
  area: Area,
  theme: Theme,
): string {
  const rows: number[] = [];
  const marks = alerts.map(({ rule, severity, from, to }) => {
    const ink = severityColour(severity, theme);
    const left = xOf(Math.max(range.from, from));
    const right = to === null || to > range.to ? area.right : xOf(to);
    const bar = element("rect", {
      x: left,
      y: area.bottom - BAR_PX,
      width: Math.max(2, right - left),
      height: BAR_PX,
      fill: ink,
    });
    // What fired before the range has no line in it.
    const line = from < range.from ? "" : element("path", {
      d: `M${left.toFixed(1)} ${area.top}V${area.bottom}`,
      stroke: ink,
      "stroke-dasharray": "2 2",
    });
    return { line: bar + line, name: nameOf(`▲ ${rule}`, left, ink, { rows, area, theme }) };
  });
  // No line crosses a name.
  const drawn = [...marks.map(({ line }) => line), ...marks.map(({ name }) => name)];
  return marks.length === 0 ? "" : element("g", { "aria-label": "alerts" }, drawn.join(""));
}

/** The name beside its line, in the lowest row that is free there; left out where none is. */
function nameOf(
  whole: string,
  left: number,
  ink: string,
  { rows, area, theme }: {
    /** Where the names of each row end. */
    readonly rows: number[];
    readonly area: Area;
    readonly theme: Theme;
  },
): string {
  const text = fitText(whole, FONT_PX, Math.min(LONGEST_NAME_PX, area.right - area.left));
  const width = textWidth(text, FONT_PX) + 4;
  const x = Math.max(area.left, Math.min(left + 2, area.right - width));
  const row = Array.from({ length: MOST_ROWS }, (_, i) => i).find((i) => (rows[i] ?? 0) <= x);
  if (row === undefined) return "";
  rows[row] = x + width;
  const bottom = area.bottom - BAR_PX - 1 - row * ROW_PX;
  const box = { x, y: bottom - ROW_PX + 1, width, height: ROW_PX, fill: theme.background };
  return element("rect", box) +
    textAt(x + 2, bottom - 3, text, { fill: ink, "font-size": FONT_PX });
}

/** ` Alert apart fired 2025-12-03 14:05:00 UTC, resolved 2025-12-03 14:09:00 UTC.`; empty without any. */
export function alertsAlt(alerts: readonly ChartAlert[]): string {
  return alerts.map(({ rule, from, to }) =>
    ` Alert ${rule} fired ${formatUtc(from)}, ${
      to === null ? "goes on" : `resolved ${formatUtc(to)}`
    }.`
  ).join("");
}
