import type { Bar } from "../model/bar.ts";
import { formatUtc, MINUTE } from "../model/time.ts";
import { ALERT_LEGEND, alertsAlt, alertsWithin } from "./alert_spans.ts";
import { remarkText } from "./data_remark.ts";
import type { Figure } from "./figure.ts";
import { sourceBadge } from "./labels.ts";
import { priceText } from "./number_text.ts";
import { panelBars } from "./panel_bars.ts";
import { type PanelLayout, pricePanel } from "./price_panel.ts";
import type { PriceSeries } from "./price_series.ts";
import { SlotAxis } from "./slot_axis.ts";
import { sheet } from "./svg_sheet.ts";
import { element } from "./svg_parts.ts";
import { textWidth } from "./text_width.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";

export type { PriceSeries, Roll, SeriesBreak } from "./price_series.ts";

export interface PriceFigureOptions {
  /** @default DARK */
  readonly theme?: Theme;
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** CSS px of each panel. @default 260 */
  readonly panelHeight?: number;
  /** Newest open times drawn, those of all series together. @default 500 */
  readonly lastBars?: number;
  /** Length of a bar, ms. @default the shortest distance between two bars, or a minute */
  readonly stepMs?: number;
  /** Venue time of the newest data, epoch ms UTC; NaN while there is none. */
  readonly updatedAt: number;
}

const GAP_PX = 4;

/**
 * Candles and volume of several instruments, one panel below the other on one UTC time axis.
 *
 * The axis holds the newest `lastBars` open times of all series together and runs evenly. An instrument that
 * was shut or silent meanwhile shows it as a band, and where that is all the panel holds, the time of its last
 * bar and its last price. Time without a bar of any series, such as the weekend where only futures are shown,
 * is folded to a narrow strip that says how long it was.
 *
 * @throws {RangeError} without series, or with a size or `lastBars` that cannot be drawn.
 *
 * @example
 * ```ts
 * import { priceFigure } from "./price_figure.ts";
 * import assert from "node:assert/strict";
 * const openTime = Date.UTC(2025, 11, 1, 14, 34);
 * const bar = { openTime, open: 6812, high: 6813.5, low: 6811.75, close: 6813, volume: 812 };
 * const figure = priceFigure([{
 *   id: "ES",
 *   label: "ES Futures (CME via IBKR Paper)",
 *   source: "simulated",
 *   bars: [{ ...bar, closed: true, revision: 0, source: "simulated" }],
 *   breaks: [],
 *   rolls: [],
 *   decimals: 2,
 * }], { updatedAt: openTime + 60_000 });
 * assert.match(figure.svg, /last update 2025-12-01 14:35:00 UTC/);
 * ```
 */
export function priceFigure(series: readonly PriceSeries[], options: PriceFigureOptions): Figure {
  const { theme = DARK, width = 1_100, panelHeight = 260, lastBars = 500, updatedAt } = options;
  check(series, { width, panelHeight, lastBars });
  const stepMs = options.stepMs ?? shortestStep(series);
  const openTimes = series.map(({ bars }) => bars.map(({ openTime }) => openTime));
  const marginRight = axisWidth(series);
  const plotWidth = width - EDGE_PX - marginRight;
  const axis = new SlotAxis(openTimes, { stepMs, lastBars, foldShare: 56 / plotWidth });
  const xOf = (time: number) => EDGE_PX + plotWidth * axis.positionOf(time) / axis.length;
  const hasBars = openTimes.some((times) => times.length > 0);
  const within = [EDGE_PX, width - marginRight] as const;
  const ticks = hasBars ? timeTicks(axis.stretches, xOf, { within }) : [];
  const layout: PanelLayout = { width, height: panelHeight, marginLeft: EDGE_PX, marginRight };
  const parts = series.map((one, i) => {
    const y = i * (panelHeight + GAP_PX);
    const line = i === 0
      ? ""
      : element("path", { d: `M${EDGE_PX} ${-2}H${width - EDGE_PX}`, stroke: theme.grid });
    const panel = pricePanel(one, axis, ticks, layout, theme);
    return element("g", { transform: `translate(0 ${y})` }, line + panel);
  });
  const axisTop = series.length * (panelHeight + GAP_PX);
  const alt = altOf(series, axis, updatedAt);
  const isMarked = series.some(({ alerts = [] }) => alertsWithin(alerts, axis).length > 0);
  const legend = [`${stepText(stepMs)} bars, times in UTC`, ...(isMarked ? [ALERT_LEGEND] : [])];
  return sheet([...parts, timeAxis(ticks, axisTop, theme)], {
    title: series.map((one) => `${one.label}, ${sourceBadge(one.source)}`).join(" above "),
    alt,
    theme,
    width,
    height: axisTop + TIME_AXIS_PX,
    footer: { left: legend.join(" · "), updatedAt },
  });
}

