import { causalityTable } from "../../charts/causality_table.ts";
import { causalitySentence } from "../../charts/causality_text.ts";
import { htmlTable } from "../../charts/table.ts";
import type { Market } from "../../market/market.ts";
import { causalityStudy } from "../../sync/studies/causality.ts";
import type { Panel } from "../panel.ts";
import { pairOf } from "./pair_of.ts";
import { secondPricesOf } from "./second_prices_of.ts";
import { studyPanel, type StudyPanelOptions } from "./study_panel.ts";

/**
 * Granger's test both ways: whether the past of one side says something about the next bar of the other that its own past
 * does not, by tests that hold where volatility moves. Without a timeframe it takes bars of 15 seconds where an hour of
 * both sides' trades is there (`data.trades` for IBKR; at most three hours), since a lead of seconds leaves hardly a trace
 * in bars of a minute; else, or with one, the bars of the days asked for.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function grangerTable(market: Market, options: StudyPanelOptions = {}): Panel {
  const { a, b } = pairOf(market, options.pair);
  return studyPanel(market, options, {
    name: "grangerTable",
    title: "does the past of one foretell the other, by Granger",
    study: causalityStudy,
    settings: () =>
      options.timeframe === undefined
        ? { seconds: { a: secondPricesOf(market, a), b: secondPricesOf(market, b) } }
        : null,
    timeframe: "1m",
    days: 7,
    timeframes: ["1m", "5m", "15m", "1h"],
    refresh: "15m",
    again: (next) => grangerTable(next, options),
    show: (found, { labels, timeframe, theme }) => {
      const names = { first: labels[0]!, second: labels[1]! };
      const bars = found.basis === "trades" ? "15-second" : timeframe;
      return {
        sentence: causalitySentence(found, names, bars),
        body: htmlTable({ ...causalityTable(found, names), theme }),
        method:
          `Granger on ${bars} log returns${
            found.basis === "trades" ? " of trades since the last break" : ""
          }, no row over a break; p by wild bootstrap of the ` +
          "rows' scores, lags by BIC with gains by HC3, corrected for both directions",
      };
    },
  });
}
