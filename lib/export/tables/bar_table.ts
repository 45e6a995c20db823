import type { Bar } from "../../model/bar.ts";
import type { Table, TableBlock, TableColumn } from "../table.ts";

/** Columns of every table of bars, in the order of `BarCells`. */
export const BAR_COLUMNS: readonly TableColumn[] = [
  { name: "openTime", kind: "time" },
  { name: "open", kind: "number" },
  { name: "high", kind: "number" },
  { name: "low", kind: "number" },
  { name: "close", kind: "number" },
  { name: "volume", kind: "number" },
  { name: "revision", kind: "integer" },
  { name: "source", kind: "text" },
];

/** Bars as columns of equal length. */
export interface BarTableColumns {
  readonly openTime: ArrayLike<number>;
  readonly open: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  readonly volume: ArrayLike<number>;
  readonly revision: ArrayLike<number>;
  readonly source: readonly string[];
}

/** Bars as a block of a table with {@link BAR_COLUMNS}. */
export function barBlock(bars: BarTableColumns): TableBlock {
  return {
    length: bars.openTime.length,
    columns: [
      bars.openTime,
      bars.open,
      bars.high,
      bars.low,
      bars.close,
      bars.volume,
      bars.revision,
      bars.source,
    ],
  };
}

/** Bars as they are now, as a table. */
export function barTable(bars: readonly Bar[]): Table {
  const column = (value: (bar: Bar) => number) => Float64Array.from(bars, value);
  const block = barBlock({
    openTime: column((bar) => bar.openTime),
    open: column((bar) => bar.open),
    high: column((bar) => bar.high),
    low: column((bar) => bar.low),
    close: column((bar) => bar.close),
    volume: column((bar) => bar.volume),
    revision: column((bar) => bar.revision),
    source: bars.map((bar) => bar.source),
  });
  return { columns: BAR_COLUMNS, blocks: () => [block] };
}
