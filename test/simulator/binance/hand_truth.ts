import { floorTo, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { Listing, SimulatedBar, SimulatedTrade, Truth } from "../../../lib/simulator/truth.ts";

const TRADES_A_MINUTE = 7;

/**
 * A market whose every trade can be worked out on paper: seven trades a minute in BTCUSDT and ETHUSDT.
 * Minutes may be missing, and volumes may be set to awkward doubles.
 */
export class HandTruth implements Truth {
  readonly from: number;
  readonly to: number;
  readonly missing = new Set<number>();
  readonly volumes = new Map<number, number>();

  constructor(from: number, to = Infinity) {
    this.from = floorTo(from, MINUTE);
    this.to = to;
  }

  listings(_at: number): readonly Listing[] {
    return [
      ...["BTCUSDT", "ETHUSDT"].map((symbol) => ({
        symbol,
        kind: "crypto" as const,
        root: symbol,
        tickSize: 0.01,
        sizeStep: 0.00001,
      })),
      { symbol: "ESZ5", kind: "future", root: "ES", tickSize: 0.25, sizeStep: 1 },
    ];
  }

  isOpen(_symbol: string, minuteOpen: number): boolean {
    return !this.missing.has(minuteOpen);
  }

  trades(symbol: string, minuteOpen: number): readonly SimulatedTrade[] {
    if (symbol === "ESZ5") throw new Error("the Binance venue must not ask for a future");
    if (this.missing.has(minuteOpen) || minuteOpen < this.from || minuteOpen >= this.to) return [];
    const index = (minuteOpen - this.from) / MINUTE;
    const base = symbol === "BTCUSDT" ? 9_000_000 : 300_000;
    return Array.from({ length: TRADES_A_MINUTE }, (_, i) => {
      const id = 1_000 + index * TRADES_A_MINUTE + i;
      return {
        id,
        time: minuteOpen + [0, 1_999, 2_000, 17_250, 30_001, 45_500, 59_999][i]!,
        price: (base + (id * 7_919) % 5_003) / 100,
        size: (1 + (id * 104_729) % 90_001) / 100_000,
        buyerIsMaker: id % 3 === 0,
      };
    });
  }

  minute(symbol: string, openTime: number): SimulatedBar | undefined {
    const trades = this.trades(symbol, openTime);
    if (trades.length === 0) return undefined;
    const prices = trades.map(({ price }) => price);
    const steps = trades.reduce((sum, { size }) => sum + Math.round(size * 1e5), 0);
    const money = trades.reduce((sum, { price, size }) => sum + price * size, 0);
    return {
      openTime,
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
      volume: this.volumes.get(openTime) ?? steps / 1e5,
      trades: trades.length,
      vwap: money / (steps / 1e5),
    };
  }

  fiveSeconds(symbol: string, minuteOpen: number): readonly SimulatedBar[] {
    throw new Error(`the Binance venue has no five-second bars: ${symbol} ${minuteOpen / SECOND}`);
  }
}
