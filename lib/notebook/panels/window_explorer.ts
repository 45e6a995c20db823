import { correlationFigure } from "../../charts/correlation_figure.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { stillNote } from "../../charts/still_picture.ts";
import type { Theme } from "../../charts/theme.ts";
import { windowViewFeed, windowViewMount } from "../../charts/window_view.ts";
import type { Market } from "../../market/market.ts";
import { DAY, MINUTE } from "../../model/time.ts";
import { type CorrelatedTimeframe, correlatedTimeframe, windowOf } from "../../model/timeframe.ts";
import { isLong } from "../../sync/lagged_pairs.ts";
import type { Panel } from "../panel.ts";
import { pairLabel, shortLabels } from "../../market/instrument_label.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { longPart, longReturnsOf } from "./long_part.ts";
import { newestBarEnd, newestMinuteEnd } from "./newest_minute_end.ts";
import { pairOf } from "./pair_of.ts";
import { stillPart } from "./still_part.ts";

/** Options of {@link windowExplorer}. */
export interface WindowExplorerOptions {
  /** E.g. `"BTCUSDT/ES"`. @default the market's first pair */
  readonly pair?: string;
  /** Where the knobs stand at first: any of `1m` to `1d`. @default "1m" */
  readonly timeframe?: CorrelatedTimeframe;
  /** Returns in the window. @default the market's */
  readonly window?: number;
  /** Bars by which the second market is looked at later. @default 0 */
  readonly lag?: number;
  /** Minutes of each market that travel with the page. @default 1440, a day */
  readonly minutes?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof WindowExplorerOptions, true>> = {
  pair: true,
  timeframe: true,
  window: true,
  lag: true,
  minutes: true,
  theme: true,
};

/**
 * Correlation with timeframe, window and lag in the reader's hand. The page computes it, so the knobs work with
 * the kernel off and in an exported page; while the market is live it is fed the newest minutes and the knobs
 * stay where they are. A day of minutes travels with the page, and the returns of 4h and 1d as far back as they are in
 * memory: with a day of history alone there are too few, and the panel says so.
 */
export function windowExplorer(market: Market, options: WindowExplorerOptions = {}): Panel {
  assertOptions("windowExplorer", options, OPTIONS);
  const { a, b, name } = pairOf(market, options.pair);
  const { timeframe = "1m", lag = 0, minutes = DAY / MINUTE, theme = PAGE } = options;
  correlatedTimeframe(timeframe);
  const window = options.window ?? windowOf(market.windows, timeframe);
  const view = (id: string) => {
    const to = newestMinuteEnd(market, [a, b]);
    const remark = pairRemark(market, [a, b]);
    return { ...viewOf(id), to, ...(remark === undefined ? {} : { remark }) };
  };
  const viewOf = (id: string) => ({
    id,
    pair: name,
    title,
    minutes,
    theme,
    initial: { timeframe, window, lag },
    ...(isLong(timeframe) ? { long: longReturnsOf(market, a, b) } : {}),
    series: {
      a: { label: labelOf(a), grid: market.minuteGrid(a) },
      b: { label: labelOf(b), grid: market.minuteGrid(b) },
    },
    source: sourceOf(),
  });
  const labelOf = shortLabels(market.instruments);
  const title = pairLabel({ a, b }, labelOf);
  const sourceOf = () =>
    market.sourceOf(a) === market.source ? market.sourceOf(b) : market.sourceOf(a);
  return marketPanel(market, {
    again: (next) => windowExplorer(next, options),
    instruments: [a, b],
    needsAll: true,
    parts: [
      longPart(market, a, b),
      stillPart(() => {
        const line = market.correlationSeries({ pair: name, timeframe, window });
        const updatedAt = newestBarEnd(market, [a, b]);
        return correlationFigure([line], { pair: title, source: sourceOf(), theme, updatedAt });
      }),
    ],
    mount(id) {
      const html = windowViewMount({ ...view(id), fallbackHtml: stillNote(theme) });
      return { html, text: `Rolling correlation of ${title}` };
    },
    draw(id) {
      const { estimate } = market.correlation({ pair: name, timeframe, window })[0]!;
      const value = estimate.kind === "ok" ? estimate.value.toFixed(2) : estimate.reason;
      return { html: windowViewFeed(view(id)), text: `${title}, ${timeframe} ${window}: ${value}` };
    },
  });
}
