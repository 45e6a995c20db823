import type { ChartAlert } from "./chart_alert.ts";
import type { ChartOverlay } from "./chart_overlay.ts";
import type { Bar } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import { formatUtc, type Interval, MINUTE } from "../model/time.ts";
import type { BarTimeframe } from "../model/timeframe.ts";
import { type DataRemark, remarkText } from "./data_remark.ts";
import { escapeHtml, jsonAttribute } from "./markup.ts";
import { priceText } from "./number_text.ts";
import { decimalsOf, packBars, type PackedBars, type PageBar } from "./packed_bars.ts";
import type { SeriesBreak } from "./price_series.ts";
import { DARK, EDGE_PX, type Theme } from "./theme.ts";

/** One instrument of a chart. */
export interface ChartSeries {
  /** As in the feed: `ES`, `BTCUSDT`. */
  readonly id: string;
  /** `ES Futures (CME via IBKR Paper)`. */
  readonly label: string;
  readonly source: Source;
  /** Decimals of its prices on the axis. */
  readonly decimals: number;
  /** It is there for the ratio alone, and has no chart; such come last. @default false */
  readonly isHidden?: boolean;
}

export interface TradingViewOptions {
  /** Unique on the page; the feed's is the same. The reader's zoom is kept under it. */
  readonly id: string;
  /** From top to bottom. */
  readonly series: readonly ChartSeries[];
  /** CSS px of each instrument's chart. @default 300 */
  readonly height?: number;
  /** Lengths of bars that the reader may choose from. @default only that of the feed */
  readonly timeframes?: readonly BarTimeframe[];
  /** The one chosen at first. @default the first */
  readonly timeframe?: BarTimeframe;
  /** What is drawn beside the candles at first; the reader may switch it. @default stacked, with the VWAP */
  readonly overlay?: ChartOverlay;
  /** @default DARK */
  readonly theme?: Theme;
  /** Shown until the library is there, and where scripts do not run: an `<img>`, say. @default "" */
  readonly fallbackHtml?: string;
}

/** What the page is given of a chart. */
export interface TradingViewSetting {
  readonly series: readonly ChartSeries[];
  readonly height: number;
  readonly theme: Theme;
  readonly timeframes: readonly BarTimeframe[];
  readonly timeframe?: BarTimeframe | undefined;
  readonly overlay?: ChartOverlay | undefined;
}

/** The newest bars of one instrument. */
export interface SeriesSnapshot {
  readonly id: string;
  /** What readers call it. @default id */
  readonly label?: string;
  /** Closed ones, oldest first. */
  readonly bars: readonly Bar[];
  /** The bar after them, as far as it has come. @default none */
  readonly forming?: Bar | undefined;
  /** Stretches without bars: shaded where the market was shut, hatched where minutes are missing. @default none */
  readonly breaks?: readonly SeriesBreak[];
  /** Times from which bars are of the next contract month; drawn as a line. @default none */
  readonly rolls?: readonly number[];
  /** Where the breaks and rolls begin before the bars, epoch ms UTC. @default at the first bar */
  readonly marksFrom?: number;
  /** @default none */
  readonly alerts?: readonly ChartAlert[];
  /** Where the newest bar is not of now: said in the chart's corner, its last price grey. @default it is */
  readonly remark?: DataRemark;
}

export interface TradingViewFeedOptions {
  /** The chart's. */
  readonly id: string;
  /** 1, 2, 3, …; starting anew makes the page forget what it had. */
  readonly sequence: number;
  readonly series: readonly SeriesSnapshot[];
  /** Venue time of the newest data, epoch ms UTC. */
  readonly updatedAt: number;
  /** Counts up over feeds and what {@link tradingViewForming} brings between them. @default sequence */
  readonly order?: number;
  /** Length of a bar. @default MINUTE */
  readonly stepMs?: number;
  /** @default DARK */
  readonly theme?: Theme;
}

