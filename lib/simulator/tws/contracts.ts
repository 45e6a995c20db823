import type { TradingCalendar } from "../../calendar/calendar.ts";
import { lastTradeTime } from "../../calendar/contract_dates.ts";
import { globexEquityIndex } from "../../calendar/globex.ts";
import { findProduct, type Product } from "../../calendar/products.ts";
import type { TwsContractQuery } from "../../wire/tws_request.ts";
import { DAY } from "../../model/time.ts";
import type { Listing, Truth } from "../truth.ts";
import { EXCHANGE_ZONE, zonedText } from "./venue_text.ts";

/** A listed contract month with the number the venue knows it by. */
export interface Contract {
  readonly conId: number;
  readonly listing: Listing;
  readonly terms: ContractTerms;
}

/** What the venue knows of a root beyond its listings. */
export interface ContractTerms {
  readonly symbol: string;
  readonly tradingClass: string;
  readonly longName: string;
  readonly exchange: string;
  readonly underlyingConId: number;
  /** Type of the underlying: an index or a commodity. */
  readonly underlyingType: "IND" | "CMDTY";
  /** Zone that hours and the time of the last trade are written in. */
  readonly timeZone: string;
  readonly calendar: TradingCalendar;
  readonly product: Product | undefined;
}

/** Numbers of the underlying indices; others get one of their own. */
const UNDERLYING_IDS: Readonly<Record<string, number>> = {
  ES: 11004968,
  MES: 11004968,
  NQ: 11004958,
  MNQ: 11004958,
};
/** Symbols under which IBKR has listed another root's contracts too, in 2021. */
const ALSO_UNDER: Readonly<Record<string, string>> = { MBT: "BRR" };

/** The terms of a root; one that is not in the products table gets its own name. */
export function termsOf(root: string): ContractTerms {
  const product = findProduct(root);
  const exchange = product?.exchange ?? "CME";
  return {
    symbol: product?.ibkrSymbol ?? root,
    tradingClass: product?.tradingClass ?? root,
    longName: product?.title ?? `${root} Futures`,
    exchange,
    underlyingConId: UNDERLYING_IDS[root] ?? 10_000_000 + hash(root),
    underlyingType: exchange === "COMEX" ? "CMDTY" : "IND",
    timeZone: exchange === "COMEX" ? "US/Eastern" : EXCHANGE_ZONE,
    calendar: product?.calendar ?? globexEquityIndex,
    product,
  };
}

export const CURRENCY = "USD";

/** Exchanges that a contract query may name. */
export function validExchangesOf({ exchange }: ContractTerms): readonly string[] {
  return [exchange, "QBALGO"];
}

/** When a contract stops trading as TWS writes it: `20251219 08:30:00 US/Central`. */
export function lastTradeText({ listing, terms }: Contract): string {
  const { lastTradeDate = "" } = listing;
  const { product, timeZone } = terms;
  return product === undefined
    ? `${lastTradeDate} 08:30:00 ${timeZone}`
    : zonedText(lastTradeTime(product, lastTradeDate), timeZone);
}

/** Expired futures are known for two years. A look every two weeks sees each month once at least. */
const EXPIRED_FOR = 2 * 365 * DAY;
const LOOK_EVERY = 14 * DAY;

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
      .map((listing): Contract => ({
        conId: conIdOf(listing.symbol),
        listing,
        terms: termsUnder(query.symbol, listing.root),
      }))
      .filter((contract) => fits(contract, query))
      .sort((a, b) => expiryOf(a).localeCompare(expiryOf(b)));
  }

  #listed(at: number): readonly Listing[] {
    return this.#truth.listings(at).filter(({ kind }) => kind === "future");
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

/** The terms of a root as a client sees them that asks for this symbol. */
function termsUnder(symbol: string, root: string): ContractTerms {
  const terms = termsOf(root);
  return symbol !== "" && ALSO_UNDER[root] === symbol ? { ...terms, symbol } : terms;
}

function fits({ conId, listing, terms }: Contract, query: TwsContractQuery): boolean {
  const { symbol, multiplier = 1 } = listing;
  return (query.conId === undefined || query.conId === conId) &&
    (query.symbol === "" || query.symbol === terms.symbol) &&
    (query.localSymbol === "" || query.localSymbol === symbol) &&
    (query.tradingClass === "" || query.tradingClass === terms.tradingClass) &&
    (query.exchange === "" || validExchangesOf(terms).includes(query.exchange)) &&
    (query.currency === "" || query.currency === CURRENCY) &&
    (query.multiplier === "" || Number(query.multiplier) === multiplier) &&
    fitsMonth(listing, query.lastTradeDateOrContractMonth);
}

/** A query names a month as `YYYYMM`, or by the last trade date, with or without time and zone. */
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
