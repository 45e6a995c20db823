import { PARTS_NOTE } from "../../charts/part_names.ts";
import { sessionsFigure } from "../../charts/sessions_figure.ts";
import { sessionsSentence } from "../../charts/sessions_text.ts";
import type { Market } from "../../market/market.ts";
import { daySessionsStudy } from "../../sync/studies/day_sessions.ts";
import type { Panel } from "../panel.ts";
import { studyPanel, type StudyPictureOptions } from "./study_panel.ts";

/**
 * Correlation in Asian, European and US hours with intervals, which differences hold, and what is left of it when
 * volatility is taken out: of each return, and of storms after Forbes and Rigobon.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function sessionsChart(market: Market, options: StudyPictureOptions = {}): Panel {
  return studyPanel(market, options, {
    name: "sessionsChart",
    title: "by session, and without volatility",
    study: daySessionsStudy,
    settings: () => null,
    timeframe: "5m",
    days: 7,
    timeframes: ["1m", "5m", "15m"],
    ownOptions: { width: true },
    again: (next) => sessionsChart(next, options),
    show: (found, { labels, evidence, timeframe, theme }) => {
      const names = { first: labels[0]!, second: labels[1]! };
      const sentence = sessionsSentence(found, names.second);
      return {
        sentence,
        body: sessionsFigure(found, {
          names,
          sentence,
          updatedAt: evidence.to,
          theme,
          width: options.width,
        }),
        method:
          `Pearson of ${timeframe} log returns about each day's means, 95 % intervals on the effective n; ` +
          "differences by Welch's test of the days, corrected by Benjamini and Hochberg",
        legend: PARTS_NOTE,
      };
    },
  });
}
