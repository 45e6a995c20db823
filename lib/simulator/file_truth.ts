import { globexEquityIndex } from "../calendar/globex.ts";
import { MINUTE } from "../model/time.ts";
import { ListedQuarters, toListing } from "./listed_quarters.ts";
import { decimalsOf, fiveSecondsOf, type Print, splitMinute } from "./minute_split.ts";
import type { Listing, SimulatedBar, SimulatedTrade, Truth } from "./truth.ts";

/** Minute bars of one symbol: a spot symbol, or the root of an index future (`ES`). */
export interface BarFile {
  readonly symbol: string;
  /** In any order; minutes that are not there have no bar. */
  readonly rows: readonly SimulatedBar[];
}

export interface FileTruthOptions {
  /**
   * What is listed at a venue time. Rows are served under every listing whose root is their symbol.
   *
   * @default index futures: their two nearest quarters; all else: spot, with the decimals of its rows
   */
  readonly listings?: (at: number) => readonly Listing[];
}

/** Money per point of the index futures that are known by name. Their tick is a quarter of a point. */
const MULTIPLIERS: Readonly<Record<string, number>> = { ES: 50, NQ: 20, MES: 5, MNQ: 2 };
const FUTURE_TICK = 0.25;

/**
 * A truth that is read from minute bars: each is served as it stands. Bars of a future are served for
 * whichever quarters are listed at the time, the same bars for each: a file does not say which quarter it
 * is of.
 *
 * What is finer than a minute is made up from the bar's own four prices, see `minute_split.ts`: up to four
 * trades for spot, one in each five seconds for futures. Five-second bars and trades add up to the
 * bar exactly. A bar without volume has no trades.
 *
 * Futures are open by the rule of Globex and wherever they have a bar; spot is always open.
 *
 * @throws {RangeError} without rows, or when a symbol or a minute comes twice.
 */
export function openFileTruth(files: readonly BarFile[], options: FileTruthOptions = {}): Truth {
  if (files.every(({ rows }) => rows.length === 0)) {
    throw new RangeError("files must hold at least one bar");
  }
  return new FileTruth(files, options.listings ?? defaultListings(files));
}

class FileTruth implements Truth {
  readonly from: number;
  readonly to: number;
  readonly #books = new Map<string, BarBook>();
  readonly #listings: (at: number) => readonly Listing[];

  constructor(files: readonly BarFile[], listings: (at: number) => readonly Listing[]) {
    for (const { symbol, rows } of files) {
      if (this.#books.has(symbol)) throw new RangeError(`symbol ${symbol} comes twice`);
      this.#books.set(symbol, new BarBook(symbol, rows));
    }
    const books = [...this.#books.values()];
    this.from = Math.min(...books.map((book) => book.from));
    this.to = Math.max(...books.map((book) => book.to));
    this.#listings = listings;
  }

  listings(at: number): readonly Listing[] {
    return this.#listings(at);
  }

  minute(symbol: string, openTime: number): SimulatedBar | undefined {
    return this.#find(symbol, openTime)?.book.bars.get(openTime);
  }

  fiveSeconds(symbol: string, minuteOpen: number): readonly SimulatedBar[] {
    const found = this.#find(symbol, minuteOpen);
    const bar = found?.book.bars.get(minuteOpen);
    if (found === undefined || bar === undefined) return [];
    return fiveSecondsOf(bar, printsOf(bar, found.listing));
  }

  trades(symbol: string, minuteOpen: number): readonly SimulatedTrade[] {
    const found = this.#find(symbol, minuteOpen);
    const bar = found?.book.bars.get(minuteOpen);
    if (found === undefined || bar === undefined) return [];
    const { book, listing } = found;
    const firstId = book.firstId(minuteOpen, (bar) => tradesOf(bar, listing).length);
    return tradesOf(bar, listing).map(({ time, price, size }, i, prints) => ({
      id: firstId + i,
      time: minuteOpen + time,
      price,
      size,
      buyerIsMaker: i > 0 && price < prints[i - 1]!.price,
    }));
  }

  isOpen(symbol: string, minuteOpen: number): boolean {
    const found = this.#find(symbol, minuteOpen);
    if (found === undefined) return false;
    return found.listing.venue === "binance" || globexEquityIndex.isOpen(minuteOpen) === true ||
      found.book.bars.has(minuteOpen);
  }

  #find(symbol: string, time: number): { listing: Listing; book: BarBook } | undefined {
    if (time < this.from || time >= this.to) return undefined;
    const listing = this.#listings(time).find((listing) => listing.symbol === symbol);
    const book = listing && this.#books.get(listing.root);
    return listing === undefined || book === undefined ? undefined : { listing, book };
  }
}

function printsOf(bar: SimulatedBar, { venue, sizeStep }: Listing): Print[] {
  return splitMinute(bar, { isSpread: venue === "ibkr", sizeStep });
}

/** A bar's trades: those of its prints that have a size. */
function tradesOf(bar: SimulatedBar, listing: Listing): Print[] {
  return printsOf(bar, listing).filter(({ size }) => size > 0);
}

/** The bars of one symbol, by minute, oldest first. */
class BarBook {
  readonly bars: ReadonlyMap<number, SimulatedBar>;
  readonly from: number;
  readonly to: number;
  #firstIds: Map<number, number> | undefined;

  constructor(symbol: string, rows: readonly SimulatedBar[]) {
    const sorted = rows.toSorted((a, b) => a.openTime - b.openTime);
    this.bars = new Map(sorted.map((bar) => [bar.openTime, bar]));
    if (this.bars.size < rows.length) throw new RangeError(`a minute of ${symbol} comes twice`);
    this.from = sorted.at(0)?.openTime ?? Infinity;
    this.to = (sorted.at(-1)?.openTime ?? -Infinity) + MINUTE;
  }

  /** The id of a minute's first trade. Counted once, when first asked for. */
  firstId(minute: number, countOf: (bar: SimulatedBar) => number): number {
    if (this.#firstIds === undefined) {
      this.#firstIds = new Map();
      let next = 1;
      for (const bar of this.bars.values()) {
        this.#firstIds.set(bar.openTime, next);
        next += countOf(bar);
      }
    }
    return this.#firstIds.get(minute)!;
  }
}

function defaultListings(files: readonly BarFile[]): (at: number) => readonly Listing[] {
  const spot = files.filter(({ symbol }) => MULTIPLIERS[symbol] === undefined).map(spotListing);
  const futures = files.flatMap(({ symbol: root }) => {
    const multiplier = MULTIPLIERS[root];
    if (multiplier === undefined) return [];
    return [new ListedQuarters({ root, tickSize: FUTURE_TICK, multiplier })];
  });
  return (at) => [...spot, ...futures.flatMap((quarters) => quarters.at(at).map(toListing))];
}

/** A spot symbol with steps as fine as its rows need. */
function spotListing({ symbol, rows }: BarFile): Listing {
  let ofPrices = 0, ofVolumes = 0;
  for (const { open, high, low, close, volume } of rows) {
    for (const price of [open, high, low, close]) {
      if (ofPrices < 8) ofPrices = Math.max(ofPrices, decimalsOf(price));
    }
    if (ofVolumes < 8) ofVolumes = Math.max(ofVolumes, decimalsOf(volume));
  }
  return {
    symbol,
    venue: "binance",
    root: symbol,
    tickSize: 1 / 10 ** ofPrices,
    sizeStep: 1 / 10 ** ofVolumes,
  };
}
