import { findProduct } from "../../calendar/products.ts";

/**
 * Range of prices, in US dollars or index points, that hold in any year since trading began, with room to eight times the highest, and
 * the usual price of the years 2021 to 2025, in which most files are from.
 */
type Range = readonly [from: number, to: number, usual: number];

/** By the coin, or by the root of a future; a micro contract has the prices of its big one. */
const RANGES: Readonly<Record<string, Range>> = {
  ES: [200, 60_000, 5_000],
  NQ: [300, 200_000, 16_000],
  RTY: [100, 20_000, 2_000],
  YM: [2_000, 400_000, 37_000],
  GC: [100, 40_000, 2_000],
  BTC: [50, 1_000_000, 50_000],
  ETH: [5, 40_000, 2_500],
  SOL: [0.1, 2_500, 100],
  XRP: [0.001, 30, 0.8],
  BNB: [0.05, 12_000, 400],
  ADA: [0.005, 25, 0.6],
  DOGE: [0.00005, 6, 0.12],
  LTC: [1, 3_500, 90],
};
const MICROS: Readonly<Record<string, string>> = {
  MES: "ES",
  MNQ: "NQ",
  M2K: "RTY",
  MYM: "YM",
  MGC: "GC",
  MBT: "BTC",
  MET: "ETH",
  XBT: "BTC",
};
/** Coins in other currencies may cost many times as much. */
const DOLLARS = /^([A-Z]{3,4}?)[-/_]?(?:USD[TC]?|[BT]USD|FDUSD|EUR|GBP)?(?:PERP|SWAP)?$/;
const MONTH_SUFFIX = /[FGHJKMNQUVXZ]\d{1,4}$/;

/** What the price of a symbol may be. */
export interface PlausiblePrice {
  readonly from: number;
  readonly to: number;
  readonly usual: number;
  /** Undefined where it is not known. */
  readonly tick: number | undefined;
}

/** What the price of a symbol may be; undefined for symbols that are not known. */
export function plausiblePrice(symbol: string): PlausiblePrice | undefined {
  const root = symbol.replace(MONTH_SUFFIX, "");
  const coin = DOLLARS.exec(symbol)?.[1];
  for (const name of [root, coin]) {
    if (name === undefined) continue;
    const range = RANGES[MICROS[name] ?? name];
    if (range === undefined) continue;
    // A bare BTC or ETH may be the coin, which has no tick.
    const tick = name === root && name !== coin ? findProduct(root)?.tick : undefined;
    return { from: range[0], to: range[1], usual: range[2], tick };
  }
  return undefined;
}
