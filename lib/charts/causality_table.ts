import type { Causality } from "../sync/studies/causality.ts";
import type { SideNames } from "./lead_text.ts";
import { pText } from "./sentence_text.ts";
import type { TableText } from "./table.ts";

/** Granger's test both ways, a line each. */
export function causalityTable(
  { firstToSecond, secondToFirst }: Causality,
  { first, second }: SideNames,
): TableText {
  const rows = [
    { name: `${second} → ${first}`, test: secondToFirst },
    { name: `${first} → ${second}`, test: firstToSecond },
  ].map(({ name, test }) => [
    name,
    test.holds ? "● shown" : "○ not shown",
    pText(test.adjusted),
    pText(test.pvalue),
    pText(test.hc3Pvalue),
    String(test.lag),
    test.nobs.toLocaleString("en-US"),
  ]);
  return {
    caption: "Does the past of one say something about the next bar of the other?",
    columns: ["", "", "corrected for both", "wild bootstrap", "HC3", "bars back", "rows"],
    rows,
  };
}
