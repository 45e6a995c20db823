import { MATRIX_LEGEND, matrixFigure, matrixTable } from "../../charts/matrix_figure.ts";
import { matrixSentence, pairName } from "../../charts/matrix_text.ts";
import { matrixFeed, matrixMount } from "../../charts/matrix_view.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { stillNote, stillPicture } from "../../charts/still_picture.ts";
import type { Market } from "../../market/market.ts";
import { marketMatrixStudy } from "../../sync/studies/market_matrix.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { studyPanel, type StudyPanelOptions } from "./study_panel.ts";
import { assertPairs } from "./pair_of.ts";
import { assertInstruments, tradedIds } from "./traded.ts";

/** Options of {@link matrixPanel}. */
export interface MatrixPanelOptions extends Omit<StudyPanelOptions, "pair"> {
  /** At least two. @default all that are traded */
  readonly instruments?: readonly string[];
}

/**
 * The correlation of every two markets, ordered so that neighbours are alike; a cell is opened by a click or the arrow
 * keys and says its interval, n and, in the other view, what is left with all other markets held fixed.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function matrixPanel(market: Market, options: MatrixPanelOptions = {}): Panel {
  assertInstruments("matrixPanel", options.instruments);
  const { instruments = tradedIds(market), theme = PAGE, timeframe = "5m" } = options;
  if (instruments.length < 2) {
    if (options.instruments === undefined) assertPairs(market);
    throw plainError(
      new RangeError(
        `instruments of matrixPanel must be at least two, got ${instruments.length}`,
      ),
    );
  }
  return studyPanel(market, options, {
    name: "matrixPanel",
    title: "correlation matrix",
    study: marketMatrixStudy,
    settings: () => null,
    timeframe: "5m",
    timeframes: ["1m", "5m", "15m", "1h", "4h"],
    days: 1,
    refresh: "15m",
    ownOptions: { instruments: true },
    instruments,
    again: (next) => matrixPanel(next, options),
    mount: (id) => ({
      html: matrixMount(id, { theme, timeframe }, stillNote(theme)),
      text: `Correlation matrix of ${instruments.length} markets`,
    }),
    show: (found, { id, labels, timeframe, evidence, source, theme }) => {
      const sentence = matrixSentence(found, labels);
      const figure = matrixFigure(found, labels, { theme, sentence, updatedAt: evidence.to });
      return {
        sentence,
        body: matrixFeed(id, found, { labels, source }) + stillPicture(id, figure),
        method:
          `Pearson of ${timeframe} log returns, 95 % interval on the effective n; partial: of ` +
          `${found.partialN} rows in which every market has a return`,
        legend: MATRIX_LEGEND,
        table: matrixTable(found, (row) => pairName(row, labels)),
      };
    },
  });
}
