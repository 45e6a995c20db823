import { pairFigure } from "../../charts/pair_figure.ts";
import { checkBands } from "../../pairs/pair_settings.ts";
import { newestRows } from "../../charts/pair_study.ts";
import { breakText, pairEvidence, pairMethod, pairSentence } from "../../charts/pair_text.ts";
import type { Market } from "../../market/market.ts";
import type { MarketPair } from "../../market/market_pair.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { pairOnPage } from "./pair_on_page.ts";
import { type PairAbout, pairPanel, type PairPanelOptions } from "./pair_panel.ts";

/** Options of {@link pairChart}. */
export interface PairChartOptions extends PairPanelOptions {
  /** |z| at which a position would be opened. @default 2 */
  readonly enter?: number;
  /** |z| at which it would be closed, below `enter`. @default 0.5 */
  readonly exit?: number;
  /** Newest bars shown, 20 to 3,000. @default 720 */
  readonly lastBars?: number;
  /** Of the picture that stands in where no script runs, CSS px, 480 or more. @default 1100 */
  readonly width?: number;
  /**
   * Whether the page that shows it makes another where its reader chooses seconds, or a line that only the kernel fits: the
   * dashboard does. @default false, as a cell is run again by its writer
   */
  readonly isServed?: boolean;
}

/**
 * The hedged spread of a pair and its z-score with the bands of entry and exit. Line and z-score were known before each
 * bar; the bands are levels to look at, not advice.
 *
 * Bars, hedge, windows and bands are in the reader's hand: the page computes from the rows that travel with it, in a
 * notebook, on a dashboard and in an exported page. The lines of Huber, of Theil and Sen and of the filter are fitted by
 * the kernel and travel with the rows where the chart was made for one of them: bands and the window of z stay in the
 * reader's hand, and so do bars of a second where it was made for them.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function pairChart(market: Market, options: PairChartOptions = {}): Panel {
  const { enter = 2, exit = 0.5, lastBars = 720, width = 1_100, isServed = false } = options;
  try {
    checkBands(enter, exit);
  } catch (error) {
    refuse((error as Error).message);
  }
  if (!(Number.isInteger(lastBars) && lastBars >= 20 && lastBars <= 3_000)) {
    refuse(`lastBars must be a whole number from 20 to 3,000, got ${lastBars}`);
  }
  if (!(width >= 480)) refuse(`width must be at least 480, got ${width}`);
  const studied = (pair: MarketPair, { labels, remark }: PairAbout) => {
    const { latest, columns: all, settings: { window, zWindow } } = pair;
    if (latest === undefined || all.length < 2) return undefined;
    const words = { labels, window, zWindow, enter, exit, remark };
    return { latest, columns: newestRows(all, lastBars), words };
  };
  const still = (pair: MarketPair, about: PairAbout) => {
    const found = studied(pair, about);
    if (found === undefined) return undefined;
    const { columns, latest, words } = found, { theme, stepMs } = about;
    const { source, settings: { timeframe } } = pair;
    return pairFigure(columns, latest, { ...words, timeframe, stepMs, source, theme, width });
  };
  return pairPanel(market, options, {
    name: "pairChart",
    title: "spread and z-score",
    ownOptions: { enter: true, exit: true, lastBars: true, width: true, isServed: true },
    // It says when they find that the two have come apart.
    needsTests: true,
    again: (next) => pairChart(next, options),
    onPage: (basis) =>
      pairOnPage(market, basis, {
        enter,
        exit,
        lastBars,
        isServed,
        still: (pair) => still(pair, basis.about(pair)),
      }),
    show: (pair, about) => {
      const found = studied(pair, about);
      if (found === undefined) return "No bar that both sides have yet.";
      const { columns, latest, words } = found, { tests, settings } = pair;
      const broken = tests === undefined ? "" : breakText(tests.break, about.labels);
      return {
        sentence: [
          ...(broken === "" ? [] : [broken]),
          pairSentence(columns, latest, words),
        ].join(" "),
        // The page draws it.
        body: "",
        method: pairMethod(settings, latest),
        evidence: pairEvidence(columns, latest, settings.timeframe),
      };
    },
  });
}

function refuse(text: string): never {
  throw plainError(new RangeError(`${text} (pairChart)`));
}
