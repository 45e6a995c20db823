import type { Bar } from "../../lib/model/bar.ts";

/** A closed simulated bar around `close`, with the given changes. */
export function barAt(openTime: number, close: number, change: Partial<Bar> = {}): Bar {
  return {
    openTime,
    open: close,
    high: close + 1,
    low: close - 1,
    close,
    volume: 5,
    closed: true,
    revision: 0,
    source: "simulated",
    ...change,
  };
}
