import type { DataFrame } from "danfojs";
import type { Bar } from "../model/bar.ts";

const COLUMNS = [
  ...["openTime", "utc", "open", "high", "low", "close", "volume", "revision", "source"],
];

/**
 * Bars as a danfojs DataFrame, one row a bar: `openTime` (epoch ms UTC), `utc` (text), open, high, low,
 * close, volume, revision, source. danfojs is large, so it is loaded on first use.
 *
 * @returns a danfojs `DataFrame`; without bars it still has its columns.
 */
export async function frameOf(bars: readonly Bar[]): Promise<DataFrame> {
  const { DataFrame } = await import("danfojs");
  const rows = bars.map((bar) => [
    ...[bar.openTime, new Date(bar.openTime).toISOString()],
    ...[bar.open, bar.high, bar.low, bar.close, bar.volume, bar.revision, bar.source],
  ]);
  return new DataFrame(rows, { columns: COLUMNS });
}
