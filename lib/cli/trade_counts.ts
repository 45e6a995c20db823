import type { MarketEvent } from "../market/market_event.ts";
import type { MarketStatus } from "../market/market_status.ts";
import { formatUtc, MINUTE } from "../model/time.ts";

/** Counts the trades of each instrument, for a line now and then. */
export class TradeCounts {
  readonly #counts = new Map<string, number>();

  take(event: MarketEvent): void {
    if (event.kind !== "trade") return;
    this.#counts.set(event.instrument, this.of(event.instrument) + 1);
  }

  of(instrument: string): number {
    return this.#counts.get(instrument) ?? 0;
  }

  /**
   * `2025-12-03 14:05:10 UTC simulated, live · BTCUSDT 120 trades, age 0.2 s · DVOL age 0.1 s`; of what is stored, to
   * when.
   */
  line({ source, state, venueTime, streams }: MarketStatus): string {
    const time = Number.isNaN(venueTime) ? "venue time unknown" : formatUtc(venueTime);
    const parts = streams.map(({ instrument, ageMs, state, lastBar }) => {
      if (state === "stored") {
        const to = lastBar === undefined ? "no bar" : `to ${formatUtc(lastBar + MINUTE)}`;
        return `${instrument} ${to}`;
      }
      const age = ageMs === undefined ? "no data yet" : `age ${(ageMs / 1_000).toFixed(1)} s`;
      const shown = state === "live" ? "" : ` ${state}`;
      const count = this.of(instrument);
      // Of an index, and where single trades are not asked for, none comes: that is no count of 0.
      const trades = count === 0 ? "" : ` ${count.toLocaleString("en-US")} trades,`;
      return `${instrument}${shown}${trades} ${age}`;
    });
    return [`${time} ${source}, ${state}`, ...parts].join(" · ");
  }
}
