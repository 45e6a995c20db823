import fc from "fast-check";
import assert from "node:assert/strict";
import {
  contractSymbol,
  expiryOf,
  frontMonth,
  lastTradeTime,
  monthCode,
  normalizeExpiry,
  quarterlyContracts,
  rollTime,
} from "../../lib/calendar/contract_month.ts";
import { globexEquityIndex, tradingDayOf } from "../../lib/calendar/globex.ts";

function utc(text: string): number {
  return Date.parse(`${text}Z`);
}

Deno.test("monthCode gives the letters of the quarters and refuses other numbers", () => {
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

Deno.test("expiryOf finds the third Friday", () => {
  for (
    const [month, expiry] of [
      ["202303", "20230317"],
      ["202403", "20240315"],
      ["202512", "20251219"],
      ["202603", "20260320"],
      ["202605", "20260515"],
      ["202606", "20260619"],
      ["202612", "20261218"],
      ["202702", "20270219"],
    ] as const
  ) assert.equal(expiryOf(month), expiry);
});

Deno.test("rollTime is the Sunday open of the expiry week, in summer and in winter", () => {
  assert.equal(rollTime("20260320"), utc("2026-03-15T22:00"));
  assert.equal(rollTime("20261218"), utc("2026-12-13T23:00"));
  assert.equal(rollTime("20240315"), utc("2024-03-10T22:00"), "on the day the clocks change");
  assert.equal(tradingDayOf(rollTime("20260320")), "20260316");
  assert.equal(tradingDayOf(rollTime("20261218")), "20261214");
});

Deno.test("rollTime stays in the expiry week when a holiday moves the last day to Thursday", () => {
  assert.equal(rollTime("20260618"), rollTime("20260619"));
});

Deno.test("rollTime refuses what is no day", () => {
  for (const expiry of ["202612", "20261318", "20260230", "", "2026-12-18"]) {
    assert.throws(() => rollTime(expiry), /expiry must be a day as YYYYMMDD/, expiry);
  }
});

Deno.test("rollTime opens a Globex session in the week of any expiry", () => {
  fc.assert(fc.property(fc.integer({ min: 2000, max: 2045 }), fc.integer({ min: 1, max: 12 }), (
    year,
    month,
  ) => {
    const roll = rollTime(expiryOf(`${year}${String(month).padStart(2, "0")}`));
    assert.equal(globexEquityIndex.isOpen(roll), true);
    assert.equal(globexEquityIndex.isOpen(roll - 1), false);
    assert.equal(globexEquityIndex.sessionOf(roll)?.from, roll);
  }));
});

Deno.test("lastTradeTime is 08:30 in Chicago", () => {
  assert.equal(lastTradeTime("20260320"), utc("2026-03-20T13:30"));
  assert.equal(lastTradeTime("20261218"), utc("2026-12-18T14:30"));
});

Deno.test("quarterlyContracts lists the nearest quarters and drops one at its last trade", () => {
  assert.deepEqual(quarterlyContracts("ES", utc("2026-11-21T10:00"), 3), [
    { symbol: "ESZ6", contractMonth: "202612", lastTradeDate: "20261218" },
    { symbol: "ESH7", contractMonth: "202703", lastTradeDate: "20270319" },
    { symbol: "ESM7", contractMonth: "202706", lastTradeDate: "20270618" },
  ]);
  const symbolAt = (time: number) => quarterlyContracts("NQ", time, 1)[0]?.symbol;
  assert.equal(symbolAt(lastTradeTime("20261218") - 1), "NQZ6");
  assert.equal(symbolAt(lastTradeTime("20261218")), "NQH7");
  assert.equal(symbolAt(utc("2027-01-01T05:59")), "NQH7", "still December in Chicago");
  assert.deepEqual(quarterlyContracts("ES", 0, 0), []);
  assert.throws(() => quarterlyContracts("ES", 0, 1.5), RangeError);
});

Deno.test("frontMonth moves on at the roll, not at the expiry", () => {
  const listed = quarterlyContracts("ES", utc("2026-03-01T12:00"), 4);
  const roll = rollTime("20260320");
  assert.equal(frontMonth(listed, roll - 1)?.symbol, "ESH6");
  assert.equal(frontMonth(listed, roll)?.symbol, "ESM6");
  assert.equal(frontMonth(listed.toReversed(), roll - 1)?.symbol, "ESH6", "order does not matter");
});

Deno.test("frontMonth stays on the last listed contract until it stops trading", () => {
  const listed = [{ lastTradeDate: "20260320" }];
  assert.equal(frontMonth(listed, rollTime("20260320")), listed[0]);
  assert.equal(frontMonth(listed, lastTradeTime("20260320") - 1), listed[0]);
  assert.equal(frontMonth(listed, lastTradeTime("20260320")), undefined);
  assert.equal(frontMonth([], 0), undefined);
});

Deno.test("frontMonth passes over dates it cannot read", () => {
  const listed = [{ lastTradeDate: "" }, { lastTradeDate: "202603" }, {
    lastTradeDate: "20260619",
  }];
  assert.equal(frontMonth(listed, utc("2026-01-05T12:00")), listed[2]);
});

Deno.test("frontMonth of the listed quarters never expires and changes four times a year", () => {
  const symbols = new Set<string>();
  for (let time = utc("2026-01-01T00:00"); time < utc("2027-01-01T00:00"); time += 3_600_000) {
    const front = frontMonth(quarterlyContracts("ES", time, 2), time)!;
    assert.ok(lastTradeTime(front.lastTradeDate) > time);
    assert.ok(rollTime(front.lastTradeDate) > time);
    symbols.add(front.symbol);
  }
  assert.deepEqual([...symbols], ["ESH6", "ESM6", "ESU6", "ESZ6", "ESH7"]);
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
