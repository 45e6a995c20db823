import assert from "node:assert/strict";
import { lastTradeTime, rollTime } from "../../lib/calendar/contract_dates.ts";
import { frontMonth, listedContracts } from "../../lib/calendar/listed_contracts.ts";
import { productOf, PRODUCTS } from "../../lib/calendar/products.ts";
import { DAY } from "../../lib/model/time.ts";

const ES = productOf("ES");
const GC = productOf("GC");

function utc(text: string): number {
  return Date.parse(`${text}Z`);
}

function symbolsOf(root: string, at: number): string[] {
  return listedContracts(productOf(root), at).map(({ symbol }) => symbol);
}

Deno.test("listedContracts lists the nearest contract months and drops one at its last trade", () => {
  assert.deepEqual(listedContracts(ES, utc("2026-11-21T10:00")).slice(0, 3), [
    { symbol: "ESZ6", contractMonth: "202612", lastTradeDate: "20261218" },
    { symbol: "ESH7", contractMonth: "202703", lastTradeDate: "20270319" },
    { symbol: "ESM7", contractMonth: "202706", lastTradeDate: "20270617" },
  ]);
  const last = lastTradeTime(ES, "20261218");
  assert.equal(symbolsOf("NQ", last - 1)[0], "NQZ6");
  assert.equal(symbolsOf("NQ", last)[0], "NQH7");
  assert.equal(symbolsOf("NQ", utc("2027-01-01T05:59"))[0], "NQH7", "still December in Chicago");
});

Deno.test("listedContracts lists gold as COMEX does: the three nearest, then its even months", () => {
  const listed = symbolsOf("GC", utc("2025-12-03T14:00"));
  assert.deepEqual(listed.slice(0, 9), [
    "GCZ5",
    "GCF6",
    "GCG6",
    "GCJ6",
    "GCM6",
    "GCQ6",
    "GCV6",
    "GCZ6",
    "GCG7",
  ]);
  assert.deepEqual(listed.slice(-3), ["GCZ0", "GCM1", "GCZ1"], "June and December for six years");
  assert.ok(!listed.includes("GCG8"), "February no farther than 23 months");
  assert.ok(
    !symbolsOf("MGC", utc("2025-12-03T14:00")).includes("MGCF6"),
    "the micro: no odd month",
  );
});

Deno.test("listedContracts lists six months of bitcoin and the second December", () => {
  assert.deepEqual(symbolsOf("MBT", utc("2025-12-03T14:00")), [
    "MBTZ5",
    "MBTF6",
    "MBTG6",
    "MBTH6",
    "MBTJ6",
    "MBTK6",
    "MBTZ6",
  ]);
});

Deno.test("frontMonth moves on at the roll, not at the expiry", () => {
  const listed = listedContracts(ES, utc("2026-03-01T12:00"));
  const roll = rollTime(ES, listed[0]!);
  assert.equal(frontMonth(ES, listed, roll - 1)?.symbol, "ESH6");
  assert.equal(frontMonth(ES, listed, roll)?.symbol, "ESM6");
  assert.equal(frontMonth(ES, listed.toReversed(), roll - 1)?.symbol, "ESH6", "in any order");
});

Deno.test("frontMonth stays on the last listed contract until it stops trading", () => {
  const listed = [{ lastTradeDate: "20260320" }];
  const contract = { contractMonth: "202603", lastTradeDate: "20260320" };
  assert.equal(frontMonth(ES, listed, rollTime(ES, contract)), listed[0]);
  assert.equal(frontMonth(ES, listed, lastTradeTime(ES, "20260320") - 1), listed[0]);
  assert.equal(frontMonth(ES, listed, lastTradeTime(ES, "20260320")), undefined);
  assert.equal(frontMonth(ES, [], 0), undefined);
});

Deno.test("frontMonth passes over dates it cannot read", () => {
  const listed = [{ lastTradeDate: "" }, { lastTradeDate: "202603" }, {
    lastTradeDate: "20260618",
  }];
  assert.equal(frontMonth(ES, listed, utc("2026-01-05T12:00")), listed[2]);
});

Deno.test("frontMonth of every product goes through its active months only, and never expires", () => {
  for (const product of PRODUCTS) {
    const letters: string[] = [];
    for (let time = utc("2026-01-01T00:00"); time < utc("2027-01-01T00:00"); time += DAY) {
      const front = frontMonth(product, listedContracts(product, time), time)!;
      assert.ok(lastTradeTime(product, front.lastTradeDate) > time);
      assert.ok(rollTime(product, front) > time);
      const letter = front.symbol.at(-2)!;
      if (letter !== letters.at(-1)) letters.push(letter);
    }
    const year = letters.join("");
    const expected = { HMUZ: "HMUZH", GJMQZ: "GJMQZG", FGHJKMNQUVXZ: "FGHJKMNQUVXZF" };
    assert.equal(year, expected[product.activeMonths as keyof typeof expected], product.root);
  }
});

Deno.test("frontMonth of gold skips October: August hands over to December", () => {
  const at = utc("2026-07-29T12:00");
  assert.equal(frontMonth(GC, listedContracts(GC, at), at)?.symbol, "GCZ6");
  assert.ok(symbolsOf("GC", at).includes("GCV6"), "which is listed all the same");
});
