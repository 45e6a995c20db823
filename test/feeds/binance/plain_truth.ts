import { MINUTE } from "../../../lib/model/time.ts";
import type { SimulatedBar, SimulatedTrade, Truth } from "../../../lib/simulator/truth.ts";

/** Twelve trades a minute, unless told, for these symbols, for ever; prices in cents and sizes that add up exactly. */
export function plainTruth(symbols: readonly string[], tradesAMinute = 12): Truth {
  const trades = (symbol: string, minuteOpen: number): SimulatedTrade[] =>
    Array.from({ length: tradesAMinute }, (_, i) => {
      const seed = symbol.charCodeAt(0) * 131 + minuteOpen / MINUTE + i * 7_919;
      const mix = Math.imul(seed | 0, 2_654_435_761) >>> 0;
      return {
        id: (minuteOpen / MINUTE) * 12 + i,
        time: minuteOpen + i * 5_000 + 250,
        price: (5_000_000 + mix % 20_000) / 100,
        size: (1 + (mix >>> 16) % 500) / 1_000,
        buyerIsMaker: mix % 2 === 0,
      };
    });
  const minute = (symbol: string, openTime: number): SimulatedBar => {
    const all = trades(symbol, openTime);
    const prices = all.map(({ price }) => price);
    const thousandths = all.reduce((sum, { size }) => sum + Math.round(size * 1_000), 0);
    const quote = all.reduce((sum, { size, price }) => sum + size * price, 0);
    return {
      openTime,
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
      volume: thousandths / 1_000,
      trades: all.length,
      vwap: quote / (thousandths / 1_000),
    };
  };
  return {
    from: Date.UTC(2020, 0, 1),
    to: Infinity,
    listings: () =>
      symbols.map((symbol) => ({
        symbol,
        kind: "crypto" as const,
        root: symbol,
        tickSize: 0.01,
        sizeStep: 0.001,
      })),
    minute,
    fiveSeconds: () => [],
    trades,
    isOpen: () => true,
  };
}
