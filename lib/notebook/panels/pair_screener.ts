import { PAGE } from "../../charts/page_theme.ts";
import { screenerSentence, screenerTable } from "../../charts/screener_text.ts";
import { screenerFeed, screenerMount } from "../../charts/screener_view.ts";
import { stillNote } from "../../charts/still_picture.ts";
import type { Market } from "../../market/market.ts";
import { pairScreenStudy } from "../../pairs/studies/pair_screen.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { studyPanel, type StudyPanelOptions } from "./study_panel.ts";
import { assertPairs } from "./pair_of.ts";
import { assertInstruments, tradedIds } from "./traded.ts";

/** Options of {@link pairScreener}. */
export interface PairScreenerOptions extends Omit<StudyPanelOptions, "pair"> {
  /** At least two. @default all that are traded */
  readonly instruments?: readonly string[];
}

/**
 * All pairs of some instruments: cointegration corrected for the number of pairs tried, half-life, z now, correlation and
 * the spread as a small line. Sorted by a press on a column's name, searched by words; a pair is opened by a click or Enter.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function pairScreener(market: Market, options: PairScreenerOptions = {}): Panel {
  assertInstruments("pairScreener", options.instruments);
  const { instruments = tradedIds(market), theme = PAGE, timeframe = "5m" } = options;
  if (instruments.length < 2) {
    if (options.instruments === undefined) assertPairs(market);
    const text = `instruments of pairScreener must be at least two, got ${instruments.length}`;
    throw plainError(new RangeError(text));
  }
  return studyPanel(market, options, {
    name: "pairScreener",
    title: "which pairs hold together",
    study: pairScreenStudy,
    settings: () => null,
    timeframe: "5m",
    timeframes: ["1m", "5m", "15m", "1h"],
    days: 7,
    ownOptions: { instruments: true },
    instruments,
    again: (next) => pairScreener(next, options),
    mount: (id) => ({
      html: screenerMount(id, { theme, timeframe }, stillNote(theme)),
      text: `Screener of ${instruments.length} markets`,
    }),
    show: (found, { id, labels, timeframe, source }) => ({
      sentence: screenerSentence(found, labels),
      body: screenerFeed(id, found, { instruments, labels, source }),
      method:
        `Engle and Granger on ${timeframe} log prices, ${found.lag} lags, the larger p of both ` +
        "directions, corrected by Benjamini and Hochberg; z against the rows before it; 95 % intervals",
      legend:
        "bold: cointegrated with at most 5 % false ones expected (corrected p at most 0.03) · p corr.: corrected for all pairs " +
        "tried · the line: the spread, ±3 deviations high",
      table: screenerTable(found, labels),
    }),
  });
}
