import { describe } from "../../stats/rolling/describe.ts";
import type { TableBlock, TableColumn } from "../table.ts";

/** Columns of a table of statistics: of log returns, a row an instrument. */
export const STATISTICS_COLUMNS: readonly TableColumn[] = [
  { name: "instrument", kind: "text" },
  { name: "timeframe", kind: "text" },
  { name: "from", kind: "time" },
  { name: "to", kind: "time" },
  { name: "n", kind: "integer" },
  { name: "mean", kind: "number" },
  { name: "sd1", kind: "number" },
  { name: "skew1", kind: "number" },
  { name: "kurt1", kind: "number" },
  { name: "min", kind: "number" },
  { name: "q05", kind: "number" },
  { name: "median", kind: "number" },
  { name: "q95", kind: "number" },
  { name: "max", kind: "number" },
];

/** The log returns of one instrument. */
export interface StatisticsPart {
  readonly instrument: string;
  readonly timeframe: string;
  /** What they are of, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** NaN where there is none. */
  readonly returns: ArrayLike<number>;
}

/** One row; see {@link describe}. */
export function statisticsBlock(
  { instrument, timeframe, from, to, returns }: StatisticsPart,
): TableBlock {
  const found = describe(returns);
  return {
    length: 1,
    columns: [
      [instrument],
      [timeframe],
      [from],
      [to],
      [found.n],
      [found.mean],
      [found.sd1],
      [found.skew1],
      [found.kurt1],
      [found.min],
      [found.quantile(0.05)],
      [found.median],
      [found.quantile(0.95)],
      [found.max],
    ],
  };
}