/** What a feed brings to the page. */
export interface TradingViewPacket {
  readonly sequence: number;
  readonly updatedAt: number;
  readonly order: number;
  readonly series: readonly {
    readonly id: string;
    readonly source: Source | undefined;
    readonly bars: PackedBars;
    readonly breaks: readonly SeriesBreak[];
    readonly rolls: readonly number[];
    /** The breaks and rolls are all there are from this time on, epoch ms UTC. @default from the first bar */
    readonly marksFrom?: number;
    readonly alerts?: readonly ChartAlert[];
    readonly remark?: { readonly text: string; readonly isFault: boolean };
    readonly forming?: PageBar;
  }[];
}

/**
 * A bar in a {@link FormingPacket}: its instrument, empty where it is that of the bar before; `10 * age + decimals`, where
 * the age is twice the minutes before the newest bar, plus 1 where it is closed; its prices in units of
 * `10 ** -decimals`, all but the open as what lies between it and them; the volume, null where it is unknown.
 */
type NewestBar = [
  id: string,
  kind: number,
  open: number,
  up: number,
  down: number,
  change: number,
  volume: number | null,
];

/**
 * What is brought between two feeds: the bars since the last one. It is sent all the time, so it has no names: what it
 * is of, the open time of the newest bar in minutes since the epoch (null without any), and each {@link NewestBar}.
 */
export type FormingPacket = readonly [
  order: number,
  newest: number | null,
  ...bars: (string | number | null)[],
];

/** The long past of one instrument. */
export interface SeriesHistory {
  readonly id: string;
  /** Closed bars of 1m, of 5m and of 1h; each reaches further back than the one before. */
  readonly minutes: readonly Bar[];
  readonly fives: readonly Bar[];
  readonly hours: readonly Bar[];
  /** Closed bars of 1d. */
  readonly dayBars: readonly Bar[];
  /** What `1d` counts as a day, oldest first. */
  readonly days: readonly Interval[];
  /** Its own sessions, over which its VWAP is taken. @default days */
  readonly sessions?: readonly Interval[];
  readonly breaks: readonly SeriesBreak[];
  readonly rolls: readonly number[];
}

/** The newest minutes of one instrument, further back than a feed's. */
export interface SeriesRecent {
  readonly id: string;
  /** Closed bars of 1m, oldest first. */
  readonly bars: readonly Bar[];
}

/** What is brought of the newest minutes between the history and the feeds. */
export interface RecentPacket {
  readonly series: readonly { readonly id: string; readonly bars: PackedBars }[];
}

/** What a feed of history brings. */
export interface HistoryPacket {
  readonly series: readonly {
    readonly id: string;
    readonly minutes: PackedBars;
    readonly fives: PackedBars;
    readonly hours: PackedBars;
    readonly dayBars: PackedBars;
    readonly days: readonly (readonly [from: number, to: number])[];
    readonly sessions?: readonly (readonly [from: number, to: number])[] | undefined;
    readonly breaks: readonly (readonly [from: number, to: number, isGap: 0 | 1])[];
    readonly rolls: readonly number[];
  }[];
}

/**
 * Candles and volume of several instruments, one chart below the other, which zoom, scroll and point
 * together. Mounted once; {@link tradingViewFeed} then brings the bars and leaves the reader's zoom alone.
 * Needs the library tag somewhere in the page, before or after; until then the fallback shows.
 *
 * @throws {RangeError} without series, with a repeated one, or with a height below 120.
 */
