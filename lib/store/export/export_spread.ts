import { SPREAD_COLUMNS, spreadBlock } from "../../export/tables/spread_table.ts";
import type { TableBlock } from "../../export/table.ts";
import { GRID_TIMEFRAMES, stepOf, windowOf } from "../../model/timeframe.ts";
import { type ExportKind, rangeParameters } from "./export_kind.ts";
import { pairsIn, sidesOf } from "./pair_queries.ts";
import { pairStretches } from "./pair_stretches.ts";
import { gridTimeframeOf } from "./timeframe_of.ts";

/** `y - beta x - alpha` of log prices with its line, as alerts read it. */
export const exportSpread = pairKind("spread", "spread of pairs, with its hedge ratio");

/** The spread in deviations of the bars before it, as alerts read it. */
export const exportZscore = pairKind("zscore", "z-score of the spread of pairs");

function pairKind(what: "spread" | "zscore", title: string): ExportKind {
  return {
    title,
    takes: ["pair", "timeframe", "window"],
    timeframes: GRID_TIMEFRAMES,
    table(source, query) {
      const timeframe = gridTimeframeOf(query.timeframe ?? "1m");
      // As rules of alerts: what is configured is the window of correlations.
      const window = query.window ?? windowOf({}, timeframe);
      const pairs = pairsIn(source, query);
      const before = (window + 1) * stepOf(timeframe);
      async function* blocks(): AsyncGenerator<TableBlock> {
        for (const pair of pairs) {
          const sides = sidesOf(source, pair);
          for await (const { a, b, range } of pairStretches(source, sides, query, { before })) {
            yield spreadBlock(what, { pair: pair.name, y: a, x: b, timeframe, window }, range);
          }
        }
      }
      return Promise.resolve({
        table: { columns: SPREAD_COLUMNS[what], blocks },
        parameters: {
          pairs: pairs.map(({ name }) => name),
          timeframe,
          window,
          ...rangeParameters(query),
        },
      });
    },
  };
}
