import { axisY, gridX, rectY, ruleY } from "@observablehq/plot";
import type { Source } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import { CORRELATED_TIMEFRAMES, type CorrelatedTimeframe } from "../model/timeframe.ts";
import { ALERT_LEGEND, alertsAlt, alertSpans, alertsWithin } from "./alert_spans.ts";
import type { ChartAlert } from "./chart_alert.ts";
import { STRONG_ABOVE, UNUSUAL_BELOW } from "./correlation_level.ts";
import { type CorrelationLine, lateStarts, lineColour } from "./correlation_line.ts";
import { drawPlot } from "./document.ts";
import { type EndLabel, endLabels } from "./end_labels.ts";
import { signed } from "./estimate_text.ts";
import type { Figure } from "./figure.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { hatched } from "./hatching.ts";
import { sourceBadge } from "./labels.ts";
import { bandMark, lineMark } from "./line_mark.ts";
import { panelMessage } from "./panel_text.ts";
import { sourcePill } from "./source_pill.ts";
import { element, span, textAt } from "./svg_parts.ts";
import { lastUpdate, sheet } from "./svg_sheet.ts";
import { fitText, textWidth } from "./text_width.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

export type { CorrelationLine } from "./correlation_line.ts";

export interface CorrelationFigureOptions {
  /** `BTCUSDT/ES` */
  readonly pair: string;
  readonly source: Source;
  /** The timeframe whose line and band stand out. @default the first line's */
  readonly emphasis?: CorrelatedTimeframe;
  /** @default DARK */
  readonly theme?: Theme;
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** CSS px of the part with the lines. @default 300 */
  readonly height?: number;
  /** Venue time of the newest data, epoch ms UTC; NaN while there is none. */
  readonly updatedAt: number;
  /** Where the newest return is not of now: said in the header, and hatched from its time on. @default it is */
  readonly remark?: DataRemark;
  /** Alerts of rules that watch the pair, oldest first. @default none */
  readonly alerts?: readonly ChartAlert[];
}

interface DrawnLine extends CorrelationLine {
  readonly colour: string;
  readonly isMain: boolean;
}

const HEADER_PX = 28;
const MARGIN_LEFT = 38;
const LABEL_PX = 12;
const FOOTER = "Pearson correlation of log returns, 95 % interval on effective n · " +
  `unusual below ${UNUSUAL_BELOW} · times in UTC`;
const GUIDES = [-1, -0.5, 0, UNUSUAL_BELOW, STRONG_ABOVE, 1];

/**
 * Rolling correlation of a pair at several timeframes over time: one stands out with its 95 % band, the others are
 * lines. They are named at their ends; where there is no value there is no line, and a line that begins late says why.
 *
 * @throws {RangeError} for no line or more than there are timeframes, for repeated timeframes, and for sizes that cannot be drawn.
 */
export function correlationFigure(
  lines: readonly CorrelationLine[],
  options: CorrelationFigureOptions,
): Figure {
  const { theme = DARK, width = 1_100, height = 300, updatedAt } = options;
  check(lines, width, height);
  const emphasis = options.emphasis ?? lines[0]!.timeframe;
  const timed = lines.map((line): DrawnLine => ({
    ...line,
    colour: lineColour(line.timeframe, theme),
    isMain: line.timeframe === emphasis,
  }));
  const labels = timed.map(labelOf);
  const marginRight = 14 + Math.ceil(Math.max(...labels.map((text) => textWidth(text, LABEL_PX))));
  const area = { left: MARGIN_LEFT, right: width - marginRight, top: HEADER_PX, bottom: height };
  const extent = extentOf(timed);
  const yOf = (r: number) => area.bottom - (area.bottom - area.top) * (r + 1) / 2;
  const ends = timed.map((line, i): EndLabel => ({
    text: labels[i]!,
    colour: line.colour,
    isMain: line.isMain,
    y: yOf(lastValue(line)),
  }));
  const alerts = extent === undefined
    ? []
    : alertsWithin(options.alerts ?? [], { from: extent[0], to: extent[1] });
  const legend = alerts.length > 0 ? ALERT_LEGEND : "";
  const main = timed.find((line) => line.isMain);
  const header = headerOf(options, main, { width, legend, theme });
  const parts = extent === undefined
    ? [header, panelMessage("no correlation yet: too few returns", area, theme)]
    : [
      header,
      ...plotParts(timed, extent, area, theme),
      oldBand(options.remark, extent, area, theme),
      alertsOf(alerts, extent, area, theme),
      endLabels(ends, area, LABEL_PX, theme),
    ];
  return sheet(parts, {
    title: `${options.pair} rolling correlation, ${sourceBadge(options.source)}`,
    alt: correlationAlt(lines, options),
    theme,
    width,
    height: height + 4 + TIME_AXIS_PX,
    footer: { left: [...lateStarts(lines), FOOTER].join(" · "), updatedAt },
  });
}

