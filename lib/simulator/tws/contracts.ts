import type { TwsContractQuery } from "../../wire/tws_request.ts";
import { DAY } from "../../model/time.ts";
import type { Listing, Truth } from "../truth.ts";

/** A listed quarter with the number the venue knows it by. */
export interface Contract {
  readonly conId: number;
  readonly listing: Listing;
}

/** What the venue knows of a root beyond its listings. */
export interface Root {
  readonly longName: string;
  readonly underlyingConId: number;
}

const ROOTS: Readonly<Record<string, Root>> = {
  ES: { longName: "E-mini S&P 500", underlyingConId: 11004968 },
  NQ: { longName: "E-mini NASDAQ 100", underlyingConId: 11004958 },
  MES: { longName: "Micro E-Mini S&P 500", underlyingConId: 11004968 },
  MNQ: { longName: "Micro E-Mini Nasdaq-100", underlyingConId: 11004958 },
};

/** Name and underlying of a root; unknown roots get their own name and a number of their own. */
export function rootOf(root: string): Root {
  return ROOTS[root] ?? { longName: `${root} Futures`, underlyingConId: 10_000_000 + hash(root) };
}

export const EXCHANGE = "CME";
export const CURRENCY = "USD";
const VALID_EXCHANGES = ["CME", "QBALGO"];
/** Expired futures are known for two years. Quarters overlap, so a look every two months sees them all. */
const EXPIRED_FOR = 2 * 365 * DAY;
const LOOK_EVERY = 60 * DAY;

/** Finds what a client means among the listed futures. */
export class ContractBook {
  readonly #truth: Truth;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /**
   * Everything listed that fits the query, nearest expiry first. Empty fields of the query fit
   * everything; one that names nothing fits nothing.
   */
  find(query: TwsContractQuery, at: number): Contract[] {
    if (query.conId === undefined && query.symbol === "" && query.localSymbol === "") return [];
    if (query.secType !== "FUT" && !(query.secType === "" && query.conId !== undefined)) return [];
    const listings = query.includeExpired ? this.#everListed(at) : this.#listed(at);
    return listings
      .map((listing) => ({ conId: conIdOf(listing.symbol), listing }))
      .filter((contract) => fits(contract, query))
      .sort((a, b) => expiryOf(a).localeCompare(expiryOf(b)));
  }

  #listed(at: number): readonly Listing[] {
    return this.#truth.listings(at).filter(({ venue }) => venue === "ibkr");
  }

  #everListed(at: number): Listing[] {
    const bySymbol = new Map<string, Listing>();
    const earliest = Math.max(this.#truth.from, at - EXPIRED_FOR);
    for (let time = at; time >= earliest; time -= LOOK_EVERY) {
      for (const listing of this.#listed(time)) bySymbol.set(listing.symbol, listing);
    }
    for (const listing of this.#listed(earliest)) bySymbol.set(listing.symbol, listing);
    return [...bySymbol.values()];
  }
}

function expiryOf({ listing }: Contract): string {
  return listing.lastTradeDate ?? "";
}

function fits({ conId, listing }: Contract, query: TwsContractQuery): boolean {
  const { root, symbol, multiplier = 1 } = listing;
  return (query.conId === undefined || query.conId === conId) &&
    (query.symbol === "" || query.symbol === root) &&
    (query.localSymbol === "" || query.localSymbol === symbol) &&
    (query.tradingClass === "" || query.tradingClass === root) &&
    (query.exchange === "" || VALID_EXCHANGES.includes(query.exchange)) &&
    (query.currency === "" || query.currency === CURRENCY) &&
    (query.multiplier === "" || Number(query.multiplier) === multiplier) &&
    fitsMonth(listing, query.lastTradeDateOrContractMonth);
}

/** A month is asked for as `YYYYMM`, or by the last trade date, with or without time and zone. */
function fitsMonth({ contractMonth = "", lastTradeDate = "" }: Listing, asked: string): boolean {
  if (asked === "") return true;
  return asked.length === 6 ? asked === contractMonth : asked.slice(0, 8) === lastTradeDate;
}

/** A number of nine digits, as real contracts have them; always the same for the same contract. */
export function conIdOf(symbol: string): number {
  return 600_000_000 + hash(symbol) % 199_999_999;
}

/** FNV-1a, 32 bit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
