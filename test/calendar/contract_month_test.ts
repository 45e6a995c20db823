import fc from "fast-check";
import assert from "node:assert/strict";
import { contractSymbol, monthCode, normalizeExpiry } from "../../lib/calendar/contract_month.ts";

Deno.test("monthCode gives the letters of the quarterly months and refuses other numbers", () => {
  assert.deepEqual([3, 6, 9, 12].map(monthCode), ["H", "M", "U", "Z"]);
  assert.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(monthCode).join(""), "FGHJKMNQUVXZ");
  for (const month of [0, 13, 1.5, NaN]) assert.throws(() => monthCode(month), /month .*got/);
});

Deno.test("contractSymbol joins root, month letter and last digit of the year", () => {
  assert.equal(contractSymbol("ES", "202612"), "ESZ6");
  assert.equal(contractSymbol("NQ", "203003"), "NQH0");
  for (const month of ["2026", "202613", "202600", "20261218"]) {
    assert.throws(() => contractSymbol("ES", month), RangeError, month);
  }
});

Deno.test("normalizeExpiry reads every form TWS gives the same day in", () => {
  for (
    const raw of [
      "20261218",
      " 20261218 ",
      "20261218 08:30 US/Central",
      "20261218 08:30:00 US/Central",
      "20261218  08:30 CST",
      "20261218-17:10:00",
      "20261218 09:30:00 EST (Eastern Standard Time)",
      "20261219 01:30:00 Australia/Sydney",
      "20261218 23:30:00 Asia/Tokyo",
      "20261218 00:00:00 GMT",
      "20261218 08:30 Somewhere/Else",
    ]
  ) assert.equal(normalizeExpiry(raw), "20261218", raw);
});

Deno.test("normalizeExpiry has no answer for what is no day", () => {
  for (
    const raw of ["", "202612", "20261332", "20260230", "n/a", "20261218 25:00 GMT", "2026121"]
  ) {
    assert.equal(normalizeExpiry(raw), undefined, raw);
  }
});

Deno.test("normalizeExpiry never throws", () => {
  fc.assert(fc.property(fc.string(), (raw) => {
    const day = normalizeExpiry(raw);
    assert.ok(day === undefined || /^\d{8}$/.test(day));
  }));
});
