import type { Source } from "../model/instrument.ts";
import { briefUtc, formatUtc } from "../model/time.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { sourceBadge } from "./labels.ts";
import { escapeHtml } from "./markup.ts";
import { changeText, priceText } from "./number_text.ts";
import { type Pill, pillHtml } from "./pill.ts";
import { sourceColour } from "./source_pill.ts";
import { fontStyle } from "./table_style.ts";
import { EDGE_PX, type Theme } from "./theme.ts";
import { hiddenFeed } from "./trading_view.ts";

/** The price of one instrument. */
export interface DeskPrice {
  readonly label: string;
  /** NaN while unknown. */
  readonly price: number;
  readonly decimals: number;
  /** What the change is taken from, and its time, epoch ms UTC; NaN while unknown. */
  readonly reference: number;
  readonly since: number;
  readonly source: Source;
  /** Where the price is not of now. @default it is */
  readonly remark?: DataRemark | undefined;
}

/** A row of pills, said to be of something. */
export interface DeskPills {
  readonly name: string;
  readonly pills: readonly Pill[];
}

export interface DeskHeaderOptions {
  /** Of the panel: its ticks come under it. */
  readonly id: string;
  readonly prices: readonly DeskPrice[];
  readonly rows: readonly DeskPills[];
  /** Lines below. */
  readonly notes: readonly string[];
  /** Epoch ms UTC; NaN while unknown. */
  readonly venueTime: number;
  readonly theme: Theme;
}

/** Newest prices, in the header's order, between two drawings of it. */
export type DeskTick = readonly [venueTime: number | null, ...prices: readonly (number | null)[]];

/** The desk's first lines: prices with their change, and the pills below. Prices move by {@link deskTick} where scripts run. */
export function deskHeaderMarkup(options: DeskHeaderOptions): { html: string; text: string } {
  const { id, prices, rows, notes, venueTime, theme } = options;
  const sources = [...new Set(prices.map(({ source }) => source))];
  const isMixed = sources.length > 1;
  const time = Number.isNaN(venueTime) ? "no time from the venue yet" : formatUtc(venueTime);
  const since = sinceText(prices, venueTime);
  const badges = sources.length === 1 ? sourceBadge(sources[0]!) : "";
  const tail = [badges, since === "" ? "" : `% ${since}`].filter((text) => text !== "");
  const html = prices.map((one, i) => priceHtml(one, { theme, venueTime, isMixed, place: i }));
  const lines = rows.filter(({ pills }) => pills.length > 0).map(({ name, pills }) =>
    `<div role="group" aria-label="${escapeHtml(name)}">${
      pills.map((pill) => pillHtml(pill, theme)).join("")
    }</div>`
  );
  const below = notes.map((note) => `<div>${escapeHtml(note)}</div>`).join("");
  const text = [
    [...prices.map((one) => priceSaid(one, venueTime, isMixed)), ...tail, time].join(" · "),
    ...rows.filter(({ pills }) => pills.length > 0).map(({ pills }) =>
      pills.map((pill) => pill.text).join(" | ")
    ),
    ...notes,
  ].join("\n");
  return {
    html: `<comove-desk style="display:block;background-color:${theme.background};` +
      `color:${theme.text};padding:6px ${EDGE_PX}px;${fontStyle(14, theme)}" ` +
      `data-id="${escapeHtml(id)}" data-at="${Number.isNaN(venueTime) ? "" : venueTime}">` +
      `<div>${html.join("")}</div>` +
      `<div style="font-size:12px;color:${theme.faintText}">${escapeHtml(tail.join(" · "))}` +
      `${tail.length === 0 ? "" : " · "}<span data-time>${time}</span></div>` +
      `<div style="font-size:12px;margin-top:4px">${lines.join("")}</div>` +
      `<div style="font-size:12px;color:${theme.faintText}">${below}</div></comove-desk>`,
    text,
  };
}

/** Brings the newest prices to the header of the same id, in at most 300 bytes. */
export function deskTick(
  id: string,
  prices: readonly { readonly price: number; readonly decimals: number }[],
  venueTime: number,
): string {
  const known = (value: number) => Number.isFinite(value) ? value : null;
  const packet: DeskTick = [
    known(Math.round(venueTime)),
    ...prices.map(({ price, decimals }) => known(Number(price.toFixed(Math.min(decimals, 12))))),
  ];
  return hiddenFeed(`${id}:ticks`, packet);
}

/** `since 2025-12-02 14:05 UTC, ES since 14:20`: the time of most, and beside their names those of the others. */
function sinceText(prices: readonly DeskPrice[], now: number): string {
  const known = prices.filter(({ since }) => !Number.isNaN(since));
  const times = [...new Set(known.map(({ since }) => since))];
  if (times.length === 0) return "";
  const countOf = (time: number) => known.filter(({ since }) => since === time).length;
  const usual = times.reduce((best, time) => countOf(time) > countOf(best) ? time : best);
  const others = known.filter(({ since }) => since !== usual);
  return [
    `since ${formatUtc(usual)}`,
    ...others.map(({ label, since }) => `${label} since ${sinceOf(since, now)}`),
  ].join(", ");
}

function sinceOf(since: number, now: number): string {
  return Number.isNaN(now) ? formatUtc(since) : briefUtc(since, now);
}

function priceHtml(
  one: DeskPrice,
  { theme, venueTime, isMixed, place }: {
    readonly theme: Theme;
    readonly venueTime: number;
    readonly isMixed: boolean;
    readonly place: number;
  },
): string {
  const { label, price, decimals, reference, source, remark } = one;
  const change = changeText(price, reference);
  const isUp = change.startsWith("▲");
  const ink = remark !== undefined ? theme.faintText : isUp ? theme.up : theme.down;
  // The page sets these anew by the ticks; a price that is not of now does not move.
  const data = remark === undefined
    ? ` data-place="${place}" data-decimals="${decimals}" data-reference="${reference}" ` +
      `data-up="${theme.up}" data-down="${theme.down}"`
    : "";
  const old = remark === undefined
    ? ""
    : ` <span style="color:${remark.isFault ? theme.warning : theme.text}">${
      escapeHtml(remarkText(remark, venueTime))
    }</span>`;
  const badge = isMixed
    ? ` <span style="color:${sourceColour(source, theme, remark !== undefined)};font-size:12px">${
      sourceBadge(source)
    }</span>`
    : "";
  const faint = remark === undefined ? "" : `;color:${theme.faintText}`;
  return `<span style="margin-right:18px;display:inline-block"${data}>` +
    `${escapeHtml(label)} <b style="white-space:nowrap${faint}">${
      priceText(price, decimals)
    }</b> ` +
    `<span style="white-space:nowrap;color:${ink}">${change}</span>${badge}${old}</span>`;
}

function priceSaid(one: DeskPrice, now: number, isMixed: boolean): string {
  const { label, price, decimals, reference, remark, source } = one;
  const badge = isMixed ? sourceBadge(source) : "";
  const old = remark === undefined ? "" : remarkText(remark, now);
  return [label, priceText(price, decimals), changeText(price, reference), badge, old]
    .filter((text) => text !== "").join(" ");
}
