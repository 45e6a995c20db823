import { regimesFigure, regimesTable } from "../../charts/regimes_figure.ts";
import { regimesSentence } from "../../charts/regimes_text.ts";
import type { Market } from "../../market/market.ts";
import { marketRegimesStudy } from "../../sync/studies/market_regimes.ts";
import type { Panel } from "../panel.ts";
import { studyPanel, type StudyPictureOptions } from "./study_panel.ts";

const MOST_ROWS = 1_500;

/**
 * Regimes of a pair's correlation and how likely each was over time: a hidden Markov model of returns in units of the
 * volatility foreseen for them, with filtered probabilities.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function regimesChart(market: Market, options: StudyPictureOptions = {}): Panel {
  return studyPanel(market, options, {
    name: "regimesChart",
    title: "regimes",
    study: marketRegimesStudy,
    settings: () => ({ mostRows: MOST_ROWS }),
    timeframe: "5m",
    days: 7,
    timeframes: ["5m", "15m", "1h"],
    refresh: "15m",
    ownOptions: { width: true },
    again: (next) => regimesChart(next, options),
    show: (found, { labels, evidence, timeframe, theme }) => {
      const names = { first: labels[0]!, second: labels[1]! };
      const sentence = regimesSentence(found);
      return {
        sentence,
        body: regimesFigure(found, {
          names,
          sentence,
          updatedAt: evidence.to,
          theme,
          width: options.width,
        }),
        method:
          `hidden Markov model of ${timeframe} log returns by EWMA volatility, Student's t, 1 to 3 regimes ` +
          "by BIC; probabilities are filtered, the constants were fitted to all bars shown",
        table: regimesTable(found),
      };
    },
  });
}
