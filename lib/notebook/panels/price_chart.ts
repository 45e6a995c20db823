import { figureImage } from "../../charts/figure.ts";
import { priceFigure } from "../../charts/price_figure.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import { type BarTimeframe, barTimeframe, stepOf } from "../../model/timeframe.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { marketSeries } from "./market_series.ts";
import { newestBarEnd } from "./newest_minute_end.ts";
import { firstPair } from "./pair_of.ts";

/** Options of {@link priceChart}. */
export interface PriceChartOptions {
  /** From top to bottom. @default the market's first pair */
  readonly instruments?: readonly string[];
  /** Length of a bar, from `1s` to `1d`. @default "1m" */
  readonly timeframe?: BarTimeframe;
  /** Newest bars drawn; the market keeps all. @default 500 */
  readonly lastBars?: number;
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof PriceChartOptions, true>> = {
  instruments: true,
  timeframe: true,
  lastBars: true,
  width: true,
  theme: true,
};

/**
 * Candles and volume as a picture, one panel an instrument on one time axis; drawn anew each minute. A picture takes
 * about 50 kB, so it cannot follow each price as `tradingView` does: it shows closed bars alone, and says up to when, lest
 * it contradict the prices beside it.
 */
export function priceChart(market: Market, options: PriceChartOptions = {}): Panel {
  assertOptions("priceChart", options, OPTIONS);
  const { instruments = firstPair(market), lastBars = 500 } = options;
  const timeframe = barTimeframe(options.timeframe ?? "1m");
  const { width = 1_100, theme = PAGE } = options;
  return marketPanel(market, {
    again: (next) => priceChart(next, options),
    instruments,
    on: ["minute", "heal", "transition", "alert"],
    draw(_id, followed) {
      const series = marketSeries(market, followed, { lastBars, timeframe });
      const updatedAt = newestBarEnd(market, followed);
      const figure = priceFigure(series, {
        theme,
        width,
        lastBars,
        stepMs: stepOf(timeframe),
        updatedAt,
      });
      return { html: figureImage(figure), text: figure.alt };
    },
  });
}
