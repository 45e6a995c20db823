import type { Source } from "../model/instrument.ts";
import { formatUtc, MINUTE } from "../model/time.ts";
import { type CorrelatedTimeframe, stepOf } from "../model/timeframe.ts";
import { type CorrelationLine, lateStarts } from "./correlation_line.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { signed } from "./estimate_text.ts";
import { escapeHtml, jsonAttribute } from "./markup.ts";
import { DARK, type Theme } from "./theme.ts";
import type { ChartAlert } from "./chart_alert.ts";
import { feedMarkup } from "./trading_view.ts";

export interface CorrelationViewOptions {
  /** Unique on the page; the reader's choice is kept under it. */
  readonly id: string;
  /** `BTCUSDT/ES`: its name in saved files. */
  readonly pair: string;
  /** What readers call it: `BTC/USDT – ES`. @default pair */
  readonly title?: string;
  readonly lines: readonly CorrelationLine[];
  readonly source: Source;
  /** Venue time of the newest data, epoch ms UTC; NaN while there is none. */
  readonly updatedAt: number;
  /** Where the newest return is not of now. @default it is */
  readonly remark?: DataRemark;
  /** Alerts that watch the pair. @default none */
  readonly alerts?: readonly ChartAlert[];
  /** @default DARK */
  readonly theme?: Theme;
  /** Shown until the library is there, and where scripts do not run. @default "" */
  readonly fallbackHtml?: string;
}

/** What the page is given of the view. */
export interface CorrelationSetting {
  readonly pair: string;
  /** Absent in what an earlier version has made. */
  readonly title?: string;
  readonly theme: Theme;
}

/** A column in thousandths: the first value, then each less the one before; null where there is none. */
type Thousandths = readonly (number | null)[];

/** One line as the page is given it. */
export interface PackedLine {
  readonly timeframe: CorrelatedTimeframe;
  readonly window: number;
  /** When the first value was known, epoch ms UTC; the others follow by one bar each. */
  readonly start: number;
  /** Days are not equally far from each other: minutes from each to the next. */
  readonly gaps?: readonly number[];
  readonly r: Thousandths;
  readonly lo: Thousandths;
  readonly hi: Thousandths;
}

/** The data, as the page is given it. */
export interface CorrelationPacket {
  readonly lines: readonly PackedLine[];
  readonly source: Source;
  readonly updatedAt: number | null;
  /** Why lines begin late. */
  readonly notes: readonly string[];
  readonly remark?: { readonly text: string; readonly isFault: boolean };
  readonly alerts?: readonly ChartAlert[];
}

/** A line in the page: equal lengths, oldest first, NaN where there is no value. */
export interface PageLine {
  readonly timeframe: CorrelatedTimeframe;
  readonly window: number;
  /** When the value was known, epoch ms UTC. */
  readonly time: readonly number[];
  readonly r: readonly number[];
  readonly lo: readonly number[];
  readonly hi: readonly number[];
}

/** Rolling correlations that the reader can point at, to be shown once; {@link correlationViewFeed} brings the lines. */
export function correlationViewMount(options: CorrelationViewOptions): string {
  const { id, pair, title = pair, theme = DARK, fallbackHtml = "" } = options;
  const setting: CorrelationSetting = { pair, title, theme };
  return `<div style="background:${theme.background};color:${theme.text};min-height:60px">` +
    `<comove-correlation style="display:block" data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-setting", setting)}>${fallbackHtml}</comove-correlation></div>`;
}

/** Brings the newest lines to the view of the same id, to three decimals, about 10 bytes a row. */
export function correlationViewFeed(options: CorrelationViewOptions): string {
  const { id, pair, title = pair, lines, source, updatedAt, remark, theme = DARK, alerts = [] } =
    options;
  const packet: CorrelationPacket = {
    lines: lines.map(packLine),
    source,
    updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
    notes: lateStarts(lines),
    ...(alerts.length === 0 ? {} : { alerts }),
    ...(remark === undefined
      ? {}
      : { remark: { text: remarkText(remark, updatedAt), isFault: remark.isFault } }),
  };
  const values = lines.map(({ timeframe, window, r }) => {
    const newest = r.at(-1) ?? NaN;
    return `${timeframe} (${window}) ${Number.isNaN(newest) ? "no value" : `r ${signed(newest)}`}`;
  });
  const said = packet.remark === undefined ? [] : [packet.remark.text];
  const caption = [
    `${title}: ${values.join(", ")}`,
    ...said,
    formatUtc(updatedAt),
    `${source} data`,
  ];
  return feedMarkup(id, packet, caption.join(" · "), theme);
}

function packLine({ timeframe, window, endTime, r, lo, hi }: CorrelationLine): PackedLine {
  const start = endTime[0] ?? NaN;
  const gaps = Array.from(endTime.subarray(1), (time, i) => (time - endTime[i]!) / MINUTE);
  const line = { timeframe, window, start, r: packed(r), lo: packed(lo), hi: packed(hi) };
  return timeframe === "1d" ? { ...line, gaps } : line;
}

function packed(values: Float64Array): (number | null)[] {
  let before = 0;
  return Array.from(values, (value) => {
    if (Number.isNaN(value)) return null;
    const count = Math.round(1_000 * value), difference = count - before;
    before = count;
    return difference;
  });
}

/** The line again. */
export function unpackLine({ timeframe, window, start, gaps, r, lo, hi }: PackedLine): PageLine {
  const stepMs = stepOf(timeframe);
  let time = start;
  return {
    timeframe,
    window,
    time: r.map((_, row) => {
      if (row > 0) time += gaps === undefined ? stepMs : gaps[row - 1]! * MINUTE;
      return time;
    }),
    r: unpacked(r),
    lo: unpacked(lo),
    hi: unpacked(hi),
  };
}

function unpacked(values: Thousandths): number[] {
  let count = 0;
  return values.map((value) => value === null ? NaN : (count += value) / 1_000);
}
