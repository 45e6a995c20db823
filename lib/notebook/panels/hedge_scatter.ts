import { figureImage } from "../../charts/figure.ts";
import { hedgeFile } from "../../charts/hedge_csv.ts";
import { hedgeFigure, slopeText } from "../../charts/hedge_figure.ts";
import { HEDGE_NAMES } from "../../charts/pair_text.ts";
import type { Market } from "../../market/market.ts";
import { testedRows } from "../../pairs/pair_tests.ts";
import type { Panel } from "../panel.ts";
import { pairPanel, type PairPanelOptions, testedEvidence } from "./pair_panel.ts";
import { assertWidth } from "./study_panel.ts";

/** Options of {@link hedgeScatter}. */
export interface HedgeScatterOptions extends PairPanelOptions {
  /** Of the picture, CSS px, 320 or more. @default 760 */
  readonly width?: number;
}

/**
 * Log prices of a pair with the lines of its five hedge ratios, each slope with its interval.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function hedgeScatter(market: Market, options: HedgeScatterOptions = {}): Panel {
  const { width } = options;
  assertWidth("hedgeScatter", width);
  return pairPanel(market, options, {
    name: "hedgeScatter",
    ownOptions: { width: true },
    title: "five hedge ratios",
    needsTests: true,
    again: (next) => hedgeScatter(next, options),
    show(pair, { labels, theme, stepMs }) {
      const { tests, columns, settings: { testWindow } } = pair;
      if (tests === undefined) return "computing…";
      const rows = testedRows(columns, { most: testWindow, stepMs });
      const { hedges } = tests;
      const known = hedges.filter(({ reason }) => reason === undefined);
      if (known.length === 0) {
        return `Too little data yet: ${hedges[0]?.reason ?? "no bar that both sides have"}.`;
      }
      const betas = known.map(({ beta }) => beta);
      const least = Math.min(...betas), most = Math.max(...betas);
      const meet = known.every(({ lo, hi }) => lo <= least && hi >= most);
      const sentence =
        `One of ${labels.y} is hedged by ${least.toFixed(3)} to ${most.toFixed(3)} of ` +
        `${labels.x} in value, by five ways to draw the line; ` +
        (meet ? "each interval holds all five." : "not every interval holds all five.");
      return {
        sentence,
        body: figureImage(hedgeFigure(rows, hedges, { labels, sentence, theme, width })) +
          hedgeFile(hedges),
        method: "log prices; intervals count how slowly the spread reverts, 95 %",
        table: {
          caption: "Slopes",
          columns: ["line", "slope (95 % interval)", "interval by"],
          rows: hedges.map((hedge) => [HEDGE_NAMES[hedge.kind], slopeText(hedge), hedge.method]),
        },
        evidence: testedEvidence(pair, tests),
      };
    },
  });
}
