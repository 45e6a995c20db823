import { coverageStrip } from "../../charts/coverage_strip.ts";
import { figureImage } from "../../charts/figure.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { MinuteStatus, stretchesOf } from "../../model/minute_grid.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { assertOptions } from "../known_options.ts";
import { newestBarEnd } from "./newest_minute_end.ts";

/** Options of {@link coverageChart}. */
export interface CoverageChartOptions {
  /** CSS px. @default 1100 */
  readonly width?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof CoverageChartOptions, true>> = {
  width: true,
  theme: true,
};

/** Each instrument's minutes as a strip over time: healed ones pale, missing ones hatched, closed hours grey. */
export function coverageChart(market: Market, options: CoverageChartOptions = {}): Panel {
  assertOptions("coverageChart", options, OPTIONS);
  const { width = 1_100, theme = PAGE } = options;
  return marketPanel(market, {
    again: (next) => coverageChart(next, options),
    on: ["minute", "gap", "heal"],
    tellsAge: true,
    draw(_id, ids) {
      const coverages = ids.map((id) => market.coverage(id));
      const updatedAt = newestBarEnd(market, ids);
      const closed = (id: string) => stretchesOf(market.minuteGrid(id), MinuteStatus.OutOfSession);
      const figure = coverageStrip(coverages, {
        source: market.source,
        theme,
        width,
        updatedAt,
        closed,
        labelOf: shortLabels(market.instruments),
      });
      return { html: figureImage(figure), text: figure.alt };
    },
  });
}
