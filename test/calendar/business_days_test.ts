import assert from "node:assert/strict";
import {
  businessDayOnOrBefore,
  businessDaysBefore,
  easterSunday,
  lastBusinessDay,
  LONDON_BUSINESS_DAYS,
  US_BUSINESS_DAYS,
} from "../../lib/calendar/business_days.ts";
import { GLOBEX_HOLIDAYS } from "../../lib/calendar/globex_holidays_table.ts";
import { parseDate } from "../../lib/calendar/zone.ts";

function day(text: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(text);
}

function holidaysOf(year: number, isBusinessDay: (date: Temporal.PlainDate) => boolean): string[] {
  const found: string[] = [];
  for (let date = day(`${year}-01-01`); date.year === year; date = date.add({ days: 1 })) {
    if (date.dayOfWeek < 6 && !isBusinessDay(date)) found.push(date.toString().slice(5));
  }
  return found;
}

Deno.test("US_BUSINESS_DAYS has the holidays of the New York exchange", () => {
  const us = (year: number) => holidaysOf(year, US_BUSINESS_DAYS.isBusinessDay).join(" ");
  assert.equal(us(2024), "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25");
  assert.equal(us(2026), "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25");
  assert.equal(us(2027), "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24");
  assert.equal(us(2028), "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25", "no New Year");
});

Deno.test("LONDON_BUSINESS_DAYS has the bank holidays of England, with substitutes", () => {
  const london = (year: number) => holidaysOf(year, LONDON_BUSINESS_DAYS.isBusinessDay).join(" ");
  assert.equal(london(2024), "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26");
  assert.equal(london(2021), "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28");
  assert.equal(london(2026), "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28");
  assert.equal(london(2027), "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28");
  assert.equal(london(2016).slice(-11), "12-26 12-27", "Christmas on a Sunday");
});

Deno.test("every day that Globex is shut is a US holiday", () => {
  for (const [text, close] of GLOBEX_HOLIDAYS) {
    if (close === null) assert.equal(US_BUSINESS_DAYS.isBusinessDay(parseDate(text)!), false, text);
  }
});

Deno.test("easterSunday is right for two centuries' ends and a leap year", () => {
  const dates = [1961, 2000, 2024, 2038, 2076].map((year) => easterSunday(year).toString());
  assert.deepEqual(dates, ["1961-04-02", "2000-04-23", "2024-03-31", "2038-04-25", "2076-04-19"]);
});

Deno.test("business days are counted back over weekends and holidays", () => {
  const text = (date: Temporal.PlainDate) => date.toString();
  assert.equal(text(businessDaysBefore(day("2025-11-28"), 3, US_BUSINESS_DAYS)), "2025-11-24");
  assert.equal(text(businessDaysBefore(day("2025-11-30"), 0, US_BUSINESS_DAYS)), "2025-11-28");
  assert.equal(
    text(businessDayOnOrBefore(day("2024-05-06"), LONDON_BUSINESS_DAYS, US_BUSINESS_DAYS)),
    "2024-05-03",
  );
  const may = new Temporal.PlainYearMonth(2026, 5);
  assert.equal(text(lastBusinessDay(may, 1, US_BUSINESS_DAYS)), "2026-05-29");
  assert.equal(text(lastBusinessDay(may, 5, US_BUSINESS_DAYS)), "2026-05-22");
});
