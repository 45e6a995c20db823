import fc from "fast-check";
import assert from "node:assert/strict";
import {
  firstNoticeDateOf,
  isActiveMonth,
  lastTradeDateOf,
  lastTradeTime,
  latestRollTime,
  rollTime,
} from "../../lib/calendar/contract_dates.ts";
import { contractSymbol } from "../../lib/calendar/contract_month.ts";
import { globexEquityIndex, tradingDayOf } from "../../lib/calendar/globex.ts";
import { type Product, productOf, PRODUCTS } from "../../lib/calendar/products.ts";
import golden from "../golden/products.json" with { type: "json" };

const ES = productOf("ES");
const GC = productOf("GC");
const MBT = productOf("MBT");

function utc(text: string): number {
  return Date.parse(`${text}Z`);
}

function dated(product: Product, contractMonth: string) {
  return { contractMonth, lastTradeDate: lastTradeDateOf(product, contractMonth) };
}

Deno.test("expiry, first notice and roll of every root from 2024 to 2027 are those of an independent implementation", () => {
  assert.deepEqual(Object.keys(golden).sort(), PRODUCTS.map(({ root }) => root).sort());
  let compared = 0;
  for (const product of PRODUCTS) {
    const { contracts } = golden[product.root as keyof typeof golden];
    for (const expected of contracts) {
      const { contractMonth } = expected;
      const contract = dated(product, contractMonth);
      compared++;
      assert.deepEqual({
        contractMonth,
        symbol: contractSymbol(product.root, contractMonth),
        lastTradeDate: contract.lastTradeDate,
        lastTradeTime: lastTradeTime(product, contract.lastTradeDate),
        firstNoticeDate: firstNoticeDateOf(product, contractMonth) ?? null,
        rollTime: rollTime(product, contract),
      }, expected);
    }
  }
  assert.equal(compared, 312);
});

Deno.test("the golden marks as unverified what the table marks so", () => {
  for (const { root, unverified } of PRODUCTS) {
    const marks: readonly string[] = golden[root as keyof typeof golden].unverified;
    assert.equal(marks.includes("roll"), unverified.includes("roll by date"), root);
  }
});

Deno.test("lastTradeDateOf follows holidays: Juneteenth, Good Friday, Christmas", () => {
  for (
    const [root, month, expected] of [
      ["ES", "202412", "20241220"],
      ["ES", "202606", "20260618"],
      ["MNQ", "202706", "20270617"],
      ["YM", "202603", "20260320"],
      ["GC", "202412", "20241227"],
      ["GC", "202511", "20251125"],
      ["MGC", "202602", "20260225"],
      ["BTC", "202403", "20240328"],
      ["MBT", "202512", "20251224"],
      ["MBT", "202612", "20261224"],
      ["MET", "202703", "20270325"],
    ] as const
  ) assert.equal(lastTradeDateOf(productOf(root), month), expected, `${root} ${month}`);
  assert.throws(() => lastTradeDateOf(ES, "2026"), /contractMonth must be YYYYMM/);
});

Deno.test("firstNoticeDateOf is for deliverable futures only", () => {
  assert.equal(firstNoticeDateOf(GC, "202404"), "20240328", "Good Friday is no business day");
  assert.equal(firstNoticeDateOf(GC, "202602"), "20260130");
  assert.equal(firstNoticeDateOf(ES, "202602"), undefined);
  assert.equal(firstNoticeDateOf(MBT, "202602"), undefined);
});

Deno.test("rollTime is the Sunday open of the expiry week, in summer and in winter", () => {
  assert.equal(rollTime(ES, dated(ES, "202603")), utc("2026-03-15T22:00"));
  assert.equal(rollTime(ES, dated(ES, "202612")), utc("2026-12-13T23:00"));
  assert.equal(rollTime(ES, dated(ES, "202403")), utc("2024-03-10T22:00"), "clocks change then");
  assert.equal(tradingDayOf(rollTime(ES, dated(ES, "202603"))), "20260316");
});

Deno.test("rollTime stays in the expiry week when a holiday moves the last day to Thursday", () => {
  const moved = { contractMonth: "202606", lastTradeDate: "20260618" };
  assert.equal(rollTime(ES, moved), rollTime(ES, { ...moved, lastTradeDate: "20260619" }));
});

Deno.test("rollTime of gold is three business days before first notice, holidays left out", () => {
  // First notice on Friday 28 November 2025; Thursday is Thanksgiving: 26, 25, 24.
  assert.equal(rollTime(GC, dated(GC, "202512")), utc("2025-11-23T23:00"));
  assert.equal(tradingDayOf(rollTime(GC, dated(GC, "202512"))), "20251124");
  // First notice on Friday 30 January 2026: 29, 28, 27.
  assert.equal(tradingDayOf(rollTime(GC, dated(GC, "202602"))), "20260127");
  const micro = productOf("MGC");
  assert.equal(rollTime(micro, dated(micro, "202602")), rollTime(GC, dated(GC, "202602")));
});

Deno.test("rollTime refuses what is no day", () => {
  for (const lastTradeDate of ["202612", "20261318", "20260230", "", "2026-12-18"]) {
    assert.throws(
      () => rollTime(ES, { contractMonth: "202612", lastTradeDate }),
      /lastTradeDate must be a day as YYYYMMDD/,
      lastTradeDate,
    );
  }
});

Deno.test("rollTime opens a Globex session in the week of any expiry, before the last trade", () => {
  fc.assert(fc.property(
    fc.constantFrom(...PRODUCTS),
    fc.integer({ min: 2000, max: 2045 }),
    fc.integer({ min: 1, max: 12 }),
    (product, year, month) => {
      const contract = dated(product, `${year}${String(month).padStart(2, "0")}`);
      const roll = rollTime(product, contract);
      assert.ok(roll < lastTradeTime(product, contract.lastTradeDate));
      assert.ok(roll <= latestRollTime(product, contract));
      if (product.firstNotice === undefined) {
        assert.equal(globexEquityIndex.sessionOf(roll)?.from ?? roll, roll);
      }
    },
  ));
});

Deno.test("lastTradeTime is by each market's own clock", () => {
  assert.equal(lastTradeTime(ES, "20260320"), utc("2026-03-20T13:30"));
  assert.equal(lastTradeTime(ES, "20261218"), utc("2026-12-18T14:30"));
  assert.equal(lastTradeTime(GC, "20261229"), utc("2026-12-29T18:30"));
  assert.equal(lastTradeTime(MBT, "20260327"), utc("2026-03-27T16:00"), "London still in winter");
  assert.equal(lastTradeTime(MBT, "20260626"), utc("2026-06-26T15:00"));
});

Deno.test("latestRollTime leaves a deliverable future before notice may be given", () => {
  assert.equal(latestRollTime(GC, dated(GC, "202602")), utc("2026-01-29T23:00"));
  assert.equal(latestRollTime(ES, dated(ES, "202603")), lastTradeTime(ES, "20260320"));
});

Deno.test("isActiveMonth knows the months of gold that become front", () => {
  const active = Array.from({ length: 12 }, (_, i) => `2026${String(i + 1).padStart(2, "0")}`)
    .filter((month) => isActiveMonth(GC, month));
  assert.deepEqual(active, ["202602", "202604", "202606", "202608", "202612"]);
});
