/** A trade as the tape lists it. */
export interface TapeTrade {
  readonly instrument: string;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  /** Side of the taker, where the venue says. */
  readonly side?: "buy" | "sell";
}

/** What was traded of an instrument since counting began. */
export interface TradeCount {
  count: number;
  volume: number;
  /** Volume whose taker bought, and volume whose taker's side is known. */
  bought: number;
  sided: number;
  last: TapeTrade | undefined;
}

/** Counters of trades by instrument, and the newest trades of all: O(1) a trade, memory of the rows kept. */
export class TradeCounts {
  /** Trades counted. */
  total = 0;
  readonly #counts = new Map<string, TradeCount>();
  /** A ring of the newest. */
  readonly #ring: (TapeTrade | undefined)[];
  #next = 0;

  /** @param rows how many of the newest trades are kept. */
  constructor(instruments: readonly string[], rows: number) {
    this.#ring = new Array(rows).fill(undefined);
    for (const id of instruments) this.#counts.set(id, none());
  }

  /** Counts a trade; of other instruments nothing is kept. */
  take(trade: TapeTrade): void {
    const counted = this.#counts.get(trade.instrument);
    if (counted === undefined) return;
    this.total++;
    counted.count++;
    counted.volume += trade.size;
    if (trade.side !== undefined) counted.sided += trade.size;
    if (trade.side === "buy") counted.bought += trade.size;
    counted.last = trade;
    if (this.#ring.length === 0) return;
    this.#ring[this.#next] = trade;
    this.#next = (this.#next + 1) % this.#ring.length;
  }

  of(instrument: string): Readonly<TradeCount> {
    return this.#counts.get(instrument) ?? none();
  }

  /** The newest first. */
  newest(): TapeTrade[] {
    const { length } = this.#ring;
    const places = Array.from({ length }, (_, back) => (this.#next - 1 - back + length) % length);
    return places.flatMap((place) => this.#ring[place] ?? []);
  }
}

function none(): TradeCount {
  return { count: 0, volume: 0, bought: 0, sided: 0, last: undefined };
}
