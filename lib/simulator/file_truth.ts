import { globexEquityIndex } from "../calendar/globex.ts";
import { findProduct } from "../calendar/products.ts";
import { MINUTE } from "../model/time.ts";
import { ContractMonths, toListing } from "./contract_months.ts";
import { decimalsOf, fiveSecondsOf, type Print, splitMinute } from "./minute_split.ts";
import type { Listing, SimulatedBar, SimulatedTrade, Truth } from "./truth.ts";

/** Minute bars of one symbol: a spot symbol, or the root of a future (`ES`). */
export interface BarFile {
  readonly symbol: string;
  /** In any order; minutes that are not there have no bar. */
  readonly rows: readonly SimulatedBar[];
}

export interface FileTruthOptions {
  /**
   * What is listed at a venue time. Rows are served under every listing whose root is their symbol.
   *
   * @default futures of the products table: their listed months; all else: spot, with the decimals of its rows
   */
  readonly listings?: (at: number) => readonly Listing[];
}

/**
 * A truth that is read from minute bars: each is served unchanged. Bars of a future are served for
 * whichever months are listed at the time, the same bars for each: a file does not say which month it
 * is of.
 *
 * Data finer than a minute is synthesized from the bar's own four prices, see `minute_split.ts`: up to four
 * trades for spot, one in each five seconds for futures. Five-second bars and trades add up to the
 * bar exactly. A bar without volume has no trades.
 *
 * Futures are open by their product's hours and wherever they have a bar; spot is always open.
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
    const { listing, book } = found;
    const calendar = findProduct(listing.root)?.calendar ?? globexEquityIndex;
    return listing.kind === "crypto" || calendar.isOpen(minuteOpen) === true ||
      book.bars.has(minuteOpen);
  }

  #find(symbol: string, time: number): { listing: Listing; book: BarBook } | undefined {
    if (time < this.from || time >= this.to) return undefined;
    const listing = this.#listings(time).find((listing) => listing.symbol === symbol);
    const book = listing && this.#books.get(listing.root);
    return listing === undefined || book === undefined ? undefined : { listing, book };
  }
}

function printsOf(bar: SimulatedBar, { kind, sizeStep }: Listing): Print[] {
  return splitMinute(bar, { isSpread: kind === "future", sizeStep });
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

  /** The id of a minute's first trade. Computed once, on first use. */
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
  const spot = files.filter(({ symbol }) => findProduct(symbol) === undefined).map(spotListing);
  const futures = files.flatMap(({ symbol }) => findProduct(symbol) ?? [])
    .map((product) => new ContractMonths(product));
  return (at) => [...spot, ...futures.flatMap((months) => months.at(at).map(toListing))];
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
    kind: "crypto",
    root: symbol,
    tickSize: 1 / 10 ** ofPrices,
    sizeStep: 1 / 10 ** ofVolumes,
  };
}