export function tradingViewMount(options: TradingViewOptions): string {
  const { id, series, height = 300, theme = DARK, fallbackHtml = "", timeframes = [] } = options;
  if (series.length === 0) {
    throw new RangeError("series must name at least one instrument, got none");
  }
  if (new Set(series.map((one) => one.id)).size < series.length) {
    throw new RangeError(`series must differ in id, got ${series.map((one) => one.id).join(", ")}`);
  }
  if (!(height >= 120)) throw new RangeError(`height must be at least 120 px, got ${height}`);
  const { timeframe, overlay } = options;
  const setting: TradingViewSetting = { series, height, theme, timeframes, timeframe, overlay };
  const name = escapeHtml(id);
  return `<div style="background:${theme.background};color:${theme.text};min-height:60px">` +
    `<comove-trading-view style="display:block" data-id="${name}" ` +
    `${jsonAttribute("data-setting", setting)}>${fallbackHtml}</comove-trading-view></div>`;
}

/**
 * Brings the newest bars to the chart of the same id: a full snapshot, so that none has to arrive for the
 * next to be right, and the saved file reopens with the last. Shows one line, which is also what readers
 * see where scripts do not run.
 *
 * @throws {RangeError} for bars that do not lie on one grid of `stepMs`.
 */
export function tradingViewFeed(options: TradingViewFeedOptions): string {
  const { id, sequence, updatedAt, stepMs = MINUTE, theme = DARK } = options;
  const packet: TradingViewPacket = {
    sequence,
    updatedAt,
    order: options.order ?? sequence,
    series: options.series.map(
      ({ id, bars, forming, breaks = [], rolls = [], marksFrom, alerts = [], remark }) => {
        const source = (forming ?? bars.at(-1))?.source;
        const said = remark === undefined
          ? {}
          : { remark: { text: remarkText(remark, updatedAt), isFault: remark.isFault } };
        const now = forming === undefined ? {} : { forming: pageBar(forming) };
        const marks = alerts.length === 0 ? {} : { alerts };
        const since = marksFrom === undefined ? {} : { marksFrom };
        return {
          id,
          source,
          bars: packBars(bars, { stepMs }),
          breaks,
          rolls,
          ...since,
          ...marks,
          ...said,
          ...now,
        };
      },
    ),
  };
  return feedMarkup(id, packet, captionOf(options), theme);
}

/**
 * Brings the newest bars to the chart of the same id, closed or forming, in some hundred bytes: between two feeds,
 * since the newest price changes far more often than minutes close. Shows nothing itself.
 *
 * @param bars those after the last feed's, oldest first of each instrument.
 * @param order counts up, over the feeds too: the page keeps to the newest.
 */
export function tradingViewForming(
  id: string,
  bars: readonly { readonly id: string; readonly bar: Bar }[],
  order: number,
): string {
  const times = bars.map(({ bar }) => bar.openTime);
  const newest = times.length === 0 ? null : Math.max(...times) / MINUTE;
  const rows = bars.map(({ id, bar }, i) =>
    packNewest(bars[i - 1]?.id === id ? "" : id, bar, newest!)
  );
  const packet: FormingPacket = [order, newest, ...rows.flat()];
  return hiddenFeed(`${id}:forming`, packet);
}

function packNewest(id: string, bar: Bar, newest: number): NewestBar {
  const { openTime, open, high, low, close, volume, closed } = bar;
  const decimals = decimalsOf([open, high, low, close]);
  const count = (price: number) => Math.round(price * 10 ** decimals);
  const age = 2 * (newest - openTime / MINUTE) + Number(closed);
  return [
    id,
    10 * age + decimals,
    count(open),
    count(high) - count(open),
    count(open) - count(low),
    count(close) - count(open),
    Number.isNaN(volume) ? null : Number(volume.toPrecision(6)),
  ];
}

const NEWEST_BAR_LENGTH = 7;

/** The bars of {@link tradingViewForming} again. */
export function unpackForming([, newest, ...values]: FormingPacket) {
  const found: { readonly id: string; readonly isClosed: boolean; readonly bar: PageBar }[] = [];
  for (let i = 0; i < values.length; i += NEWEST_BAR_LENGTH) {
    const [id, kind, open, up, down, change, volume] = values.slice(i) as NewestBar;
    const age = Math.floor(kind / 10), unit = 10 ** (kind % 10);
    found.push({
      id: id || found.at(-1)!.id,
      isClosed: age % 2 === 1,
      bar: {
        openTime: (newest! - Math.floor(age / 2)) * MINUTE,
        open: open / unit,
        high: (open + up) / unit,
        low: (open - down) / unit,
        close: (open + change) / unit,
        volume: volume ?? NaN,
      },
    });
  }
  return found;
}

