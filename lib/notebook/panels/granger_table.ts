import { causalityTable } from "../../charts/causality_table.ts";
import { causalitySentence } from "../../charts/causality_text.ts";
import { htmlTable } from "../../charts/table.ts";
import type { Market } from "../../market/market.ts";
import { causalityStudy } from "../../sync/studies/causality.ts";
import type { Panel } from "../panel.ts";
import { studyPanel, type StudyPanelOptions } from "./study_panel.ts";

/**
 * Granger's test both ways: whether the past of one side says something about the next bar of the other that its own past
 * does not, by tests that hold where volatility moves.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function grangerTable(market: Market, options: StudyPanelOptions = {}): Panel {
  return studyPanel(market, options, {
    name: "grangerTable",
    title: "does the past of one foretell the other, by Granger",
    study: causalityStudy,
    settings: () => null,
    timeframe: "1m",
    days: 7,
    timeframes: ["1m", "5m", "15m", "1h"],
    refresh: "15m",
    again: (next) => grangerTable(next, options),
    show: (found, { labels, timeframe, theme }) => {
      const names = { first: labels[0]!, second: labels[1]! };
      return {
        sentence: causalitySentence(found, names, timeframe),
        body: htmlTable({ ...causalityTable(found, names), theme }),
        method:
          `Granger on ${timeframe} log returns, no row over a break; p by wild bootstrap of the ` +
          "rows' scores, lags by BIC with gains by HC3, corrected for both directions",
      };
    },
  });
}
