import { correlationAlt, correlationFigure } from "../../charts/correlation_figure.ts";
import { correlationViewFeed, correlationViewMount } from "../../charts/correlation_view.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { stillNote } from "../../charts/still_picture.ts";
import type { Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import { DAY } from "../../model/time.ts";
import {
  type CorrelatedTimeframe,
  correlatedTimeframe,
  stepOf,
  windowOf,
} from "../../model/timeframe.ts";
import type { Panel } from "../panel.ts";
import { pairLabel, shortLabels } from "../../market/instrument_label.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { pairAlerts } from "./alert_rows.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { newestBarEnd } from "./newest_minute_end.ts";
import { pairOf } from "./pair_of.ts";
import { stillPart } from "./still_part.ts";

/** Options of {@link correlationChart}. */
export interface CorrelationChartOptions {
  /** E.g. `"BTCUSDT/ES"`. @default the market's first pair */
  readonly pair?: string;
  /** From `1m` to `1d`. @default the market's */
  readonly timeframes?: readonly CorrelatedTimeframe[];
  /** Returns in the window of each timeframe. @default the market's */
  readonly windows?: Readonly<Partial<Record<CorrelatedTimeframe, number>>>;
  /** Venue time looked back, ms. @default a day, or 24 bars of the longest timeframe if that is more */
  readonly lookBackMs?: number;
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof CorrelationChartOptions, true>> = {
  pair: true,
  timeframes: true,
  windows: true,
  lookBackMs: true,
  width: true,
  theme: true,
};

/** Bars of the longest timeframe that are looked back, and the most rows of one line: more fill no screen. */
const LEAST_BARS = 24;
const MOST_ROWS = 1_500;

/**
 * Rolling correlation of a pair over time, one line a timeframe; the chosen one has its 95 % band. The pointer reads
 * off all of them, and all charts of the page point at the same moment. A picture where scripts do not run.
 */
export function correlationChart(market: Market, options: CorrelationChartOptions = {}): Panel {
  assertOptions("correlationChart", options, OPTIONS);
  const { a, b, name } = pairOf(market, options.pair);
  const { timeframes = market.timeframes, width = 1_100, theme = PAGE } = options;
  for (const name of [...timeframes, ...Object.keys(options.windows ?? {})]) {
    correlatedTimeframe(name);
  }
  const { lookBackMs = Math.max(DAY, ...timeframes.map((name) => LEAST_BARS * stepOf(name))) } =
    options;
  const title = () => pairLabel({ a, b }, shortLabels(market.instruments));
  const view = (id: string) => {
    const updatedAt = newestBarEnd(market, [a, b]);
    const lines = timeframes.map((timeframe) => {
      const window = windowOf({ ...market.windows, ...options.windows }, timeframe);
      const from = Math.max(updatedAt - lookBackMs, updatedAt - MOST_ROWS * stepOf(timeframe));
      return market.correlationSeries({ pair: name, timeframe, window, from });
    });
    const source = market.sourceOf(a) === market.source ? market.sourceOf(b) : market.sourceOf(a);
    const remark = pairRemark(market, [a, b]);
    const said = remark === undefined ? {} : { remark };
    const alerts = pairAlerts(market.alerts?.history ?? [], name);
    return { id, pair: name, title: title(), lines, source, theme, updatedAt, alerts, ...said };
  };
  return marketPanel(market, {
    again: (next) => correlationChart(next, options),
    instruments: [a, b],
    needsAll: true,
    parts: [stillPart(() => {
      const shown = view("still");
      return correlationFigure(shown.lines, { ...shown, pair: title(), width });
    })],
    mount(id) {
      const html = correlationViewMount({ ...view(id), fallbackHtml: stillNote(theme) });
      return { html, text: `Rolling correlation of ${title()}` };
    },
    draw(id) {
      const shown = view(id);
      return {
        html: correlationViewFeed(shown),
        text: correlationAlt(shown.lines, { ...shown, pair: title() }),
      };
    },
  });
}
