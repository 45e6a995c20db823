import assert from "node:assert/strict";
import {
  exchangeRule,
  findProduct,
  productOf,
  PRODUCTS,
  tradesAt,
} from "../../lib/calendar/products.ts";

Deno.test("the products table has every root of the design, each once", () => {
  assert.deepEqual(
    PRODUCTS.map(({ root }) => root),
    ["ES", "MES", "NQ", "MNQ", "RTY", "YM", "GC", "MGC", "BTC", "MBT", "MET"],
  );
});

Deno.test("the products table gives the money of a tick that the exchange publishes", () => {
  const money = PRODUCTS.map(({ root, tick, multiplier }) =>
    `${root} ${Number((tick * multiplier).toPrecision(12))}`
  );
  assert.deepEqual(money, [
    "ES 12.5",
    "MES 1.25",
    "NQ 5",
    "MNQ 0.5",
    "RTY 5",
    "YM 5",
    "GC 10",
    "MGC 1",
    "BTC 25",
    "MBT 0.5",
    "MET 0.05",
  ]);
});

Deno.test("micros roll with the big contract", () => {
  const leaders = PRODUCTS.filter(({ root, volumeRoot }) => root !== volumeRoot)
    .map(({ root, volumeRoot }) => `${root} by ${volumeRoot}`);
  assert.deepEqual(leaders, ["MES by ES", "MNQ by NQ", "MGC by GC", "MBT by BTC"]);
  for (const { root, volumeRoot, rollByDate, activeMonths } of PRODUCTS) {
    const leader = productOf(volumeRoot);
    assert.deepEqual([rollByDate, activeMonths], [leader.rollByDate, leader.activeMonths], root);
  }
});

Deno.test("productOf refuses an unknown root by name, with what to add", () => {
  assert.throws(
    () => productOf("CL"),
    (error) =>
      error instanceof RangeError &&
      /ES, MES, .*add its row to lib\/calendar\/products\.ts, got CL$/.test(error.message),
  );
  assert.throws(() => productOf("BRR"), /got BRR \(IBKR's BRR is BTC here\)/);
  assert.equal(findProduct("CL"), undefined);
});

Deno.test("tradesAt understands what IBKR called the exchange before", () => {
  assert.ok(tradesAt(productOf("ES"), "GLOBEX"));
  assert.ok(tradesAt(productOf("GC"), "NYMEX"));
  assert.ok(tradesAt(productOf("MBT"), "CMECRYPTO"));
  assert.ok(!tradesAt(productOf("GC"), "CME"));
  assert.equal(exchangeRule(productOf("GC")), "must be COMEX, where GC trades");
});

Deno.test("what could not be confirmed is marked", () => {
  for (const root of ["BTC", "MBT", "MET"]) {
    assert.ok(productOf(root).unverified.includes("hours"), root);
  }
  assert.ok(productOf("MET").unverified.includes("tick"));
  assert.deepEqual(productOf("ES").unverified, ["listing"]);
});
