import {
  correlationPathFigure,
  correlationPathTable,
} from "../../charts/correlation_path_figure.ts";
import { correlationPathSentence } from "../../charts/correlation_path_text.ts";
import type { Market } from "../../market/market.ts";
import { checkWhole } from "../../stats/check_whole.ts";
import { correlationPathStudy } from "../../sync/studies/correlation_path.ts";
import { windowOf } from "../../model/timeframe.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { studyPanel, type StudyPictureOptions } from "./study_panel.ts";

/** Options of {@link correlationPath}. */
export interface CorrelationPathOptions extends StudyPictureOptions {
  /** Returns in the window. @default the market's of the timeframe */
  readonly window?: number;
}

/** More rows than px fill no picture. */
const MOST_ROWS = 900;
const LEAST_WINDOW = 4;

/**
 * The correlation of a pair over 1, 3, 7 or 30 days: the line coloured by its level with its 95 % interval, and below it
 * which regime of correlation was the likeliest.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function correlationPath(market: Market, options: CorrelationPathOptions = {}): Panel {
  const timeframe = options.timeframe ?? "15m";
  const window = options.window ?? windowOf(market.windows, timeframe);
  try {
    checkWhole("window", window, LEAST_WINDOW);
  } catch (error) {
    throw plainError(error as Error);
  }
  return studyPanel(market, options, {
    name: "correlationPath",
    title: "correlation over time",
    study: correlationPathStudy,
    settings: () => ({ window, mostRows: MOST_ROWS }),
    timeframe: "15m",
    days: 7,
    ownOptions: { window: true, width: true },
    refresh: "15m",
    again: (next) => correlationPath(next, options),
    show: (found, { evidence, timeframe, theme }) => {
      const sentence = correlationPathSentence(found);
      const thinned = found.every === 1 ? "" : `; one of ${found.every} windows is drawn`;
      return {
        sentence: found.regimesNote === "" ? sentence : `${sentence} ${found.regimesNote}`,
        body: correlationPathFigure(found, {
          theme,
          sentence,
          updatedAt: evidence.to,
          width: options.width,
        }),
        method:
          `Pearson of the last ${found.window} ${timeframe} log returns, at least ${found.minPeriods}, ` +
          `95 % interval on the effective n${thinned}`,
        legend: "the line is red at −1, yellow at 0, green at +1",
        table: correlationPathTable(found),
      };
    },
  });
}
