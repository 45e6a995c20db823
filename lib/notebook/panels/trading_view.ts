import { figureImage } from "../../charts/figure.ts";
import { priceFigure } from "../../charts/price_figure.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import { captionOf, tradingViewFeed, tradingViewMount } from "../../charts/trading_view.ts";
import type { Market } from "../../market/market.ts";
import { type BarTimeframe, barTimeframe, stepOf } from "../../model/timeframe.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "./panel_options.ts";
import { marketSeries } from "./market_series.ts";
import { newestBarEnd } from "./newest_minute_end.ts";
import { firstPair } from "./pair_of.ts";

/** Options of {@link tradingView}. */
export interface TradingViewPanelOptions {
  /** From top to bottom. @default the market's first pair */
  readonly instruments?: readonly string[];
  /** Length of a bar, from `1s` to `1d`. @default "1m" */
  readonly timeframe?: BarTimeframe;
  /** Newest bars shown. @default 500 */
  readonly lastBars?: number;
  /** CSS px of each chart. @default 300 */
  readonly height?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof TradingViewPanelOptions, true>> = {
  instruments: true,
  timeframe: true,
  lastBars: true,
  height: true,
  theme: true,
};

/**
 * Candles and volume that the reader can zoom, drag and point at, on one clock. Mounted once and fed each
 * minute, so that the reader's view stays; where scripts do not run it is a picture.
 */
export function tradingView(market: Market, options: TradingViewPanelOptions = {}): Panel {
  assertOptions("tradingView", options, OPTIONS);
  const { instruments = firstPair(market), lastBars = 500 } = options;
  const timeframe = barTimeframe(options.timeframe ?? "1m");
  const stepMs = stepOf(timeframe);
  const { height = 300, theme = PAGE } = options;
  let sequence = 0;
  const series = (followed: readonly string[]) =>
    marketSeries(market, followed, { lastBars, timeframe });
  return marketPanel(market, {
    again: (next) => tradingView(next, options),
    instruments,
    on: ["minute", "heal", "transition"],
    mount(id, followed) {
      const now = series(followed);
      const picture = priceFigure(now, {
        theme,
        lastBars,
        stepMs,
        updatedAt: newestBarEnd(market, followed),
      });
      const html = tradingViewMount({
        id,
        // The bars come with the feed.
        series: now.map(({ id, label, source, decimals }) => ({ id, label, source, decimals })),
        height,
        theme,
        fallbackHtml: figureImage(picture),
      });
      return { html, text: picture.alt };
    },
    draw(id, followed) {
      sequence++;
      const now = series(followed).map((one) => ({
        ...one,
        rolls: one.rolls.map((roll) => roll.time),
      }));
      const feed = {
        id,
        sequence,
        stepMs,
        theme,
        series: now,
        updatedAt: newestBarEnd(market, followed),
      };
      return { html: tradingViewFeed(feed), text: captionOf(feed) };
    },
  });
}
