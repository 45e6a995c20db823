import type { Estimate } from "../model/evidence.ts";
import { type CorrelatedTimeframe, stepOf } from "../model/timeframe.ts";
import { correlationLevel, STRONG_ABOVE, UNUSUAL_BELOW } from "./correlation_level.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { signed } from "./estimate_text.ts";
import { sourceBadge } from "./labels.ts";
import { escapeHtml } from "./markup.ts";
import { sourceColour } from "./source_pill.ts";
import { lastUpdate } from "./svg_sheet.ts";
import { plainTable } from "./table.ts";
import { cellOf, columnsWidth, tableBox, tableOf } from "./table_style.ts";
import { DARK, type Theme } from "./theme.ts";

/** The newest correlation of one pair at one timeframe. */
export interface CorrelationReading {
  readonly pair: string;
  readonly timeframe: CorrelatedTimeframe;
  /** Returns in the window, or all there are. */
  readonly window: number | "all";
  readonly estimate: Estimate;
  /** Where its newest return is not of now: the row is grey then, and says up to when. @default it is */
  readonly remark?: DataRemark;
}

export interface CorrelationPanelOptions {
  /** Venue time of the newest minute, epoch ms UTC; NaN while there is none. */
  readonly updatedAt: number;
  /** @default DARK */
  readonly theme?: Theme;
}

const CAPTION = "Correlation of log returns";
const INTERVAL_NOTE = "intervals allow for fat tails, shared volatility and memory";
const INTERVAL_COLUMN = "−1 … +1";
const INTERVAL_PX = 150;
const COLUMNS = ["pair", "bars", "window", "r", INTERVAL_COLUMN, "95 % interval", "n of expected"];

/**
 * Correlations as a table: r with a colour and a symbol (▲ above 0.5, ◆ from 0, ▼ below), its interval in figures
 * and as a bar from −1 to +1, and how many returns it rests on; below 0.2 it is marked unusual. What is not known
 * is not a number but a reason; what is not of now is grey, and says up to when its returns reach.
 */
export function correlationPanel(
  readings: readonly CorrelationReading[],
  options: CorrelationPanelOptions,
): { html: string; text: string } {
  const { updatedAt, theme = DARK } = options;
  const update = lastUpdate(updatedAt);
  const sources = [...new Set(readings.map(({ estimate }) => estimate.source))];
  const columns = sources.length > 1 ? [...COLUMNS, "source"] : COLUMNS;
  const badges = sources.map(sourceBadge).join(", ");
  const isOld = readings.some(({ remark }) => remark !== undefined);
  const badge = sources.length === 1
    ? badgeOf(badges, sourceColour(sources[0]!, theme, isOld))
    : "";
  const head = columns.map((text) =>
    cellOf(escapeHtml(text), { tag: "th", colour: theme.faintText })
  ).join("");
  const rows = readings.map((reading, i) => {
    const isRepeated = readings[i - 1]?.pair === reading.pair;
    const cells = rowOf(reading, isRepeated, updatedAt, theme);
    const source = sources.length > 1 ? [cellOf(sourceBadge(reading.estimate.source), {})] : [];
    return [...cells, ...source].join("");
  });
  const texts = readings.map((reading) => textRow(reading, sources.length > 1, updatedAt));
  const width = INTERVAL_PX + 14 + columnsWidth(
    COLUMNS.filter((text) => text !== INTERVAL_COLUMN).map((column, i) => [
      column,
      // A reason takes the place of three columns.
      ...texts.map((row) => i === 4 && row[3] === "–" ? "" : row[i] ?? ""),
    ]),
  );
  const none = `<div style="color:${theme.faintText}">No pair to correlate yet.</div>`;
  const legend =
    `▲ above ${STRONG_ABOVE} · ◆ 0 to ${STRONG_ABOVE} · ▼ below 0 · unusual below ${UNUSUAL_BELOW}`;
  return {
    html: tableBox({
      caption: CAPTION,
      badge,
      width: rows.length === 0 ? 0 : width,
      notes: [`${legend} · ${INTERVAL_NOTE} · ${update}`],
      content: rows.length === 0 ? none : tableOf([head, ...rows], theme, columns.length),
    }, theme),
    text: plainTable({
      caption: [CAPTION, ...(badges === "" ? [] : [badges]), INTERVAL_NOTE, update].join(", "),
      columns: columns.filter((text) => text !== INTERVAL_COLUMN),
      rows: texts,
      empty: "No pair to correlate yet.",
    }),
  };
}

