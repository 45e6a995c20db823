import { axisY, gridX, gridY, ruleY } from "@observablehq/plot";
import { DAY, formatUtc, HOUR, MINUTE } from "../model/time.ts";
import { alertSpans, alertsWithin } from "./alert_spans.ts";
import { type Area, breakMarks } from "./break_marks.ts";
import { candleMark } from "./candle_mark.ts";
import { drawPlot } from "./document.ts";
import { lineMark } from "./line_mark.ts";
import { priceText, roundSteps } from "./number_text.ts";
import { type PanelBars, panelBars, type PanelBreak, panelBreaks } from "./panel_bars.ts";
import { emptyReason, headerOf, panelMessage, priceTag, volumeCaption } from "./panel_text.ts";
import type { PriceSeries } from "./price_series.ts";
import type { SlotAxis } from "./slot_axis.ts";
import { element } from "./svg_parts.ts";
import type { Theme } from "./theme.ts";
import type { TimeTick } from "./time_ticks.ts";

/** How a panel lies in its picture, CSS px. */
export interface PanelLayout {
  readonly width: number;
  readonly height: number;
  readonly marginLeft: number;
  readonly marginRight: number;
}

/** Height of the line of text above a panel. */
const HEADER_PX = 26;
/** Room for volume, as a share of what is below the header. */
const VOLUME_SHARE = 0.2;
/** Least distance of a price on the axis from the last price's tag. */
const TAG_ROOM_PX = 13;
/** The same below a tag with a time under it. */
const DATED_TAG_ROOM_PX = 28;

/** One instrument's candles, volume and text, as SVG with its origin at the panel's top left. */
export function pricePanel(
  series: PriceSeries,
  axis: SlotAxis,
  ticks: readonly TimeTick[],
  layout: PanelLayout,
  theme: Theme,
): string {
  const { width, height, marginLeft, marginRight } = layout;
  const shown = panelBars(series, axis);
  const area = { left: marginLeft, right: width - marginRight, top: HEADER_PX, bottom: height };
  const header = headerOf(series, shown.last, { width, now: axis.to, stepMs: axis.stepMs }, theme);
  const message = shown.bars.length > 0
    ? ""
    : panelMessage(emptyReason(series, axis.stepMs), area, theme);
  if (shown.last === undefined) return header + message;
  const breaks = breaksOf(series, axis, area, theme, message === "");
  const alerts = alertsOf(series, axis, area, theme);
  return [plotOf(series, shown, axis, ticks, area, theme), breaks, alerts, message, header].join(
    "",
  );
}

/** Each at the bar by whose close it was judged. */
function alertsOf(series: PriceSeries, axis: SlotAxis, area: Area, theme: Theme): string {
  const slotPx = (area.right - area.left) / axis.length;
  const xOf = (time: number) => area.left + slotPx * axis.positionOf(time - MINUTE / 2);
  return alertSpans(alertsWithin(series.alerts ?? [], axis), axis, xOf, area, theme);
}

/** The plot itself: grid, prices, candles, volume and the last price. */
function plotOf(
  series: PriceSeries,
  shown: PanelBars,
  axis: SlotAxis,
  ticks: readonly TimeTick[],
  area: Area,
  theme: Theme,
): string {
  const { lo, hi, bars, vwap } = shown;
  const last = shown.last!;
  const volumeHeight = Math.round(VOLUME_SHARE * (area.bottom - area.top));
  const floor = area.bottom - volumeHeight - 10, ceiling = area.top + 4;
  const yOf = (price: number) => floor - (floor - ceiling) * (price - lo) / (hi - lo);
  const { values } = roundSteps(lo, hi, (floor - ceiling) / 26);
  const lastY = yOf(last.close);
  const ofNow = last.close >= last.open ? theme.up : theme.down;
  const colour = series.remark === undefined ? ofNow : theme.faintText;
  const since = last.closed && axis.stepMs < DAY
    ? formatUtc(last.openTime + axis.stepMs).slice(11, 16)
    : undefined;
  const below = since === undefined ? TAG_ROOM_PX : DATED_TAG_ROOM_PX;
  const isFree = (price: number) => {
    const distance = yOf(price) - lastY;
    return distance <= -TAG_ROOM_PX || distance >= below;
  };
  const grid = { stroke: theme.grid, strokeOpacity: 1 };
  const drawn = drawPlot({
    width: area.right + 1,
    height: area.bottom,
    marginLeft: area.left,
    marginRight: 1,
    marginTop: area.top,
    marginBottom: 0,
    x: { type: "linear", domain: [0, axis.length], axis: null },
    y: { type: "linear", domain: [lo, hi], range: [floor, ceiling], axis: null },
    marks: [
      gridX(ticks.map(({ time }) => axis.positionOf(time)), grid),
      gridY(values, grid),
      axisY(values.filter(isFree), {
        anchor: "right",
        tickSize: 0,
        tickPadding: 6,
        label: null,
        fontSize: 11,
        color: theme.faintText,
        tickFormat: (value: number) => priceText(value, series.decimals),
      }),
      candleMark(bars, { theme, slot: 1, volumeHeight }),
      vwap === undefined ? null : lineMark(bars.map(({ at }) => at), vwap, {
        label: "VWAP",
        stroke: theme.lines[1]!,
        width: 1.3,
      }),
      ruleY([last.close], { stroke: colour, strokeDasharray: "2 3" }),
    ],
  });
  return element("g", { "aria-label": series.id }, drawn) +
    (bars.length > 0 ? volumeCaption(shown, area.left, floor + 12, theme) : "") +
    priceTag(
      priceText(last.close, series.decimals),
      { x: area.right, y: lastY, fill: colour, since },
      theme,
    );
}

function breaksOf(
  series: PriceSeries,
  axis: SlotAxis,
  area: Area,
  theme: Theme,
  hasBars: boolean,
): string {
  const xOf = (time: number) =>
    area.left + (area.right - area.left) * axis.positionOf(time) / axis.length;
  const bands = panelBreaks(series, axis).map((one) => {
    const { from, to, kind } = one;
    return { kind, x0: xOf(from), x1: xOf(to), text: hasBars ? breakText(one) : "" };
  });
  const rolls = series.rolls.filter(({ time }) => time > axis.from && time < axis.to)
    .map(({ time, from, to }) => ({ x: xOf(time), from, to }));
  return breakMarks(bands, rolls, area, theme);
}

/** What a break is; with its length where it is drawn narrower than it is. */
function breakText({ kind, from, to, isFolded }: PanelBreak): string {
  const word = { session: "closed", gap: "gap", none: "no bars" }[kind];
  if (!isFolded) return word;
  const hours = (to - from) / HOUR;
  const length = hours >= 1 ? `${Math.round(hours)} h` : `${Math.round((to - from) / MINUTE)} min`;
  return `${word} ${length}`;
}
