import type { Source } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { DAY, formatUtc, MINUTE } from "../model/time.ts";
import { CORRELATED_TIMEFRAMES, windowOf } from "../model/timeframe.ts";
import { isLong, type LongReturns, type LongTimeframe } from "../sync/lagged_pairs.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { estimateText } from "./estimate_text.ts";
import { escapeHtml, jsonAttribute } from "./markup.ts";
import { type PackedMinutes, packMinutes } from "./packed_minutes.ts";
import { type PackedReturns, packReturns } from "./packed_returns.ts";
import { DARK, type Theme } from "./theme.ts";
import { feedMarkup, hiddenFeed } from "./trading_view.ts";
import { studyReturns, studyWindow, type WindowChoice } from "./window_study.ts";

/** One side of the pair. */
export interface WindowSeries {
  /** `BTC/USDT`. */
  readonly label: string;
  /** Its minutes, as the market gives them; the newest {@link WindowViewOptions.minutes} are embedded. */
  readonly grid: MinuteGrid;
}

export interface WindowViewOptions {
  /** Unique on the page. The reader's settings are kept under it. */
  readonly id: string;
  /** `BTCUSDT/ES`: its name in saved files. */
  readonly pair: string;
  /** What readers call it: `BTC/USDT – ES`. @default pair */
  readonly title?: string;
  readonly series: { readonly a: WindowSeries; readonly b: WindowSeries };
  readonly source: Source;
  /** Minutes of each side that travel with the view. @default 1440, a day */
  readonly minutes?: number;
  /** Only bars that end by then (epoch ms): what the market has settled. @default the end of both */
  readonly to?: number;
  /** Where the newest return is not of now: said beside r, which is grey then. @default it is */
  readonly remark?: DataRemark;
  /** Returns of 4h and 1d, of which the minutes that travel have too few. @default none: they are not offered */
  readonly long?: PairReturns;
  /** Where the controls stand at first. @default 1m, its usual window, no lag */
  readonly initial?: Partial<WindowChoice>;
  /** @default DARK */
  readonly theme?: Theme;
  /** Shown until the library is there, and where scripts do not run: an `<img>`, say. @default "" */
  readonly fallbackHtml?: string;
}

/** A pair's returns at each long timeframe. */
export type PairReturns = Readonly<Record<LongTimeframe, LongReturns>>;

/** What {@link windowViewLong} brings to the page. */
export type LongPacket = Readonly<Record<LongTimeframe, PackedReturns>>;

/** What the page is given of the view. */
export interface WindowSetting {
  readonly pair: string;
  /** Absent in what an earlier version has made. */
  readonly title?: string;
  readonly initial: WindowChoice;
  readonly theme: Theme;
}

/** The data, as the page is given it. */
export interface WindowPacket {
  readonly a: { readonly label: string; readonly minutes: PackedMinutes };
  readonly b: { readonly label: string; readonly minutes: PackedMinutes };
  readonly source: Source;
  readonly to: number | null;
  readonly remark?: { readonly text: string; readonly isFault: boolean };
}

/**
 * A pair's correlation with the window, the timeframe and the lag in the reader's hand, to be shown once;
 * {@link windowViewFeed} brings it the minutes. They travel with the page, which computes with the same code as the
 * kernel does, so it works without a kernel, in saved notebooks and in exported pages.
 *
 * @throws {RangeError} for an initial window below 4 or a lag that is no whole number.
 */
export function windowViewMount(options: WindowViewOptions): string {
  const { id, pair, title = pair, theme = DARK, fallbackHtml = "" } = options;
  const setting: WindowSetting = { pair, title, initial: initialOf(options), theme };
  return `<div style="background:${theme.background};color:${theme.text};min-height:60px">` +
    `<comove-window-view style="display:block" data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-setting", setting)}>${fallbackHtml}</comove-window-view></div>`;
}

/** Brings the newest minutes to the view of the same id, and states the correlation in one line. */
export function windowViewFeed(options: WindowViewOptions): string {
  const { id, pair, title = pair, series, source, minutes = DAY / MINUTE, to, theme = DARK } =
    options;
  const side = ({ label, grid }: WindowSeries) => ({
    label,
    minutes: packMinutes(grid, { minutes }),
  });
  const { remark } = options;
  const said = remark === undefined
    ? undefined
    : { text: remarkText(remark, to ?? remark.time), isFault: remark.isFault };
  const packet: WindowPacket = {
    a: side(series.a),
    b: side(series.b),
    source,
    to: to ?? null,
    ...(said === undefined ? {} : { remark: said }),
  };
  const { timeframe, window, lag } = initialOf(options);
  const choice = { window, lag, maxLag: 0, source, ...(to === undefined ? {} : { to }) };
  const { newest } = isLong(timeframe)
    ? studyReturns(options.long![timeframe], { ...choice, timeframe })
    : studyWindow(series.a.grid, series.b.grid, { ...choice, timeframe });
  const texts = [`${title}: ${estimateText(newest)}`, ...(said === undefined ? [] : [said.text])];
  const caption = [...texts, formatUtc(newest.to), `${source} data`].join(" · ");
  return feedMarkup(id, packet, caption, theme);
}

/** Brings the returns of 4h and 1d to the view of the same id. Shows nothing itself. */
export function windowViewLong(id: string, long: PairReturns): string {
  const packet: LongPacket = { "4h": packReturns(long["4h"]), "1d": packReturns(long["1d"]) };
  return hiddenFeed(`${id}:long`, packet);
}

function initialOf({ initial = {}, long }: WindowViewOptions): WindowChoice {
  const { timeframe = "1m", lag = 0 } = initial;
  if (!CORRELATED_TIMEFRAMES.includes(timeframe)) {
    const known = CORRELATED_TIMEFRAMES.join(", ");
    throw new RangeError(`initial.timeframe must be one of ${known}, got ${timeframe}`);
  }
  const window = initial.window ?? windowOf({}, timeframe);
  if (!(Number.isInteger(window) && window >= 4)) {
    throw new RangeError(`initial.window must be a whole number of 4 or more, got ${window}`);
  }
  if (!Number.isInteger(lag)) {
    throw new RangeError(`initial.lag must be a whole number, got ${lag}`);
  }
  if (isLong(timeframe) && long === undefined) {
    throw new RangeError(`initial.timeframe ${timeframe} needs the returns of it in long`);
  }
  return { timeframe, window, lag };
}