function check(lines: readonly CorrelationLine[], width: number, height: number): void {
  const most = CORRELATED_TIMEFRAMES.length;
  if (!(lines.length >= 1 && lines.length <= most)) {
    throw new RangeError(`lines must be 1 to ${most}, got ${lines.length}`);
  }
  const timeframes = lines.map((line) => line.timeframe);
  if (new Set(timeframes).size < lines.length) {
    throw new RangeError(`lines must differ in timeframe, got ${timeframes.join(", ")}`);
  }
  if (!(width >= 320)) throw new RangeError(`width must be at least 320 px, got ${width}`);
  if (!(height >= 120)) throw new RangeError(`height must be at least 120 px, got ${height}`);
}

/** Time from the first value of any line to the last row of all; undefined without a value. */
function extentOf(lines: readonly DrawnLine[]): readonly [number, number] | undefined {
  const firsts = lines.flatMap(({ r, endTime }) => {
    const first = r.findIndex((value) => !Number.isNaN(value));
    return first < 0 ? [] : [endTime[first]!];
  });
  if (firsts.length === 0) return undefined;
  const from = Math.min(...firsts);
  const to = Math.max(...lines.map(({ endTime }) => endTime.at(-1) ?? -Infinity));
  return [from, Math.max(to, from + MINUTE)];
}

interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function plotParts(
  lines: readonly DrawnLine[],
  [from, to]: readonly [number, number],
  area: PlotArea,
  theme: Theme,
): string[] {
  const xOf = (time: number) => area.left + (area.right - area.left) * (time - from) / (to - from);
  const ticks = timeTicks([{ from, to: to + 1 }], xOf, { within: [area.left, area.right] });
  // The one that stands out comes last, above the others.
  const ordered = [...lines].sort((a, b) => Number(a.isMain) - Number(b.isMain));
  const zone = (y1: number, y2: number, fill: string) =>
    rectY([0], { y1, y2, x1: from, x2: to, fill, fillOpacity: 0.05 });
  const drawn = drawPlot({
    width: area.right + 1,
    height: area.bottom + 1,
    marginLeft: area.left,
    marginRight: 1,
    marginTop: area.top,
    marginBottom: 1,
    x: { type: "linear", domain: [from, to], axis: null },
    y: { type: "linear", domain: [-1, 1], axis: null },
    marks: [
      zone(STRONG_ABOVE, 1, theme.strong),
      zone(-1, 0, theme.negative),
      gridX(ticks.map(({ time }) => time), { stroke: theme.grid, strokeOpacity: 1 }),
      ruleY([-1, -0.5, 1], { stroke: theme.grid }),
      ruleY([UNUSUAL_BELOW, STRONG_ABOVE], { stroke: theme.faintText, strokeDasharray: "2 4" }),
      ruleY([0], { stroke: theme.faintText }),
      axisY(GUIDES, {
        tickSize: 0,
        tickPadding: 6,
        label: null,
        fontSize: 11,
        color: theme.faintText,
        tickFormat: guideText,
      }),
      // One band: several on each other hide what they say.
      ...ordered.filter(({ isMain }) => isMain).map(({ timeframe, endTime, lo, hi, colour }) =>
        bandMark(endTime, lo, hi, { label: `95 % band ${timeframe}`, fill: colour, opacity: 0.2 })
      ),
      ...ordered.map(({ timeframe, endTime, r, colour, isMain }) =>
        lineMark(endTime, r, { label: `r ${timeframe}`, stroke: colour, width: isMain ? 2 : 1.3 })
      ),
    ],
  });
  return [
    element("g", { fill: theme.faintText, "text-anchor": "middle" }, drawn),
    timeAxis(ticks, area.bottom + 2, theme),
  ];
}

