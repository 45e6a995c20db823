import { alignedBlock, alignedColumns } from "../../export/tables/aligned_table.ts";
import type { TableBlock } from "../../export/table.ts";
import { DAY, type Interval, MINUTE } from "../../model/time.ts";
import {
  type ExportKind,
  type ExportQuery,
  type ExportSource,
  rangeOf,
  rangeParameters,
} from "./export_kind.ts";
import { pairNamed, sidesOf } from "./pair_queries.ts";
import { stretchesOf } from "./stretches.ts";

/** Every traded instrument side by side, a row a minute, or the two of a pair. */
export const exportAligned: ExportKind = {
  title: "closes and returns side by side, minute by minute",
  takes: ["pair"],
  timeframes: [],
  async table(source, query) {
    const instruments = query.pair === undefined
      ? source.instruments.filter(({ kind }) => kind !== "index")
      : sidesOf(source, pairNamed(query.pair));
    const ids = instruments.map(({ id }) => id);
    const span = await spanOf(source, query, ids);
    async function* blocks(): AsyncGenerator<TableBlock> {
      for (const { from, to } of stretchesOf(span)) {
        const grids = new Map();
        for (const instrument of instruments) {
          // The first return starts from the minute before.
          const stretch = { from: from - DAY, to };
          grids.set(instrument.id, await source.minutes.grid(instrument, stretch));
        }
        yield alignedBlock(grids, { from, to });
      }
    }
    return {
      table: { columns: alignedColumns(ids), blocks },
      parameters: { instruments: ids, timeframe: "1m", ...rangeParameters(query) },
    };
  },
};

/** From the earliest to the latest minute of any of them, as far as it was asked for. */
async function spanOf(
  { minutes }: ExportSource,
  query: ExportQuery,
  ids: readonly string[],
): Promise<Interval> {
  let from = Infinity, to = -Infinity;
  for (const id of ids) {
    const span = await minutes.span({ id });
    if (span === undefined) continue;
    from = Math.min(from, span.from);
    to = Math.max(to, span.to);
  }
  const range = rangeOf(query, { from, to });
  return {
    from: Math.ceil(range.from / MINUTE) * MINUTE,
    to: Math.floor(range.to / MINUTE) * MINUTE,
  };
}