function check(
  series: readonly PriceSeries[],
  { width, panelHeight, lastBars }: Record<"width" | "panelHeight" | "lastBars", number>,
): void {
  if (series.length === 0) throw new RangeError("series must hold at least one, got none");
  if (!(width >= 320)) throw new RangeError(`width must be at least 320 px, got ${width}`);
  if (!(panelHeight >= 120)) {
    throw new RangeError(`panelHeight must be at least 120 px, got ${panelHeight}`);
  }
  if (!(Number.isInteger(lastBars) && lastBars >= 1)) {
    throw new RangeError(`lastBars must be a whole number of 1 or more, got ${lastBars}`);
  }
}

function shortestStep(series: readonly PriceSeries[]): number {
  let shortest = Infinity;
  for (const { bars } of series) {
    for (let i = 1; i < bars.length; i++) {
      const step = bars[i]!.openTime - bars[i - 1]!.openTime;
      if (step > 0) shortest = Math.min(shortest, step);
    }
  }
  return Number.isFinite(shortest) ? shortest : MINUTE;
}

/** Room on the right for the longest price in its tag, which ends where the words above do. */
function axisWidth(series: readonly PriceSeries[]): number {
  const widths = series.flatMap(({ bars, decimals }) =>
    [...bars.slice(-1), ...bars.slice(0, 1)].map(({ close }) =>
      textWidth(priceText(close, decimals), 11)
    )
  );
  return Math.ceil(Math.max(44, ...widths)) + 10 + EDGE_PX;
}

function stepText(stepMs: number): string {
  const minutes = stepMs / MINUTE;
  if (minutes < 1) return `${stepMs / 1_000}s`;
  if (minutes % (24 * 60) === 0) return `${minutes / (24 * 60)}d`;
  return minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/** The picture in a sentence for each instrument. */
function altOf(series: readonly PriceSeries[], axis: SlotAxis, updatedAt: number): string {
  const sentences = series.map((one) => {
    const badge = sourceBadge(one.source);
    const { bars, last } = panelBars(one, axis);
    if (last === undefined) return `${one.label}, ${badge}: no bars yet.`;
    const from = bars[0]?.bar.openTime;
    const extent = from === undefined
      ? "none in view"
      : `${bars.length} bars from ${formatUtc(from)}`;
    const price = `last price ${priceText(last.close, one.decimals)}`;
    const when = whenText(one, last, axis, updatedAt);
    const alerts = alertsAlt(alertsWithin(one.alerts ?? [], axis));
    return `${one.label}, ${badge}: ${extent}, ${price} ${when}.${alerts}`;
  });
  const update = Number.isNaN(updatedAt) ? "No data yet" : `Last update ${formatUtc(updatedAt)}`;
  return `${sentences.join(" ")} ${update}.`;
}

/** When the last price was paid. In a bar that was broken off that is known to the minute before it alone. */
function whenText(
  { remark }: PriceSeries,
  last: Bar,
  { stepMs }: SlotAxis,
  updatedAt: number,
): string {
  if (last.closed) return `at ${formatUtc(last.openTime + stepMs)}`;
  return remark === undefined
    ? `at ${formatUtc(updatedAt)}, bar forming`
    : `(${remarkText(remark, updatedAt)}), bar broken off`;
}
