import type { TradingCalendar } from "./calendar.ts";
import { cmeCrypto, comexMetals } from "./cme_hours.ts";
import { globexEquityIndex, globexWithAuthority } from "./globex.ts";

/** When a contract month stops trading. Where the day is no business day, it is the one before. */
export type LastTradeRule =
  /** Third Friday of the month, 08:30 in Chicago. Days are US business days. */
  | "third-friday"
  /** Third last business day of the month, 12:30 in Chicago. Days are US business days. */
  | "third-last-business-day"
  /** Last Friday of the month, 16:00 in London. Days are business days in London and in the US. */
  | "last-friday-london";

/** First day on which a holder may be given notice of delivery; nothing for futures settled in cash. */
export type FirstNoticeRule = "last-business-day-of-the-month-before";

/** When the front month moves on by date, always at the open of that day's session. */
export type DateRollRule =
  /** Monday of the week of the last trade: for index futures the Monday before the third Friday. */
  | "monday-of-expiry-week"
  /** Three US business days before first notice. */
  | "three-days-before-first-notice";

/** Months that are listed together: the `nearest` of them that still trade, or all within so many months. */
export interface ListingRule {
  /** Month letters. */
  readonly months: string;
  readonly nearest?: number;
  readonly withinMonths?: number;
}

/** What has only one weak source, or none; shown with the product, never used silently as fact. */
export type UnverifiedPart = "class" | "tick" | "listing" | "roll by date" | "hours";

/** A futures root: how its contracts are found at IBKR, when they trade and when they roll. */
export interface Product {
  /** CME's name, and the instrument's id: `ES`. */
  readonly root: string;
  readonly title: string;
  /** IBKR's symbol, which differs for CME's bitcoin future: `BRR`. */
  readonly ibkrSymbol: string;
  /** IBKR may list several classes under one symbol. */
  readonly tradingClass: string;
  readonly exchange: string;
  /** Names that IBKR has used for the exchange before. */
  readonly formerExchanges: readonly string[];
  readonly currency: string;
  /** Money per point of price. */
  readonly multiplier: number;
  /** Smallest step of price. `minTick` of the contract's details overrides it. */
  readonly tick: number;
  readonly listed: readonly ListingRule[];
  /** Months that become front, as letters; others are listed and stay thin. */
  readonly activeMonths: string;
  readonly lastTrade: LastTradeRule;
  readonly firstNotice: FirstNoticeRule | undefined;
  readonly rollByDate: DateRollRule;
  /** Root whose daily volume decides a roll by volume: the big contract's for a micro. */
  readonly volumeRoot: string;
  /** Usual hours; the contract's published hours override them. */
  readonly calendar: TradingCalendar;
  /** The same limited to what is certain: elsewhere `isOpen` is undefined. */
  readonly knownHours: TradingCalendar;
  readonly unverified: readonly UnverifiedPart[];
}

const QUARTERLY = "HMUZ";
const GOLD_MONTHS = "GJMQZ";
const EVERY_MONTH = "FGHJKMNQUVXZ";

const indexFuture = {
  exchange: "CME",
  formerExchanges: ["GLOBEX"],
  currency: "USD",
  listed: [{ months: QUARTERLY, nearest: 5 }],
  activeMonths: QUARTERLY,
  lastTrade: "third-friday",
  firstNotice: undefined,
  rollByDate: "monday-of-expiry-week",
  calendar: globexEquityIndex,
  knownHours: globexWithAuthority,
} as const;

const gold = {
  exchange: "COMEX",
  formerExchanges: ["NYMEX"],
  currency: "USD",
  tick: 0.1,
  activeMonths: GOLD_MONTHS,
  lastTrade: "third-last-business-day",
  firstNotice: "last-business-day-of-the-month-before",
  rollByDate: "three-days-before-first-notice",
  volumeRoot: "GC",
  calendar: comexMetals.calendar,
  knownHours: comexMetals.known,
} as const;

const coinFuture = {
  exchange: "CME",
  formerExchanges: ["CMECRYPTO", "GLOBEX"],
  currency: "USD",
  listed: [{ months: EVERY_MONTH, nearest: 6 }, { months: "Z", nearest: 2 }],
  activeMonths: EVERY_MONTH,
  lastTrade: "last-friday-london",
  firstNotice: undefined,
  rollByDate: "monday-of-expiry-week",
  calendar: cmeCrypto.calendar,
  knownHours: cmeCrypto.known,
} as const;

/**
 * Every futures root that Comove knows. To add one, add its row here and its expiries to
 * `test/golden/make_products.py`; a root that is not here is refused by name, never guessed.
 *
 * Sources: CME Group's contract specifications; IBKR's symbols and classes as in the maps of pysystemtrade and
 * Lean (2024 to 2026). What could not be confirmed twice is named in `unverified`.
 */
