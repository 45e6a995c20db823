import type { MinuteGrid } from "../../model/minute_grid.ts";
import { DAY, floorTo, MINUTE } from "../../model/time.ts";
import { align } from "../../sync/align.ts";
import type { Table, TableBlock, TableColumn } from "../table.ts";

/** Which minutes: those that open at or after `from` and before `to`, epoch ms. */
export interface MinuteRange {
  readonly from?: number;
  readonly to?: number;
}

/** Instruments side by side, a row a minute, a day of rows at a time; see {@link align}. */
export function alignedTable(
  grids: ReadonlyMap<string, MinuteGrid>,
  { from = -Infinity, to = Infinity }: MinuteRange = {},
): Table {
  return {
    columns: alignedColumns([...grids.keys()]),
    *blocks(): Generator<TableBlock> {
      const begun = [...grids.values()].filter(({ length }) => length > 0);
      const first = Math.max(from, Math.min(...begun.map(({ start }) => start)));
      const end = Math.min(to, Math.max(...begun.map((g) => g.start + g.length * MINUTE)));
      for (let at = first; at < end;) {
        const next = Math.min(end, floorTo(at, DAY) + DAY);
        yield alignedBlock(grids, { from: at, to: next });
        at = next;
      }
    },
  };
}

/** A close and a return of each instrument. */
export function alignedColumns(ids: readonly string[]): readonly TableColumn[] {
  const columns = ids.flatMap((id): TableColumn[] => [
    { name: `${id}_close`, kind: "number" },
    { name: `${id}_return`, kind: "number" },
  ]);
  return [
    { name: "openTime", kind: "time" },
    ...columns,
    { name: "complete", kind: "integer" },
  ];
}

/** The rows of a range, from the earliest to the latest minute of any instrument. */
export function alignedBlock(
  grids: ReadonlyMap<string, MinuteGrid>,
  range: MinuteRange,
): TableBlock {
  const { openTime, closes, returns, complete } = align(grids, range);
  const sides = closes.flatMap((close, i) => [close, returns[i]!]);
  return { length: openTime.length, columns: [openTime, ...sides, complete] };
}
