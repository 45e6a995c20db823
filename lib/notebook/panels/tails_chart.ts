import { tailsFigure, tailsTable } from "../../charts/tails_figure.ts";
import { tailsSentence } from "../../charts/tails_text.ts";
import type { Market } from "../../market/market.ts";
import { tailsStudy } from "../../sync/studies/tails.ts";
import type { Panel } from "../panel.ts";
import { studyPanel, type StudyPictureOptions } from "./study_panel.ts";

/**
 * Whether extreme returns come together more often than the correlation implies: exceedance correlation in falls and
 * rises beside a normal pair's, and the share of extreme bars that both have.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function tailsChart(market: Market, options: StudyPictureOptions = {}): Panel {
  return studyPanel(market, options, {
    name: "tailsChart",
    title: "extremes together",
    study: tailsStudy,
    settings: () => null,
    timeframe: "5m",
    days: 7,
    timeframes: ["1m", "5m", "15m", "1h"],
    refresh: "15m",
    ownOptions: { width: true },
    again: (next) => tailsChart(next, options),
    show: (found, { labels, evidence, timeframe, theme }) => {
      const names = { first: labels[0]!, second: labels[1]! };
      const sentence = tailsSentence(found, names, timeframe);
      return {
        sentence,
        body: tailsFigure(found, {
          names,
          sentence,
          updatedAt: evidence.to,
          theme,
          width: options.width,
        }),
        method: `${timeframe} log returns; intervals of 95 % by bootstrap of blocks`,
        table: tailsTable(found),
      };
    },
  });
}
