import { axisY, gridX, rectY, ruleX, ruleY } from "@observablehq/plot";
import { MINUTE } from "../model/time.ts";
import { severityColour } from "./alert_signs.ts";
import { drawPlot } from "./document.ts";
import type { Figure } from "./figure.ts";
import { lineMark } from "./line_mark.ts";
import { roundSteps, shortNumber } from "./number_text.ts";
import { panelMessage } from "./panel_text.ts";
import { type RehearsalSeries, type RehearsalStudy, studyRule } from "./rehearsal_study.ts";
import { rehearsalSummary, studiedText } from "./rehearsal_text.ts";
import type { RehearsalSetting } from "./rehearsal_view.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import { EDGE_PX } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

const HEADER_PX = 44;
const MARGIN_LEFT = 52;
const HEIGHT = 260;
const WIDTH = 1_100;

/** The rule as it is armed over its metric's past, as a picture: for readers whose page runs no scripts. */
export function rehearsalFigure(
  series: RehearsalSeries,
  setting: RehearsalSetting,
  source: string,
): Figure {
  const { theme, name, watches, rule } = setting;
  const study = studyRule(series, rule);
  const summary = `${studiedText(rule)}: ${rehearsalSummary(study)}`;
  const isKnown = study.known > 0;
  const area = { left: MARGIN_LEFT, right: WIDTH - 14, top: HEADER_PX, bottom: HEIGHT };
  const title = `Rehearsal of ${name} · ${watches} · ${source.toUpperCase()}`;
  const head = [
    textAt(EDGE_PX, 18, title, { fill: theme.text, "font-size": 13, "font-weight": 600 }),
    textAt(EDGE_PX, 36, summary, { fill: theme.text, "font-size": 12 }),
  ];
  const body = isKnown
    ? plotParts(series, study, setting, area)
    : [panelMessage("nothing is known of this metric yet", area, theme)];
  return sheet([...head, ...body], {
    title: `Rehearsal of ${name}`,
    alt: `${title}. ${summary}.`,
    theme,
    width: WIDTH,
    height: HEIGHT + 4 + TIME_AXIS_PX,
    footer: {
      left: "shaded: the alert stands · full line: fires · dashed: ends · times in UTC",
      updatedAt: isKnown ? study.end : NaN,
    },
  });
}

interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function plotParts(
  { start, value }: RehearsalSeries,
  { alerts, rule, end }: RehearsalStudy,
  { theme, severity }: RehearsalSetting,
  area: PlotArea,
): string[] {
  const ink = severityColour(severity, theme);
  const time = Float64Array.from(value, (_, row) => start + row * MINUTE);
  const to = Math.max(end, start + MINUTE);
  const levels = ({ isAbsolute, threshold }: typeof rule.fire) =>
    isAbsolute ? [threshold, -threshold] : [threshold];
  const shown = [...value.filter((found) => !Number.isNaN(found)), ...levels(rule.fire)];
  const low = shown.reduce((least, one) => Math.min(least, one), Infinity);
  const high = shown.reduce((most, one) => Math.max(most, one), -Infinity);
  const room = (high - low || 1) * 0.05;
  const [y1, y2] = [low - room, high + room];
  const xOf = (at: number) => area.left + (area.right - area.left) * (at - start) / (to - start);
  const ticks = timeTicks([{ from: start, to: to + 1 }], xOf, { within: [area.left, area.right] });
  const guides = roundSteps(y1, y2, 5).values;
  const stands = alerts.map(({ firedAt, resolvedAt }) => ({ x1: firedAt, x2: resolvedAt ?? end }));
  const drawn = drawPlot({
    width: area.right + 1,
    height: area.bottom + 1,
    marginLeft: area.left,
    marginRight: 1,
    marginTop: area.top,
    marginBottom: 1,
    x: { type: "linear", domain: [start, to], axis: null },
    y: { type: "linear", domain: [y1, y2], axis: null },
    marks: [
      gridX(ticks.map(({ time }) => time), { stroke: theme.grid, strokeOpacity: 1 }),
      ruleY(guides, { stroke: theme.grid }),
      rectY(stands, { x1: "x1", x2: "x2", y1, y2, fill: ink, fillOpacity: 0.22 }),
      ruleX(stands, { x: "x1", stroke: ink }),
      ruleY(levels(rule.fire), { stroke: ink, strokeWidth: 1.5 }),
      ...(rule.clear === undefined ? [] : [
        ruleY(levels(rule.clear), { stroke: theme.faintText, strokeDasharray: "4 3" }),
      ]),
      axisY(guides, {
        tickSize: 0,
        tickPadding: 6,
        label: null,
        fontSize: 11,
        color: theme.faintText,
        tickFormat: shortNumber,
      }),
      lineMark(time, value, { label: "value", stroke: theme.lines[0] ?? theme.text }),
    ],
  });
  return [
    element("g", { fill: theme.faintText, "text-anchor": "middle" }, drawn),
    timeAxis(ticks, area.bottom + 2, theme),
  ];
}