/** The time at the end of the lines in which no new return has come: they move there by forgetting alone. */
function oldBand(
  remark: DataRemark | undefined,
  [from, to]: readonly [number, number],
  { left, right, top, bottom }: PlotArea,
  theme: Theme,
): string {
  if (remark === undefined || !(remark.time < to)) return "";
  const x = left + (right - left) * Math.max(0, (remark.time - from) / (to - from));
  const box = { x, y: top, width: right - x, height: bottom - top };
  const shade = remark.isFault
    ? hatched(box, theme.warning)
    : element("rect", { ...box, fill: theme.faintText, "fill-opacity": "0.15" });
  return element("g", { "aria-label": remark.isFault ? "no new returns" : "market shut" }, shade);
}

function alertsOf(
  alerts: readonly ChartAlert[],
  [from, to]: readonly [number, number],
  area: PlotArea,
  theme: Theme,
): string {
  const xOf = (time: number) => area.left + (area.right - area.left) * (time - from) / (to - from);
  return alertSpans(alerts, { from, to }, xOf, area, theme);
}

/** The guides' own values: `0.5`, `−1`. */
function guideText(value: number): string {
  return String(value).replace("-", "−");
}

function headerOf(
  { pair, source, remark, updatedAt }: CorrelationFigureOptions,
  main: CorrelationLine | undefined,
  { width, legend, theme }: {
    readonly width: number;
    /** At the right end, where there is room. */
    readonly legend: string;
    readonly theme: Theme;
  },
): string {
  const pill = sourcePill(source, EDGE_PX, 18, theme, remark !== undefined);
  const start = EDGE_PX + pill.width + 9;
  const title = fitText(`${pair} rolling correlation`, 13, width - start - 12);
  const band = remark !== undefined
    ? remarkText(remark, updatedAt)
    : main === undefined
    ? ""
    : `band: 95 % interval of ${main.timeframe}`;
  const ink = remark === undefined ? theme.faintText : remark.isFault ? theme.warning : theme.text;
  const end = start + textWidth(title, 13) + textWidth(band, 11) + 26;
  const isRoom = end < width;
  const right = legend === "" || end + textWidth(legend, 11) + EDGE_PX > width
    ? ""
    : textAt(width - EDGE_PX, 18, legend, {
      fill: theme.faintText,
      "font-size": 11,
      "text-anchor": "end",
    });
  return pill.svg + right + element(
    "text",
    { x: start, y: 18 },
    span(title, { fill: theme.text, "font-size": 13, "font-weight": 600 }) +
      (isRoom && band !== "" ? span(band, { dx: 14, fill: ink, "font-size": 11 }) : ""),
  );
}

/** `1m (60) +0.62`; the newest row's value, and a dash where it has none. */
function labelOf({ timeframe, window, r }: CorrelationLine): string {
  const newest = r.at(-1) ?? NaN;
  return `${timeframe} (${window}) ${Number.isNaN(newest) ? "–" : signed(newest)}`;
}

/** Where the line ends: its last value, however old; 0 without any. */
function lastValue({ r }: CorrelationLine): number {
  return r.findLast((value) => !Number.isNaN(value)) ?? 0;
}

/** The newest values in a sentence. */
export function correlationAlt(
  lines: readonly CorrelationLine[],
  { pair, source, updatedAt, remark, alerts = [] }: CorrelationFigureOptions,
): string {
  const said = remark === undefined ? "" : `Not of now: ${remarkText(remark, updatedAt)}. `;
  const values = lines.map(({ timeframe, window, r, lo, hi }) => {
    const name = `${timeframe} over ${window} returns`;
    const newest = r.at(-1) ?? NaN;
    if (Number.isNaN(newest)) return `${name}: no value`;
    const [from, to] = [lo.at(-1) ?? NaN, hi.at(-1) ?? NaN];
    const interval = Number.isNaN(from) ? "" : ` (95 % ${signed(from)} to ${signed(to)})`;
    return `${name}: ${signed(newest)}${interval}`;
  });
  return `Rolling correlation ${pair}, ${sourceBadge(source)}. ${values.join("; ")}. ` +
    `${said}${lastUpdate(updatedAt)}.${alertsAlt(alerts)}`;
}
