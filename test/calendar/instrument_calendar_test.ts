import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { cmeCrypto, comexMetals } from "../../lib/calendar/cme_hours.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { calendarOf, calendarOfSymbol } from "../../lib/calendar/instrument_calendar.ts";

Deno.test("calendarOf gives each future its market's hours, and all else the whole day", () => {
  assert.equal(calendarOf({ id: "YM", kind: "future" }), globexEquityIndex);
  assert.equal(calendarOf({ id: "MGC", kind: "future" }), comexMetals.calendar);
  assert.equal(calendarOf({ id: "BTC", kind: "future" }), cmeCrypto.calendar);
  assert.equal(calendarOf({ id: "BTCUSDT", kind: "crypto" }), alwaysOpen);
  assert.throws(() => calendarOf({ id: "CL", kind: "future" }), /got CL/);
});

Deno.test("calendarOfSymbol knows roots, contract months and coins", () => {
  for (const symbol of ["ES", "MNQ", "RTYH6", "ESZ2025", "M2K", "MYMU6"]) {
    assert.equal(calendarOfSymbol(symbol), globexEquityIndex, symbol);
  }
  for (const symbol of ["GC", "GCZ6", "MGCQ26"]) {
    assert.equal(calendarOfSymbol(symbol), comexMetals.calendar, symbol);
  }
  for (const symbol of ["MBT", "BTCZ6"]) {
    assert.equal(calendarOfSymbol(symbol), cmeCrypto.calendar, symbol);
  }
  for (const symbol of ["BTC", "ETHUSDT", "SOLEUR"]) {
    assert.equal(calendarOfSymbol(symbol), alwaysOpen, symbol);
  }
  for (const symbol of ["AAPL", "CLZ6", "", "Z6"]) {
    assert.equal(calendarOfSymbol(symbol), undefined, symbol);
  }
});