export const PRODUCTS: readonly Product[] = [
  {
    ...indexFuture,
    root: "ES",
    title: "E-mini S&P 500",
    ibkrSymbol: "ES",
    tradingClass: "ES",
    multiplier: 50,
    tick: 0.25,
    volumeRoot: "ES",
    unverified: ["listing"],
  },
  {
    ...indexFuture,
    root: "MES",
    title: "Micro E-mini S&P 500",
    ibkrSymbol: "MES",
    tradingClass: "MES",
    multiplier: 5,
    tick: 0.25,
    volumeRoot: "ES",
    unverified: ["listing"],
  },
  {
    ...indexFuture,
    root: "NQ",
    title: "E-mini Nasdaq-100",
    ibkrSymbol: "NQ",
    tradingClass: "NQ",
    multiplier: 20,
    tick: 0.25,
    volumeRoot: "NQ",
    unverified: ["listing"],
  },
  {
    ...indexFuture,
    root: "MNQ",
    title: "Micro E-mini Nasdaq-100",
    ibkrSymbol: "MNQ",
    tradingClass: "MNQ",
    multiplier: 2,
    tick: 0.25,
    volumeRoot: "NQ",
    unverified: ["listing"],
  },
  {
    ...indexFuture,
    root: "RTY",
    title: "E-mini Russell 2000",
    ibkrSymbol: "RTY",
    tradingClass: "RTY",
    multiplier: 50,
    tick: 0.1,
    volumeRoot: "RTY",
    unverified: ["class", "listing"],
  },
  {
    ...indexFuture,
    root: "YM",
    title: "E-mini Dow",
    ibkrSymbol: "YM",
    tradingClass: "YM",
    exchange: "CBOT",
    formerExchanges: ["ECBOT"],
    multiplier: 5,
    tick: 1,
    volumeRoot: "YM",
    unverified: ["class", "listing"],
  },
  {
    ...gold,
    root: "GC",
    title: "Gold",
    ibkrSymbol: "GC",
    tradingClass: "GC",
    multiplier: 100,
    listed: [
      { months: EVERY_MONTH, nearest: 3 },
      { months: "GJQV", withinMonths: 23 },
      { months: "MZ", withinMonths: 72 },
    ],
    unverified: ["hours"],
  },
  {
    ...gold,
    root: "MGC",
    title: "Micro Gold",
    ibkrSymbol: "MGC",
    tradingClass: "MGC",
    multiplier: 10,
    listed: [{ months: "GJMQVZ", withinMonths: 24 }],
    unverified: ["hours"],
  },
  {
    ...coinFuture,
    root: "BTC",
    title: "Bitcoin",
    ibkrSymbol: "BRR",
    tradingClass: "BTC",
    multiplier: 5,
    tick: 5,
    volumeRoot: "BTC",
    unverified: ["roll by date", "hours"],
  },
  {
    ...coinFuture,
    root: "MBT",
    title: "Micro Bitcoin",
    ibkrSymbol: "MBT",
    tradingClass: "MBT",
    multiplier: 0.1,
    tick: 5,
    volumeRoot: "BTC",
    unverified: ["roll by date", "hours"],
  },
  {
    ...coinFuture,
    root: "MET",
    title: "Micro Ether",
    ibkrSymbol: "MET",
    tradingClass: "MET",
    multiplier: 0.1,
    tick: 0.5,
    volumeRoot: "MET",
    unverified: ["tick", "roll by date", "hours"],
  },
];

const BY_ROOT: ReadonlyMap<string, Product> = new Map(
  PRODUCTS.map((product) => [product.root, product]),
);

/** The product of a root, or undefined. */
export function findProduct(root: string): Product | undefined {
  return BY_ROOT.get(root);
}

/**
 * The product of a root.
 *
 * @throws {RangeError} naming the root and what to do, when the table does not have it.
 *
 * @example
 * ```ts
 * import { productOf } from "./products.ts";
 * import assert from "node:assert/strict";
 * assert.equal(productOf("BTC").ibkrSymbol, "BRR");
 * assert.throws(() => productOf("CL"), /products\.ts/);
 * ```
 */
export function productOf(root: string): Product {
  const product = BY_ROOT.get(root);
  if (product === undefined) {
    throw new RangeError(`a future must be ${ROOT_RULE}, got ${root}${hintFor(root)}`);
  }
  return product;
}

/** What the root of a future has to be, for error messages. */
export const ROOT_RULE = `one of the roots ${
  [...BY_ROOT.keys()].join(", ")
}; to stream another, add its row to lib/calendar/products.ts`;

/** Where the product trades, for error messages; former names of the exchange are understood. */
export function exchangeRule({ root, exchange }: Product): string {
  return `must be ${exchange}, where ${root} trades`;
}

/** True when the name is that of the product's exchange, now or in the past. */
export function tradesAt({ exchange, formerExchanges }: Product, name: string): boolean {
  return name === exchange || formerExchanges.includes(name);
}

function hintFor(root: string): string {
  const meant = PRODUCTS.find((product) => product.ibkrSymbol === root);
  return meant === undefined ? "" : ` (IBKR's ${root} is ${meant.root} here)`;
}
