import assert from "node:assert/strict";
import { SessionClock } from "../../lib/calendar/market_sessions.ts";
import { usCashClose } from "../../lib/calendar/us_cash_close.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";

/**
 * Holidays of the New York Stock Exchange as the package `holidays` 0.109 of PyPI has them:
 * `holidays.financial_holidays("NYSE", years=range(2023, 2028))`.
 */
const HOLIDAYS = `
  20230102 20230116 20230220 20230407 20230529 20230619 20230704 20230904 20231123 20231225
  20240101 20240115 20240219 20240329 20240527 20240619 20240704 20240902 20241128 20241225
  20250101 20250109 20250120 20250217 20250418 20250526 20250619 20250704 20250901 20251127 20251225
  20260101 20260119 20260216 20260403 20260525 20260619 20260703 20260907 20261126 20261225
  20270101 20270118 20270215 20270326 20270531 20270618 20270705 20270906 20271125 20271224`;
/** Days that it closes at 13:00, by its own notices. */
const SHORT_DAYS = `
  20230703 20231124 20240703 20241129 20241224 20250703 20251128 20251224 20261127 20261224 20271126`;

const listed = (text: string) => text.trim().split(/\s+/);

Deno.test("usCashClose has every holiday and short day of the New York Stock Exchange from 2023 to 2027", () => {
  const holidays: string[] = [], short: string[] = [];
  for (let day = Date.UTC(2023, 0, 1) / DAY; day < Date.UTC(2028, 0, 1) / DAY; day++) {
    const date = new Date(day * DAY).toISOString().slice(0, 10).replaceAll("-", "");
    const close = usCashClose(day);
    if (close === null) holidays.push(date);
    else if (close !== undefined) short.push(`${date}${close === 780 ? "" : ` at ${close}`}`);
  }
  assert.deepEqual(holidays, listed(HOLIDAYS));
  assert.deepEqual(short, listed(SHORT_DAYS));
});

Deno.test("US regular hours end early on a short day, and are none on a holiday", () => {
  const us = new SessionClock("us");
  const openMinutes = (date: string) => {
    const from = Date.parse(`${date}T00:00Z`);
    return Array.from({ length: 1_440 }, (_, i) => from + i * MINUTE).filter((time) =>
      us.isOpen(time)
    ).length;
  };
  assert.equal(openMinutes("2026-11-25"), 390);
  assert.equal(openMinutes("2026-11-26"), 0);
  assert.equal(openMinutes("2026-11-27"), 210);
  assert.equal(openMinutes("2026-11-28"), 0);
  assert.equal(us.isOpen(Date.parse("2026-11-27T17:59Z")), true);
  assert.equal(us.isOpen(Date.parse("2026-11-27T18:00Z")), false);
});
