import type { Bar } from "../model/bar.ts";
import type { StoredBars } from "./store.ts";

/** Bars as the columns of a store, in the same order. */
export function barColumnsOf(bars: readonly Bar[]): StoredBars {
  const column = (of: (bar: Bar) => number) => Float64Array.from(bars, of);
  return {
    openTime: column((bar) => bar.openTime),
    open: column((bar) => bar.open),
    high: column((bar) => bar.high),
    low: column((bar) => bar.low),
    close: column((bar) => bar.close),
    volume: column((bar) => bar.volume),
    trades: column((bar) => bar.trades ?? NaN),
    vwap: column((bar) => bar.vwap ?? NaN),
    revision: Uint16Array.from(bars, (bar) => bar.revision),
    source: bars.map((bar) => bar.source),
  };
}
