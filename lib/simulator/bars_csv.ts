import { minuteRows, type MinuteRowsOptions, unfit } from "../bars/csv/minute_rows.ts";
import { likelyTrades } from "./minute_split.ts";
import type { SimulatedBar } from "./truth.ts";

/**
 * Minute bars of a file, to be served by the simulated venues. Any layout that `deno task doctor --bars` reads is
 * read. What the file lacks is approximated: `trades` as in `likelyTrades`, `vwap` as the mean of high, low and
 * close.
 *
 * @returns bars by time, oldest first, and what the reader had to decide.
 * @throws {MarketError} `bars-file`, naming file, line and reason; a file without volume is refused.
 *
 * @example
 * ```ts
 * import { simulatedBars } from "./bars_csv.ts";
 * import assert from "node:assert/strict";
 * const text = "openTime,open,high,low,close,volume\n1769382000000,5,7,4,6,12\n";
 * const { rows } = simulatedBars(text, { symbol: "ES", file: "es.csv" });
 * assert.equal(rows[0]?.close, 6);
 * ```
 */
export function simulatedBars(
  text: string,
  options: MinuteRowsOptions,
): { readonly rows: readonly SimulatedBar[]; readonly notes: readonly string[] } {
  const { bars, notes } = minuteRows(text, options);
  const rows = Array.from(bars.openTime, (openTime, at): SimulatedBar => {
    const prices = {
      openTime,
      open: bars.open[at]!,
      high: bars.high[at]!,
      low: bars.low[at]!,
      close: bars.close[at]!,
      volume: bars.volume[at]!,
    };
    if (Number.isNaN(prices.volume)) throw unfit(options, "it has no volume in every row");
    const trades = bars.trades[at]!, vwap = bars.vwap[at]!;
    return {
      ...prices,
      trades: Number.isNaN(trades) ? likelyTrades(prices) : trades,
      vwap: Number.isNaN(vwap) ? typicalPrice(prices) : vwap,
    };
  });
  return { rows, notes };
}

function typicalPrice({ high, low, close }: SimulatedBarPrices): number {
  return Math.min(high, Math.max(low, (high + low + close) / 3));
}

type SimulatedBarPrices = Pick<SimulatedBar, "high" | "low" | "close">;
