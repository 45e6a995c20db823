import { priceFigure } from "../../charts/price_figure.ts";
import { CHART_MODES, type ChartMode, type ChartOverlay } from "../../charts/chart_overlay.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { stillNote } from "../../charts/still_picture.ts";
import type { Theme } from "../../charts/theme.ts";
import {
  captionOf,
  tradingViewFeed,
  tradingViewForming,
  tradingViewMount,
} from "../../charts/trading_view.ts";
import type { Market } from "../../market/market.ts";
import { NOTEBOOK_TICKS } from "../../market/tick_pace.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { BAR_TIMEFRAMES, type BarTimeframe, barTimeframe, stepOf } from "../../model/timeframe.ts";
import { checkWhole } from "../../stats/check_whole.ts";
import type { Panel } from "../panel.ts";
import { assertOptions } from "../known_options.ts";
import { plainError } from "../plain_error.ts";
import { chartHistory, recentMinutes } from "./chart_history.ts";
import { marketPanel, type MarketPart } from "./market_panel.ts";
import { marketSeries } from "./market_series.ts";
import { newestBarEnd, priceTime } from "./newest_minute_end.ts";
import { firstPair } from "./pair_of.ts";
import { stillPart } from "./still_part.ts";

/** Options of {@link tradingView}. */
export interface TradingViewPanelOptions {
  /** From top to bottom. @default the market's first pair */
  readonly instruments?: readonly string[];
  /** Length of a bar at first; the reader may choose another but for `1s`. @default "1m" */
  readonly timeframe?: BarTimeframe;
  /** Newest bars in the picture that stands in where scripts do not run, and all there are of `1s`. @default 500 */
  readonly lastBars?: number;
  /** CSS px of each chart. @default 300 */
  readonly height?: number;
  /**
   * How several instruments are drawn at first, as the other overlays the reader's to switch: `stacked`, one chart
   * each; `percent`, in one, in % since its left edge; `axes`, the first's candles on the right axis and the second's
   * line on the left. @default "stacked"
   */
  readonly mode?: ChartMode;
  /** The volume-weighted price since the session began, of typical prices. @default true */
  readonly vwap?: boolean;
  /** On-balance volume. @default false */
  readonly obv?: boolean;
  /** Bars in the mean volume, from 2 to 200: those before each bar. @default 20 */
  readonly volumeAverage?: number;
  /** Two instruments such as `["NQ", "ES"]`: the first's price over the second's, in a pane below. @default none */
  readonly ratio?: readonly [string, string];
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof TradingViewPanelOptions, true>> = {
  instruments: true,
  timeframe: true,
  lastBars: true,
  height: true,
  mode: true,
  vwap: true,
  obv: true,
  volumeAverage: true,
  ratio: true,
  theme: true,
};
/** What the reader may choose: the page makes them all of minutes and hours. */
const CHOICE = BAR_TIMEFRAMES.filter((timeframe) => timeframe !== "1s");
/** Newest minutes that each feed brings; those before come with the recent ones and the history. */
const FEED_BARS = 40;
/** Minutes whose breaks and rolls each feed brings: back to before the history that the page has. */
const MARKED_BARS = 300;
/** Between two pictures of the newest price, local ms: two a second are as many as a notebook takes for long. */
const FORMING_MS = 1_000 / NOTEBOOK_TICKS;

/**
 * Candles and volume that the reader can zoom, drag and point at, on one clock, in bars of 1m to 1d. Mounted once,
 * fed each minute, and in between with the bars in the making, so that the reader's view stays. A day of 1m, a week of
 * 5m and 30 days of 1h travel with the page, as far as they are in memory; where scripts do not run it is a picture.
 */
export function tradingView(market: Market, options: TradingViewPanelOptions = {}): Panel {
  assertOptions("tradingView", options, OPTIONS);
  const { instruments: charted = firstPair(market), lastBars = 500 } = options;
  const overlay = overlayOf(options);
  // What only the ratio needs is fed too, and has no chart.
  const hidden = overlay.ratio?.filter((id) => !charted.includes(id)) ?? [];
  const instruments = [...charted, ...hidden];
  if (instruments.length === 0) {
    const text = "instruments of tradingView must be at least one, and nothing is followed";
    throw plainError(new RangeError(text));
  }
  const timeframe = barTimeframe(options.timeframe ?? "1m");
  const { height = 300, theme = PAGE } = options;
  const ofSeconds = timeframe === "1s";
  const fed = ofSeconds
    ? { timeframe, lastBars, stepMs: SECOND }
    : { timeframe: "1m" as const, lastBars: MARKED_BARS, stepMs: MINUTE };
  const fedBars = ofSeconds ? lastBars : FEED_BARS;
  let sequence = 0, order = 0;
  /** Open time of the newest closed minute that each instrument's last feed brought. */
  const fedTo = new Map<string, number>();
  const still = stillPart((followed) => {
    const now = marketSeries(market, followed, { lastBars, timeframe, withForming: true });
    const updatedAt = priceTime(market, now);
    return priceFigure(now, { theme, lastBars, stepMs: stepOf(timeframe), updatedAt });
  });
  return marketPanel(market, {
    again: (next) => tradingView(next, options),
    instruments,
    on: ["minute", "heal", "transition", "alert"],
    isInStep: true,
    parts: ofSeconds ? [still] : [
      chartHistory(market),
      recentMinutes(market),
      newestPart(market, { fedTo, next: () => ++order }),
      still,
    ],
    mount(id, followed) {
      const now = marketSeries(market, followed, { lastBars: 1, timeframe });
      const html = tradingViewMount({
        id,
        // The bars come with the feed.
        series: now.map(({ id, label, source, decimals }) => ({
          id,
          label,
          source,
          decimals,
          isHidden: hidden.includes(id),
        })),
        height,
        theme,
        timeframes: ofSeconds ? [] : CHOICE,
        timeframe,
        overlay,
        fallbackHtml: stillNote(theme),
      });
      return { html, text: now.map(({ label }) => label).join(", ") };
    },
    draw(id, followed) {
      sequence++;
      const series = marketSeries(market, followed, fed).map((one) => ({
        ...one,
        bars: one.bars.slice(-fedBars),
        marksFrom: one.bars[0]?.openTime ?? 0,
        rolls: one.rolls.map((roll) => roll.time),
        forming: ofSeconds ? undefined : market.forming(one.id),
      }));
      for (const { id, bars } of series) fedTo.set(id, bars.at(-1)?.openTime ?? -Infinity);
      const feed = {
        id,
        sequence,
        stepMs: fed.stepMs,
        theme,
        series,
        updatedAt: newestBarEnd(market, followed),
        order: ++order,
      };
      return { html: tradingViewFeed(feed), text: captionOf(feed) };
    },
  });
}

/** @throws {RangeError | TypeError} for an option that is none. */
function overlayOf(options: TradingViewPanelOptions): ChartOverlay {
  const { mode = "stacked", vwap = true, obv = false, volumeAverage = 20, ratio } = options;
  if (!CHART_MODES.includes(mode)) {
    throw new RangeError(`mode must be one of ${CHART_MODES.join(", ")}, got ${mode}`);
  }
  for (const [name, value] of [["vwap", vwap], ["obv", obv]] as const) {
    if (typeof value !== "boolean") {
      throw new TypeError(`${name} must be true or false, got ${value}`);
    }
  }
  checkWhole("volumeAverage", volumeAverage, 2);
  if (volumeAverage > 200) {
    throw new RangeError(`volumeAverage must be at most 200, got ${volumeAverage}`);
  }
  const isPair = ratio === undefined ||
    Array.isArray(ratio) && ratio.length === 2 && ratio[0] !== ratio[1];
  if (!isPair) throw new RangeError(`ratio must be two different instruments, got ${ratio}`);
  return { mode, vwap, obv, volumeAverage, ratio, hasRatio: ratio !== undefined };
}

/**
 * The bars in the making, as often as they change; before them the closed ones that no feed has brought yet, for a
 * minute's feed waits until all instruments have settled it.
 */
function newestPart(
  market: Market,
  { fedTo, next }: { readonly fedTo: ReadonlyMap<string, number>; readonly next: () => number },
): MarketPart {
  return {
    name: "forming",
    on: ["forming", "bar"],
    minIntervalMs: FORMING_MS,
    draw(id, followed) {
      const bars = followed.flatMap((one) => {
        const fed = fedTo.get(one) ?? Infinity;
        const closed = market.bars(one, { from: fed + MINUTE }).slice(-MOST_UNFED);
        const forming = market.forming(one);
        return [...closed, ...forming === undefined ? [] : [forming]]
          .map((bar) => ({ id: one, bar }));
      });
      return { html: tradingViewForming(id, bars, next()), text: "" };
    },
  };
}

/** Closed minutes that come before their feed; more of them come with it. */
const MOST_UNFED = 3;
