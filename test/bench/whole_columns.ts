/** Statistics of whole columns: what they cost, and how the cost grows with the rows. */
import { performance as performanceOf } from "../../lib/pairs/performance.ts";
import { blockLength } from "../../lib/stats/correlation/block_length.ts";
import { effectiveN } from "../../lib/stats/correlation/effective_n.ts";
import { partialCorrelation } from "../../lib/stats/correlation/partial_correlation.ts";
import { pearson } from "../../lib/stats/correlation/pearson.ts";
import { describe } from "../../lib/stats/rolling/describe.ts";
import { quantile } from "../../lib/stats/rolling/quantile.ts";
import { kpss } from "../../lib/stats/stationarity/kpss.ts";
import { rollingVwap } from "../../lib/sync/vwap.ts";
import type { Columns } from "./columns.ts";

/** A row of the table: what it says, the peer of peers.py, and the work. */
export interface WholeColumn {
  readonly work: string;
  readonly peer: "scipy" | "numpy" | "statsmodels";
  readonly key: string;
  readonly run: () => void;
}

const SHORT = 100_000;

export function wholeColumns(columns: Columns): WholeColumn[] {
  const x = columns["finite-x"], y = columns["finite-y"], short = x.slice(0, SHORT);
  const series = [0, 1, 2, 3, 4].map((i) => y.slice(i * SHORT, (i + 1) * SHORT));
  const returns = short.map((value) => 0.001 * value);
  return [
    {
      work: "pearson with effective n, 2 × 1e6",
      peer: "scipy",
      key: "pearson",
      run: () => void pearson(x, y),
    },
    {
      work: "partialCorrelation, 5 × 1e5",
      peer: "numpy",
      key: "partial",
      run: () => void partialCorrelation(series),
    },
    { work: "quantile, 1e6", peer: "numpy", key: "quantile", run: () => void quantile(x, 0.37) },
    {
      work: "performance, 1e5",
      peer: "numpy",
      key: "performance",
      run: () => void performanceOf(returns, { periodsPerYear: 252 }),
    },
    { work: "kpss, 1e5", peer: "statsmodels", key: "kpss", run: () => void kpss(short) },
    { work: "describe, 1e6", peer: "scipy", key: "describe", run: () => void describe(x) },
  ];
}

/** Works whose cost must grow with the rows: seconds at a tenth of the rows and at all of them. */
export function growths(columns: Columns): Record<string, (rows: number) => () => void> {
  const x = columns["finite-x"], walk = columns["hy-p1"];
  const price = x.map((value) => 100 + value), size = x.map(Math.abs);
  return {
    "pearson": (rows) => {
      const a = x.slice(0, rows), b = columns["finite-y"].slice(0, rows);
      return () => void pearson(a, b);
    },
    "effectiveN of walks": (rows) => {
      const a = walk.slice(0, rows), b = columns["hy-p2"].slice(0, rows);
      return () => void effectiveN(a, b);
    },
    "blockLength of a walk": (rows) => {
      const a = walk.slice(0, rows);
      return () => void blockLength(a);
    },
    "rollingVwap over 1,440": (rows) => {
      const p = price.slice(0, rows), volume = size.slice(0, rows);
      const bars = { openTime: p, high: p, low: p, close: p, volume };
      return () => void rollingVwap(bars, { window: 1_440 });
    },
  };
}