/** `35 of 35, 13 not traded`: a window counts slots, and returns only where both markets could trade. */
function countText({ window, timeframe, estimate }: CorrelationReading): string {
  const { n, expected, from, to } = estimate;
  const lacking = window === "all" ? 0 : window - expected;
  if (!(lacking > 0) || Number.isNaN(from) || Number.isNaN(to)) return `${n} of ${expected}`;
  const isShort = to - from < (Number(window) - 0.5) * stepOf(timeframe);
  return `${n} of ${expected}, ${lacking} ${isShort ? "not there yet" : "not traded"}`;
}

function badgeOf(text: string, colour: string): string {
  return ` <span style="margin-left:8px;padding:1px 6px;border:1px solid ${colour};` +
    `border-radius:3px;color:${colour};font-size:11px">${escapeHtml(text)}</span>`;
}

function rowOf(
  reading: CorrelationReading,
  isRepeated: boolean,
  now: number,
  theme: Theme,
): string[] {
  const { pair, timeframe, window, estimate, remark } = reading;
  const plain = (text: string) => cellOf(escapeHtml(text), {});
  const first = [isRepeated ? "" : pair, timeframe, String(window)].map(plain);
  const ink = remark?.isFault === false ? theme.text : theme.warning;
  const said = remark === undefined
    ? ""
    : ` · <span style="color:${ink}">${escapeHtml(remarkText(remark, now))}</span>`;
  const count = cellOf(`${countText(reading)}${said}`, {});
  if (estimate.kind === "insufficient") {
    const why = `insufficient: ${escapeHtml(estimate.reason)}`;
    return [...first, cellOf(why, { colour: theme.faintText, columns: 3 }), count];
  }
  const { value, ci: [lo, hi] } = estimate;
  const { symbol, colour: ofNow, isUnusual } = correlationLevel(value, theme);
  const colour = remark === undefined ? ofNow : theme.faintText;
  const unusual = isUnusual
    ? ` <span style="color:${remark === undefined ? theme.warning : colour}">unusual</span>`
    : "";
  return [
    ...first,
    cellOf(`<b>${symbol} ${signed(value)}</b>${unusual}`, { colour }),
    cellOf(intervalBar(value, lo, hi, colour, theme), {}),
    plain(intervalText(lo, hi)),
    count,
  ];
}

/** From −1 to +1: the interval as a line, r as a mark on it, 0 as a tick. Boxes only: SVG would be stripped. */
function intervalBar(r: number, lo: number, hi: number, colour: string, theme: Theme): string {
  const at = (value: number) => Math.round(75 * (value + 1));
  const box = (left: number, width: number, top: number, fill: string) =>
    `<span style="position:absolute;left:${left}px;width:${width}px;top:${top}px;` +
    `height:${12 - 2 * top}px;background-color:${fill}"></span>`;
  const interval = Number.isNaN(lo) ? "" : box(at(lo), at(hi) - at(lo), 5, colour);
  return `<span style="position:relative;display:inline-block;width:${INTERVAL_PX}px;height:12px;` +
    `vertical-align:middle;background-color:${theme.grid}">` +
    `${box(75, 1, 0, theme.faintText)}${interval}${box(at(r) - 2, 4, 1, colour)}</span>`;
}

/** Too few pairs have a correlation but no interval. */
function intervalText(lo: number, hi: number): string {
  return Number.isNaN(lo) || Number.isNaN(hi) ? "–" : `${signed(lo)} to ${signed(hi)}`;
}

function textRow(reading: CorrelationReading, withSource: boolean, now: number): string[] {
  const { pair, timeframe, window, estimate, remark } = reading;
  const { source } = estimate;
  const head = [pair, timeframe, String(window)];
  const said = remark === undefined ? "" : ` · ${remarkText(remark, now)}`;
  const tail = [`${countText(reading)}${said}`, ...(withSource ? [sourceBadge(source)] : [])];
  if (estimate.kind === "insufficient") {
    return [...head, "–", `insufficient: ${estimate.reason}`, ...tail];
  }
  const { value, ci: [lo, hi] } = estimate;
  const { symbol, isUnusual } = correlationLevel(value, DARK);
  const r = `${symbol} ${signed(value)}${isUnusual ? " unusual" : ""}`;
  return [...head, r, intervalText(lo, hi), ...tail];
}
