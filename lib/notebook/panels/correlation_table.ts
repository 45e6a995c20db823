import { correlationPanel } from "../../charts/correlation_panel.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import {
  CORRELATED_TIMEFRAMES,
  type CorrelatedTimeframe,
  correlatedTimeframe,
  windowOf,
} from "../../model/timeframe.ts";
import type { Panel } from "../panel.ts";
import { pairLabel, shortLabels } from "../../market/instrument_label.ts";
import { pairRemark } from "../../market/data_remarks.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { newestBarEnd } from "./newest_minute_end.ts";
import { pairOf } from "./pair_of.ts";

/** Options of {@link correlationTable}. */
export interface CorrelationTableOptions {
  /** E.g. `"BTCUSDT/ES"`. @default every pair */
  readonly pair?: string;
  /** Returns in the window of each timeframe shown, from `1m` to `1d`. @default the market's timeframes and windows */
  readonly windows?: Readonly<Partial<Record<CorrelatedTimeframe, number>>>;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof CorrelationTableOptions, true>> = {
  pair: true,
  windows: true,
  theme: true,
};

/** The newest correlation at each timeframe, with its interval and how much it rests on. */
export function correlationTable(market: Market, options: CorrelationTableOptions = {}): Panel {
  assertOptions("correlationTable", options, OPTIONS);
  const { windows, theme = PAGE } = options;
  for (const name of Object.keys(windows ?? {})) correlatedTimeframe(name);
  const asked = options.pair === undefined ? undefined : pairOf(market, options.pair);
  const timeframes = windows === undefined
    ? market.timeframes
    : CORRELATED_TIMEFRAMES.filter((timeframe) => windows[timeframe] !== undefined);
  return marketPanel(market, {
    again: (next) => correlationTable(next, options),
    instruments: asked === undefined ? undefined : [asked.a, asked.b],
    needsAll: true,
    on: ["minute", "heal", "transition"],
    draw() {
      const pairs = asked === undefined ? market.pairs : [asked];
      const labelOf = shortLabels(market.instruments);
      const result = market.latest?.correlations ?? [];
      const updatedAt = newestBarEnd(market, pairs.flatMap(({ a, b }) => [a, b]));
      const rows = pairs.flatMap(({ name, a, b }) => {
        const remark = pairRemark(market, [a, b]);
        const shown = { pair: pairLabel({ a, b }, labelOf) };
        const said = remark === undefined ? shown : { ...shown, remark };
        return timeframes.flatMap((timeframe) => {
          const window = windowOf({ ...market.windows, ...windows }, timeframe);
          const made = result.filter((row) =>
            row.pair === name && row.timeframe === timeframe && row.window === window
          );
          // A window of the reader's own is in no result.
          const rows = made.length > 0
            ? made
            : market.correlation({ pair: name, timeframe, window });
          return rows.map((row) => ({ ...row, ...said }));
        });
      });
      return correlationPanel(rows, { theme, updatedAt });
    },
  });
}
