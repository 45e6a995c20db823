import type { TradingCalendar } from "./calendar.ts";
import { globexHours, isInHolidayTable, tradingDayOf } from "./globex.ts";
import { GLOBEX_HOLIDAYS } from "./globex_holidays_table.ts";
import { CHICAGO, zonedTime } from "./zone.ts";

/** Usual hours of a market, and what of them is known for sure. */
export interface MarketHours {
  /** The rule; a day that ends early counts as a whole one, and `isOpen` may be undefined. */
  readonly calendar: TradingCalendar;
  /** The same limited to what is certain: elsewhere `isOpen` is undefined. */
  readonly known: TradingCalendar;
}

const NOON = "12:00";
/** From then on CME's crypto futures trade around the clock. Source: CME Group, press release of 2026-02-19. */
const CRYPTO_NEVER_CLOSES_FROM = zonedTime(
  new Temporal.PlainDate(2026, 5, 29),
  { hour: 16 },
  CHICAGO,
);

/** Days on which no market at Globex is held; when others than index futures end early is not known here. */
function closeOf(day: string): null | undefined {
  return GLOBEX_HOLIDAYS.get(day) === null ? null : undefined;
}

/** Where the index futures trade too, on a day that is a whole one or a morning at least. */
function isSurelyOpen(time: number): boolean {
  const day = tradingDayOf(time);
  if (day === undefined) return false;
  const early = GLOBEX_HOLIDAYS.get(day);
  return typeof early !== "string" || early >= NOON;
}

/** What the index futures have closed for may have closed this market as well. */
function knownPart(calendar: TradingCalendar): TradingCalendar {
  return {
    ...calendar,
    isOpen(time) {
      const isOpen = calendar.isOpen(time);
      if (isOpen !== true) return isOpen;
      return isInHolidayTable(time) && isSurelyOpen(time) ? true : undefined;
    },
  };
}

const metals = globexHours("COMEX metals", closeOf);

/**
 * Metals at COMEX: Sunday 17:00 to Friday 16:00 Chicago time with a break of an hour, as the index futures; shut on
 * Christmas, New Year and Good Friday. Their early closes are not confirmed; published hours settle them.
 */
export const comexMetals: MarketHours = { calendar: metals, known: knownPart(metals) };

const cryptoWeek = globexHours("CME crypto futures", closeOf);
const coins: TradingCalendar = {
  ...cryptoWeek,
  isOpen(time) {
    const isOpen = cryptoWeek.isOpen(time);
    return isOpen === false && time >= CRYPTO_NEVER_CLOSES_FROM ? undefined : isOpen;
  },
};

/**
 * Crypto futures at CME: the hours of Globex until 2026-05-29, around the clock since then, with a weekend
 * maintenance of two hours and more. That start could not be confirmed, nor what break is left (said to be Saturday
 * 02:00 to 04:00 and weekdays 16:00 to 16:02): since then, whether they trade in the former breaks is unknown until
 * the contract's published hours say it.
 *
 * @example
 * ```ts
 * import { cmeCrypto } from "./cme_hours.ts";
 * import assert from "node:assert/strict";
 * assert.equal(cmeCrypto.calendar.isOpen(Date.UTC(2026, 4, 2, 12)), false); // a Saturday before the change
 * assert.equal(cmeCrypto.calendar.isOpen(Date.UTC(2026, 8, 5, 12)), undefined); // a Saturday after it
 * ```
 */
export const cmeCrypto: MarketHours = { calendar: coins, known: knownPart(coins) };
