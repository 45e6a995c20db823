import { DAY } from "../model/time.ts";
import { GLOBEX_HOLIDAYS } from "./globex_holidays_table.ts";

/** Chicago wall clock: on a day that is a holiday of the stock exchange, index futures end by then. */
const HOLIDAY_BY = "12:00";
/** 13:00 in New York, on the eve of a holiday. */
const SHORT_DAY = 13 * 60;

/**
 * When US stock exchanges close on a day that differs from others: minutes since midnight in New York, null on a
 * holiday, undefined on a day like any other and outside the holiday table of Globex.
 *
 * Derived from that table: index futures end at noon in Chicago or before, or are not held, on holidays of the stock
 * exchange; they end at 12:15 in Chicago on its short days, when stocks close at 13:00 in New York. The result is
 * compared with the exchange's holidays of 2023 to 2027 in the test.
 *
 * @param day local days since 1970-01-01.
 */
export function usCashClose(day: number): number | null | undefined {
  return CLOSES.get(day);
}

const CLOSES: ReadonlyMap<number, number | null> = new Map(
  [...GLOBEX_HOLIDAYS].map(([date, close]) => [
    dayOf(date),
    close === null || close <= HOLIDAY_BY ? null : SHORT_DAY,
  ]),
);

function dayOf(date: string): number {
  const part = (from: number, to: number) => Number(date.slice(from, to));
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8)) / DAY;
}
