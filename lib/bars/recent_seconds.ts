import type { Bar } from "../model/bar.ts";
import { HOUR, MINUTE, SECOND } from "../model/time.ts";
import type { Source } from "../model/instrument.ts";
import { type CountedTrade, TradeBars } from "./trade_bars.ts";

/** One-second bars that stay in memory: the last three hours. */
export const KEPT_SECONDS = 3 * HOUR / SECOND;
/** Seconds whose columns are made at once. */
const PAGE_SECONDS = 10 * MINUTE / SECOND;

/**
 * The one-second bars of one instrument, made from its trades and kept for three hours. Seconds in which nothing
 * traded have no bar; seconds with trades missing have none either.
 *
 * Memory is bounded: one ring of columns, of which ten minutes are made when their first second closes.
 */
export class RecentSeconds {
  readonly #bars: TradeBars;
  readonly #sourceOf: () => Source;
  /** Ten minutes of the ring each. */
  readonly #pages: (Float64Array | undefined)[] = [];

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
    const places: SecondPlace[] = [];
    for (const page of this.#pages) {
      if (page === undefined) continue;
      for (let at = 0; at < page.length; at += WIDTH) {
        const openTime = page[at]!;
        if (openTime >= from && openTime < to) places.push({ openTime, page, at });
      }
    }
    return places.sort((a, b) => a.openTime - b.openTime).map((place) => this.#barAt(place));
  }

  #keep({ openTime, open, high, low, close, volume, trades, vwap, revision }: Bar): void {
    const second = openTime / SECOND;
    const row = ((second % KEPT_SECONDS) + KEPT_SECONDS) % KEPT_SECONDS;
    const page = this.#pageAt(Math.floor(row / PAGE_SECONDS));
    page.set(
      [openTime, open, high, low, close, volume, trades ?? NaN, vwap ?? NaN, revision],
      (row % PAGE_SECONDS) * WIDTH,
    );
  }

  #pageAt(index: number): Float64Array {
    return this.#pages[index] ??= new Float64Array(PAGE_SECONDS * WIDTH).fill(NaN);
  }

  #barAt({ openTime, page, at }: SecondPlace): Bar {
    const vwap = page[at + 7]!;
    return {
      openTime,
      open: page[at + 1]!,
      high: page[at + 2]!,
      low: page[at + 3]!,
      close: page[at + 4]!,
      volume: page[at + 5]!,
      trades: page[at + 6]!,
      ...(Number.isNaN(vwap) ? {} : { vwap }),
      closed: true,
      revision: page[at + 8]!,
      source: this.#sourceOf(),
    };
  }
}

/** Where a second's bar lies. */
interface SecondPlace {
  readonly openTime: number;
  readonly page: Float64Array;
  /** Of its first number. */
  readonly at: number;
}

/** openTime, open, high, low, close, volume, trades, vwap, revision. */
const WIDTH = 9;
