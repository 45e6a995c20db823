import type { Source } from "../../model/instrument.ts";
import { correlateAllDays } from "../../sync/day_correlation.ts";
import { correlateAll } from "../../sync/pair_correlation.ts";
import type { Table, TableBlock, TableColumn } from "../table.ts";
import { type CorrelationPart, ReturnsOfParts } from "./correlation_table.ts";

const COLUMNS: readonly TableColumn[] = [
  { name: "pair", kind: "text" },
  { name: "timeframe", kind: "text" },
  { name: "n", kind: "integer" },
  { name: "expected", kind: "integer" },
  { name: "r", kind: "number" },
  { name: "lo", kind: "number" },
  { name: "hi", kind: "number" },
  { name: "from", kind: "time" },
  { name: "to", kind: "time" },
];

/**
 * A row a correlation, over all minutes that both have up to `to`.
 *
 * @param source what the minutes are.
 */
export function fullCorrelationTable(
  parts: Iterable<Omit<CorrelationPart, "window">>,
  { source, to }: { readonly source: Source; readonly to: number },
): Table {
  return {
    columns: COLUMNS,
    *blocks(): Generator<TableBlock> {
      const shared = new ReturnsOfParts();
      for (const { pair, a, b, calendars, timeframe } of parts) {
        const estimate = timeframe === "1d"
          ? correlateAllDays(a, b, { calendars, source, to })
          : correlateAll(a, b, { timeframe, source, to, returns: shared.of({ timeframe }) });
        const { n, expected, from, to: end } = estimate;
        const [r, lo, hi] = estimate.kind === "ok"
          ? [estimate.value, ...estimate.ci]
          : [NaN, NaN, NaN];
        const columns = [[pair], [timeframe], [n], [expected], [r!], [lo!], [hi!], [from], [end]];
        yield { length: 1, columns: columns as TableBlock["columns"] };
      }
    },
  };
}