/**
 * Brings the minutes between the history and the feeds to the chart of the same id: so feeds can be short, and no bar is
 * missing in a file that is opened anew. Shows nothing itself.
 */
export function tradingViewRecent(id: string, series: readonly SeriesRecent[]): string {
  const packet: RecentPacket = {
    series: series.map(({ id, bars }) => ({ id, bars: packBars(bars) })),
  };
  return hiddenFeed(`${id}:recent`, packet);
}

/** Brings the long past to the chart of the same id, about 25 bytes a bar. Shows nothing itself. */
export function tradingViewHistory(id: string, series: readonly SeriesHistory[]): string {
  const packet: HistoryPacket = {
    series: series.map(({ id, minutes, fives, hours, dayBars, days, sessions, breaks, rolls }) => ({
      id,
      minutes: packBars(minutes),
      fives: packBars(fives, { stepMs: 5 * MINUTE }),
      hours: packBars(hours, { stepMs: 60 * MINUTE }),
      // A session begins at any minute.
      dayBars: packBars(dayBars),
      days: days.map(({ from, to }) => [from, to]),
      // Left out of the text where it is undefined.
      sessions: sessions?.map(({ from, to }) => [from, to]),
      breaks: breaks.map(({ from, to, kind }) => [from, to, kind === "gap" ? 1 : 0]),
      rolls,
    })),
  };
  return hiddenFeed(`${id}:history`, packet);
}

/** An element that brings a packet to what is mounted under `id`, and shows nothing. */
export function hiddenFeed(id: string, packet: unknown): string {
  return `<comove-feed data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-packet", packet)}></comove-feed>`;
}

function pageBar({ openTime, open, high, low, close, volume }: PageBar): PageBar {
  return { openTime, open, high, low, close, volume };
}

/** The element that brings a packet to what is mounted under `id`, around its visible caption. */
export function feedMarkup(id: string, packet: unknown, caption: string, theme: Theme): string {
  const style = `display:block;font:12px ${theme.fontFamily};color:${theme.faintText};` +
    `background:${theme.background};padding:4px ${EDGE_PX}px;font-variant-numeric:tabular-nums`;
  return `<comove-feed style='${style.replaceAll("'", '"')}' data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-packet", packet)}>${escapeHtml(caption)}</comove-feed>`;
}

/**
 * `BTCUSDT 65,012.10 · ES 6,012.25 (stale, to 14:02:00 UTC) · updated 2025-12-01 14:35:00 UTC · simulated data`.
 */
export function captionOf(options: TradingViewFeedOptions): string {
  const closes = options.series.map(({ id, label = id, bars, forming, remark }) => {
    const last = forming ?? bars.at(-1);
    const said = remark === undefined ? "" : ` (${remarkText(remark, options.updatedAt)})`;
    return last === undefined
      ? `${label} has no bars yet`
      : `${label} ${closeText(last, bars)}${said}`;
  });
  const sources = new Set(
    options.series.flatMap(({ bars, forming }) => (forming ?? bars.at(-1))?.source ?? []),
  );
  const sourceText = sources.size === 0 ? [] : [`${[...sources].join(" and ")} data`];
  const updated = Number.isNaN(options.updatedAt)
    ? "no data yet"
    : `updated ${formatUtc(options.updatedAt)}`;
  return [...closes, updated, ...sourceText].join(" · ");
}

function closeText({ close }: Bar, bars: readonly Bar[]): string {
  return priceText(close, decimalsOf([...bars.slice(-60).map((bar) => bar.close), close]));
}
