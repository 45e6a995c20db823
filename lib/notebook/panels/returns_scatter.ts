import { PARTS_NOTE } from "../../charts/part_names.ts";
import { scatterFigure } from "../../charts/scatter_figure.ts";
import { scatterSentence } from "../../charts/scatter_text.ts";
import { scatterFeed, scatterMount } from "../../charts/scatter_view.ts";
import { stillNote, stillPicture } from "../../charts/still_picture.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { returnsScatterStudy } from "../../sync/studies/returns_scatter.ts";
import type { Panel } from "../panel.ts";
import { pairOf } from "./pair_of.ts";
import { studyPanel, type StudyPanelOptions } from "./study_panel.ts";

/** As many as fit a frame with the picture that stands in for them. */
const MOST_POINTS = 700;

/**
 * The returns of a pair against each other, by part of the day, with a line by least squares (slope with Newey–West's
 * error) and a robust one. A rectangle drawn over points marks their bars in the charts of the page, in exported pages too.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function returnsScatter(market: Market, options: StudyPanelOptions = {}): Panel {
  const { theme = PAGE } = options;
  const labelOf = shortLabels(market.instruments);
  return studyPanel(market, options, {
    name: "returnsScatter",
    title: "returns against each other",
    study: returnsScatterStudy,
    settings: () => ({ mostPoints: MOST_POINTS }),
    timeframe: "5m",
    days: 7,
    // Its points and picture are 58 kB, and hardly change in a bar.
    refresh: "15m",
    again: (next) => returnsScatter(next, options),
    mount: (id) => {
      const { a, b, name: pair } = pairOf(market, options.pair);
      const names = { first: labelOf(a), second: labelOf(b) };
      return {
        html: scatterMount(id, { names, theme, pair }, stillNote(theme)),
        text: `Returns of ${names.first} against ${names.second}`,
      };
    },
    show: (found, { id, labels, timeframe, evidence, source, theme }) => {
      const names = { first: labels[0]!, second: labels[1]! };
      const sentence = scatterSentence(found, names, timeframe);
      const figure = scatterFigure(found, { names, sentence, updatedAt: evidence.to, theme });
      const { line, robust } = found;
      return {
        sentence,
        body: scatterFeed(id, found, source) + stillPicture(id, figure),
        method:
          `slope ${line.slope.toFixed(3)} ± ${
            line.se.toFixed(3)
          } by least squares with Newey–West's ` +
          `error (${line.hacLags} lags), R² ${line.rsquared.toFixed(3)}; Theil–Sen ${
            robust.slope.toFixed(3)
          } ` +
          `(${robust.lo.toFixed(3)} to ${robust.hi.toFixed(3)})`,
        legend: PARTS_NOTE,
      };
    },
  });
}
