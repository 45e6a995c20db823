import type { Bar } from "../model/bar.ts";
import { HOUR, SECOND } from "../model/time.ts";
import type { Source } from "../model/instrument.ts";
import { type CountedTrade, TradeBars } from "./trade_bars.ts";

/** One-second bars that stay in memory: the last three hours. */
export const KEPT_SECONDS = 3 * HOUR / SECOND;

/**
 * The one-second bars of one instrument, made from its trades and kept for three hours. Seconds in which nothing
 * traded have no bar; seconds with trades missing have none either.
 *
 * Memory is bounded: one ring of columns, made when the first second closes.
 */
export class RecentSeconds {
  readonly #bars: TradeBars;
  readonly #sourceOf: () => Source;
  #columns: Float64Array | undefined;

  /** @param options.sourceOf label of the bars at the time they are asked for: a venue may change it. */
  constructor(options: { readonly sourceOf: () => Source }) {
    this.#sourceOf = options.sourceOf;
    this.#bars = new TradeBars({ stepMs: SECOND, source: options.sourceOf() });
  }

  /** Takes the next trade, in the order of ids. */
  take(trade: CountedTrade): void {
    for (const event of this.#bars.take(trade)) {
      if (event.kind === "closed" || event.kind === "revised") this.#keep(event.bar);
    }
  }

  /** Closed seconds that open in `[from, to)`, oldest first. */
  between(from: number, to: number): Bar[] {
    const columns = this.#columns;
    if (columns === undefined) return [];
    const rows: number[] = [];
    for (let row = 0; row < KEPT_SECONDS; row++) {
      const openTime = columns[row * WIDTH]!;
      if (openTime >= from && openTime < to) rows.push(row);
    }
    return rows.sort((a, b) => columns[a * WIDTH]! - columns[b * WIDTH]!)
      .map((row) => this.#barAt(columns, row));
  }

  #keep({ openTime, open, high, low, close, volume, trades, vwap, revision }: Bar): void {
    this.#columns ??= new Float64Array(KEPT_SECONDS * WIDTH).fill(NaN);
    const second = openTime / SECOND;
    const row = ((second % KEPT_SECONDS) + KEPT_SECONDS) % KEPT_SECONDS;
    this.#columns.set(
      [openTime, open, high, low, close, volume, trades ?? NaN, vwap ?? NaN, revision],
      row * WIDTH,
    );
  }

  #barAt(columns: Float64Array, row: number): Bar {
    const at = row * WIDTH;
    const vwap = columns[at + 7]!;
    return {
      openTime: columns[at]!,
      open: columns[at + 1]!,
      high: columns[at + 2]!,
      low: columns[at + 3]!,
      close: columns[at + 4]!,
      volume: columns[at + 5]!,
      trades: columns[at + 6]!,
      ...(Number.isNaN(vwap) ? {} : { vwap }),
      closed: true,
      revision: columns[at + 8]!,
      source: this.#sourceOf(),
    };
  }
}

/** openTime, open, high, low, close, volume, trades, vwap, revision. */
const WIDTH = 9;
