import type { Bar } from "../model/bar.ts";
import { briefUtc, DAY, formatUtc } from "../model/time.ts";
import type { Area } from "./break_marks.ts";
import { remarkText } from "./data_remark.ts";
import { priceText, volumeText } from "./number_text.ts";
import type { PanelBars } from "./panel_bars.ts";
import type { PriceSeries } from "./price_series.ts";
import { sourcePill } from "./source_pill.ts";
import { element, span, textAt } from "./svg_parts.ts";
import { fitText, textWidth } from "./text_width.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

/** Baseline of the line of text above a panel. */
const BASELINE = 18;
const LABEL_PX = 13;
const FIGURES_PX = 11;

/**
 * Source, name, why the last bar is not of now if it is not, and that bar in figures as far as there is room: the
 * text above a panel.
 */
export function headerOf(
  series: PriceSeries,
  last: Bar | undefined,
  { width, now, stepMs }: { readonly width: number; readonly now: number; readonly stepMs: number },
  theme: Theme,
): string {
  const pill = sourcePill(series.source, EDGE_PX, BASELINE, theme, series.remark !== undefined);
  const start = EDGE_PX + pill.width + 9;
  const label = fitText(series.label, LABEL_PX, width - start - 12);
  const { remark } = series;
  const said = remark === undefined ? "" : remarkText(remark, now);
  const saidWidth = said === "" ? 0 : 1.06 * textWidth(said, FIGURES_PX) + 14;
  const used = start + 1.06 * textWidth(label, LABEL_PX) + 16 + saidWidth;
  const name = span(label, {
    fill: theme.text,
    "font-size": LABEL_PX,
    "font-weight": 600,
  });
  const why = said === "" ? "" : span(said, {
    dx: 14,
    fill: remark?.isFault === false ? theme.text : theme.warning,
    "font-size": FIGURES_PX,
    "font-weight": 600,
  });
  const figures = last === undefined ? [] : figuresOf(last, {
    decimals: series.decimals,
    room: width - used - 10,
    isOld: remark !== undefined,
    end: endText(last, { now, stepMs }),
  });
  const isUp = last !== undefined && last.close >= last.open;
  const ink = said !== "" ? theme.faintText : isUp ? theme.up : theme.down;
  const numbers = figures.map((figure, i) =>
    span(figure, {
      dx: i === 0 ? 14 : 7,
      fill: ink,
      "font-size": FIGURES_PX,
    })
  ).join("");
  return pill.svg +
    element("text", { x: start, y: BASELINE, "text-anchor": "start" }, name + why + numbers);
}

/** `▲ O 91,230.10 H … L … C … Vol 12.3`: the arrow says what the colour says. */
function figuresOf(
  bar: Bar,
  { decimals, room, isOld, end }: { decimals: number; room: number; isOld: boolean; end: string },
): readonly string[] {
  const { open, high, low, close, volume } = bar;
  const arrow = close > open ? "▲" : close < open ? "▼" : "■";
  const [o, h, l, c] = [open, high, low, close].map((price) => priceText(price, decimals));
  const full = [`${arrow} O ${o}`, `H ${h}`, `L ${l}`, `C ${c}`, `Vol ${volumeText(volume)}`];
  const said = bar.closed ? end : isOld ? "broken off" : "forming";
  const state = said === "" ? [] : [said];
  const fits = (parts: readonly string[]) =>
    textWidth(parts.join(""), FIGURES_PX) + 7 * (parts.length - 1) <= room;
  return [[...full, ...state], [`${arrow} C ${c}`, ...state]].find(fits) ?? [];
}

/** `closed 14:35:00 UTC`; empty for days, whose sessions end at their own times. */
function endText(
  { openTime }: Bar,
  { now, stepMs }: { readonly now: number; readonly stepMs: number },
): string {
  return stepMs >= DAY ? "" : `closed ${briefUtc(openTime + stepMs, now)}`;
}

/**
 * The last price on the axis, in a box of its colour.
 *
 * @param since `14:35`: since when it is known, where the newest trade may be elsewhere by now. @default it is of now
 */
export function priceTag(
  text: string,
  { x, y, fill, since }: {
    readonly x: number;
    readonly y: number;
    readonly fill: string;
    readonly since?: string | undefined;
  },
  theme: Theme,
): string {
  const width = Math.ceil(textWidth(text, 11)) + 8;
  const time = since === undefined ? "" : textAt(x + 6, y + 20, `at ${since}`, {
    fill: theme.faintText,
    "font-size": 11,
    "text-anchor": "start",
  });
  return time + element(
    "g",
    { "aria-label": "last price" },
    element("rect", { x: x + 2, y: y - 8.5, width, height: 17, rx: 2, fill }) +
      textAt(x + 6, y + 4, text, {
        fill: theme.background,
        "font-size": 11,
        "font-weight": 600,
        "text-anchor": "start",
      }),
  );
}

/** How large the volume bars are, at the top of their part of the panel. */
export function volumeCaption(shown: PanelBars, left: number, y: number, theme: Theme): string {
  const volumes = shown.bars.map(({ bar }) => bar.volume).filter((volume) => volume >= 0);
  const most = volumes.reduce((max, volume) => Math.max(max, volume), 0);
  // An index has none, which is not the same as 0.
  const isWithout = volumes.length === 0 && shown.bars.length > 0;
  const caption = isWithout ? "without volume" : `volume, largest ${volumeText(most)}`;
  return textAt(left, y, caption, {
    fill: theme.faintText,
    "font-size": 11,
    "text-anchor": "start",
    stroke: theme.background,
    "stroke-width": 3,
    "paint-order": "stroke",
  });
}

/** Said in the middle of a panel that shows no bar. */
export function panelMessage(text: string, area: Area, theme: Theme): string {
  const x = (area.left + area.right) / 2, y = (area.top + area.bottom) / 2;
  return textAt(x, y, text, { fill: theme.faintText, "font-size": 13, "text-anchor": "middle" });
}

/** `closed since 2025-12-05 22:00:00 UTC`, or what else is known of a panel without bars. */
export function emptyReason(series: PriceSeries, stepMs: number): string {
  const last = series.bars.at(-1);
  if (last === undefined) return "no bars yet";
  const end = last.openTime + stepMs;
  const isShut = series.breaks.some(({ kind, from }) => kind === "session" && from === end);
  return `${isShut ? "closed" : "no bars"} since ${formatUtc(end)}`;
}
