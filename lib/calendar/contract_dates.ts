import {
  businessDayOnOrBefore,
  businessDaysBefore,
  lastBusinessDay,
  lastWeekday,
  LONDON_BUSINESS_DAYS,
  nthWeekday,
  US_BUSINESS_DAYS,
} from "./business_days.ts";
import { monthCode, parseContractMonth } from "./contract_month.ts";
import type { LastTradeRule, Product } from "./products.ts";
import { CHICAGO, dateText, parseDate, zonedTime } from "./zone.ts";

/** A contract month of a product, by its month and the last day it trades. */
export interface ContractDates {
  /** `202612`. */
  readonly contractMonth: string;
  /** `20261218`. */
  readonly lastTradeDate: string;
}

const GLOBEX_OPEN = { hour: 17 };
const FRIDAY = 5;
const ROLL_BEFORE_NOTICE_DAYS = 3;
/** Entries in the cache of times: feeds look up the same few every second, and zone arithmetic is slow. */
const MAX_REMEMBERED = 1_024;

const LAST_TRADE_CLOCKS: Readonly<
  Record<LastTradeRule, { readonly hour: number; readonly minute: number; readonly zone: string }>
> = {
  "third-friday": { hour: 8, minute: 30, zone: CHICAGO },
  "third-last-business-day": { hour: 12, minute: 30, zone: CHICAGO },
  "last-friday-london": { hour: 16, minute: 0, zone: "Europe/London" },
};

const lastTradeDates = new Map<string, string>();
const lastTrades = new Map<string, number>();
const rolls = new Map<string, number>();
const notices = new Map<string, number>();

/**
 * Last trade date `YYYYMMDD` of a contract month by the product's rule. The venue's own date goes first where it
 * is known.
 *
 * @throws {RangeError} for no month.
 *
 * @example
 * ```ts
 * import { lastTradeDateOf } from "./contract_dates.ts";
 * import { productOf } from "./products.ts";
 * import assert from "node:assert/strict";
 * assert.equal(lastTradeDateOf(productOf("ES"), "202612"), "20261218");
 * assert.equal(lastTradeDateOf(productOf("ES"), "202606"), "20260618"); // the 19th is a holiday
 * assert.equal(lastTradeDateOf(productOf("GC"), "202612"), "20261229");
 * ```
 */
export function lastTradeDateOf({ lastTrade }: Product, contractMonth: string): string {
  return once(lastTradeDates, `${lastTrade} ${contractMonth}`, () => {
    return lastTradeDateBy(lastTrade, parseContractMonth(contractMonth));
  });
}

function lastTradeDateBy(rule: LastTradeRule, month: Temporal.PlainYearMonth): string {
  switch (rule) {
    case "third-friday":
      return dateText(
        businessDayOnOrBefore(nthWeekday(month.year, month.month, FRIDAY, 3), US_BUSINESS_DAYS),
      );
    case "third-last-business-day":
      return dateText(lastBusinessDay(month, 3, US_BUSINESS_DAYS));
    case "last-friday-london":
      return dateText(businessDayOnOrBefore(
        lastWeekday(month.year, month.month, FRIDAY),
        LONDON_BUSINESS_DAYS,
        US_BUSINESS_DAYS,
      ));
  }
}

/** First notice date `YYYYMMDD` of a contract month; undefined for a product settled in cash. */
export function firstNoticeDateOf(product: Product, contractMonth: string): string | undefined {
  const day = firstNotice(product, contractMonth);
  return day && dateText(day);
}

/** True for a month that becomes the front month; the others are listed and stay thin. */
export function isActiveMonth({ activeMonths }: Product, contractMonth: string): boolean {
  return activeMonths.includes(monthCode(parseContractMonth(contractMonth).month));
}

/** When a contract that trades for the last time on that day stops, epoch ms UTC. @throws {RangeError} */
export function lastTradeTime({ lastTrade }: Product, lastTradeDate: string): number {
  return once(lastTrades, `${lastTrade} ${lastTradeDate}`, () => {
    const clock = LAST_TRADE_CLOCKS[lastTrade];
    return zonedTime(dateOf(lastTradeDate), clock, clock.zone);
  });
}

/**
 * When the front month moves on from a contract by date: the open of the session of its roll day, which is 17:00
 * in Chicago on the evening before. Index and crypto futures: Monday of the week of the last trade. Metals: three
 * business days before first notice. Micros roll with the big contract.
 *
 * @returns epoch ms UTC.
 * @throws {RangeError} when there is no such day or month.
 */
export function rollTime(product: Product, contract: ContractDates): number {
  const { rollByDate } = product;
  const { contractMonth, lastTradeDate } = contract;
  return once(rolls, `${rollByDate} ${contractMonth} ${lastTradeDate}`, () => {
    const day = dateOf(lastTradeDate);
    return openOf(
      rollByDate === "monday-of-expiry-week"
        ? day.subtract({ days: day.dayOfWeek - 1 })
        : businessDaysBefore(
          firstNotice(product, contractMonth) ?? day,
          ROLL_BEFORE_NOTICE_DAYS,
          US_BUSINESS_DAYS,
        ),
    );
  });
}

/**
 * The latest time at which data may move on to the next contract, whatever the volumes are: the last trade, or for a
 * future with delivery the open of the first notice day. Epoch ms UTC.
 */
export function latestRollTime(product: Product, contract: ContractDates): number {
  const last = lastTradeTime(product, contract.lastTradeDate);
  const { contractMonth } = contract;
  if (product.firstNotice === undefined) return last;
  const notice = once(notices, contractMonth, () => {
    return openOf(firstNotice(product, contractMonth) ?? dateOf(contract.lastTradeDate));
  });
  return Math.min(last, notice);
}

function firstNotice(product: Product, contractMonth: string): Temporal.PlainDate | undefined {
  if (product.firstNotice === undefined) return undefined;
  return lastBusinessDay(
    parseContractMonth(contractMonth).subtract({ months: 1 }),
    1,
    US_BUSINESS_DAYS,
  );
}

/** The open of the session that is booked on this day. */
function openOf(day: Temporal.PlainDate): number {
  return zonedTime(day.subtract({ days: 1 }), GLOBEX_OPEN, CHICAGO);
}

function once<T>(remembered: Map<string, T>, key: string, make: () => T): T {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const value = make();
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, value);
  return value;
}

function dateOf(lastTradeDate: string): Temporal.PlainDate {
  const date = parseDate(lastTradeDate);
  if (date === undefined) {
    throw new RangeError(`lastTradeDate must be a day as YYYYMMDD, got ${lastTradeDate}`);
  }
  return date;
}
