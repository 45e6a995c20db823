import { pairTestsSentence, pairTestsTable } from "../../charts/pair_tests_table.ts";
import { htmlTable } from "../../charts/table.ts";
import type { Market } from "../../market/market.ts";
import { MINUTE } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { pairPanel, type PairPanelOptions, testedEvidence } from "./pair_panel.ts";

/**
 * The tests of a pair over its newest bars without a gap, each with its numbers and a sentence that says no more than
 * they do.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function pairTests(market: Market, options: PairPanelOptions = {}): Panel {
  return pairPanel(market, options, {
    name: "pairTests",
    title: "do they belong together?",
    needsTests: true,
    again: (next) => pairTests(next, options),
    show(pair, { labels, theme, stepMs }) {
      const { tests } = pair;
      if (tests === undefined) return "computing…";
      const table = pairTestsTable(tests, labels, stepMs / MINUTE);
      return {
        sentence: pairTestsSentence(tests, labels),
        body: htmlTable(Object.assign({}, table, { theme })),
        method: "log prices; tables for lines that were fitted (MacKinnon, Shin, simulated)",
        evidence: testedEvidence(pair, tests),
      };
    },
  });
}
