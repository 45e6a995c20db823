import {
  type ContractDates,
  isActiveMonth,
  lastTradeDateOf,
  lastTradeTime,
  rollTime,
} from "./contract_dates.ts";
import { contractSymbol, formatContractMonth, monthCode } from "./contract_month.ts";
import type { ListingRule, Product } from "./products.ts";
import { CHICAGO, parseDate } from "./zone.ts";

/** A contract month of a product. */
export interface ContractMonth extends ContractDates {
  /** `ESZ6`. */
  readonly symbol: string;
}

/** No exchange lists farther ahead. */
const MAX_MONTHS = 12 * 12;

/**
 * The contract months of a product that are listed and still trade, by the product's rules, nearest first.
 *
 * @param at epoch ms UTC.
 *
 * @example Odd months of gold are listed shortly before they expire
 * ```ts
 * import { listedContracts } from "./listed_contracts.ts";
 * import { productOf } from "./products.ts";
 * import assert from "node:assert/strict";
 * const listed = listedContracts(productOf("GC"), Date.UTC(2025, 11, 3)).map(({ symbol }) => symbol);
 * assert.deepEqual(listed.slice(0, 6), ["GCZ5", "GCF6", "GCG6", "GCJ6", "GCM6", "GCQ6"]);
 * ```
 */
export function listedContracts(product: Product, at: number): ContractMonth[] {
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(CHICAGO);
  const first = new Temporal.PlainYearMonth(now.year, now.month);
  const counts = new Map<ListingRule, number>();
  const found: ContractMonth[] = [];
  for (let ahead = 0; ahead < MAX_MONTHS && !isComplete(product, counts, ahead); ahead++) {
    const month = first.add({ months: ahead });
    const letter = monthCode(month.month);
    const rules = product.listed.filter(({ months }) => months.includes(letter));
    if (rules.length === 0) continue;
    const contractMonth = formatContractMonth(month);
    const lastTradeDate = lastTradeDateOf(product, contractMonth);
    if (lastTradeTime(product, lastTradeDate) <= at) continue;
    const isListed = rules.filter((rule) => reaches(rule, counts.get(rule) ?? 0, ahead)).length > 0;
    for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    if (!isListed) continue;
    const symbol = contractSymbol(product.root, contractMonth);
    found.push({ symbol, contractMonth, lastTradeDate });
  }
  return found;
}

/**
 * The contract to stream by date: of the active months the nearest one whose {@link rollTime} is still to come;
 * when all have rolled, the last one that still trades. Contracts with an unreadable date are passed over.
 *
 * @param contracts in any order; a month that is not given is that of the last trade date.
 * @param at epoch ms UTC.
 */
export function frontMonth<
  T extends { readonly lastTradeDate: string; readonly contractMonth?: string },
>(product: Product, contracts: readonly T[], at: number): T | undefined {
  const dated = contracts.filter(({ lastTradeDate }) => parseDate(lastTradeDate) !== undefined)
    .filter((contract) => isActiveMonth(product, datesOf(contract).contractMonth))
    .sort((a, b) => a.lastTradeDate.localeCompare(b.lastTradeDate));
  return dated.find((contract) => rollTime(product, datesOf(contract)) > at) ??
    dated.findLast(({ lastTradeDate }) => lastTradeTime(product, lastTradeDate) > at);
}

function datesOf(
  { lastTradeDate, contractMonth }: {
    readonly lastTradeDate: string;
    readonly contractMonth?: string;
  },
): ContractDates {
  return { lastTradeDate, contractMonth: contractMonth ?? lastTradeDate.slice(0, 6) };
}

function reaches({ nearest, withinMonths }: ListingRule, count: number, ahead: number): boolean {
  return (nearest !== undefined && count < nearest) ||
    (withinMonths !== undefined && ahead <= withinMonths);
}

function isComplete(
  { listed }: Product,
  counts: ReadonlyMap<ListingRule, number>,
  ahead: number,
): boolean {
  return listed.every((rule) => !reaches(rule, counts.get(rule) ?? 0, ahead));
}
