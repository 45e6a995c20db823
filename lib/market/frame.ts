import type { DataFrame } from "danfojs";
import type { Bar } from "../model/bar.ts";

/**
 * Bars as a danfojs DataFrame, one row a bar: `openTime` (epoch ms UTC), `utc` (text), open, high, low,
 * close, volume, revision, source. danfojs is large, so it is loaded on first use.
 *
 * @returns a danfojs `DataFrame`; without bars it still has its columns.
 */
export async function frameOf(bars: readonly Bar[]): Promise<DataFrame> {
  const { DataFrame } = await import("danfojs");
  return new DataFrame({
    openTime: bars.map((bar) => bar.openTime),
    utc: bars.map((bar) => new Date(bar.openTime).toISOString()),
    open: bars.map((bar) => bar.open),
    high: bars.map((bar) => bar.high),
    low: bars.map((bar) => bar.low),
    close: bars.map((bar) => bar.close),
    volume: bars.map((bar) => bar.volume),
    revision: bars.map((bar) => bar.revision),
    source: bars.map((bar) => bar.source),
  });
}
