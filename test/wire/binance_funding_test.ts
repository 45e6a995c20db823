import assert from "node:assert/strict";
import { HOUR } from "../../lib/model/time.ts";
import { decodeFundingRows, decodePremiumIndex } from "../../lib/wire/binance_funding.ts";

const AT = Date.UTC(2025, 11, 3, 8);
const row = (fields: object) => ({
  symbol: "BTCUSDT",
  fundingTime: AT + 3,
  fundingRate: "-0.00012500",
  markPrice: "92000.10000000",
  ...fields,
});
const decode = (...rows: unknown[]) => decodeFundingRows(JSON.stringify(rows), "BTCUSDT")!;
const PAID = { time: AT, rate: -0.000125, markPrice: 92_000.1 };

Deno.test("decodeFundingRows reads what was paid, at the hour that is meant, oldest first", () => {
  const later = row({ fundingTime: AT + 8 * HOUR, fundingRate: "0.00010000", markPrice: "" });
  const { payments, rejected } = decode(later, row({}));
  assert.deepEqual(payments, [PAID, { time: AT + 8 * HOUR, rate: 0.0001, markPrice: null }]);
  assert.deepEqual(rejected, []);
  assert.deepEqual(decode().payments, []);
});

Deno.test("decodeFundingRows knows no rate where the venue says none, an absurd one or two", () => {
  const noRate = [{ ...PAID, rate: null }];
  for (const fundingRate of ["", "NaN", "0.5", "-3", "1e-4x", null, 0.0001]) {
    const { payments, rejected } = decode(row({ fundingRate }));
    assert.deepEqual(payments, noRate, `${fundingRate}`);
    assert.match(rejected.join(), /no rate of funding that can be/);
  }
  assert.deepEqual(decode(row({ fundingRate: "0" })).payments, [{ ...PAID, rate: 0 }]);
  const two = decode(row({}), row({ fundingRate: "0.0001" }));
  assert.deepEqual(two.payments, noRate);
  assert.match(two.rejected.join(), /two rates of funding for one time/);
  assert.deepEqual(decode(row({}), row({ fundingTime: AT + 9 })).payments, [PAID], "said twice");
});

Deno.test("decodeFundingRows leaves out rows of no hour, of another symbol and of no object", () => {
  const refused = [
    [row({ fundingTime: AT + 20 * 60_000 }), /no whole hour/],
    [row({ fundingTime: "soon" }), /no whole hour/],
    [row({ symbol: "ETHUSDT" }), /another symbol/],
    [7, /no object/],
  ] as const;
  for (const [bad, reason] of refused) {
    const { payments, rejected } = decode(bad, row({}));
    assert.deepEqual(payments, [PAID]);
    assert.match(rejected.join(), reason);
  }
  for (const text of ["", "{", "{}", "null", '{"code":-1121,"msg":"Invalid symbol."}']) {
    assert.equal(decodeFundingRows(text, "BTCUSDT"), undefined);
  }
});

Deno.test("decodePremiumIndex reads what is due next, and refuses another symbol's", () => {
  const body = {
    symbol: "BTCUSDT",
    markPrice: "92000.10000000",
    indexPrice: "91990.00000000",
    lastFundingRate: "0.00038246",
    interestRate: "0.00010000",
    nextFundingTime: AT + 8 * HOUR,
    time: AT + HOUR,
  };
  const read = (fields: object) =>
    decodePremiumIndex(JSON.stringify({ ...body, ...fields }), "BTCUSDT");
  const expected = {
    time: AT + HOUR,
    markPrice: 92_000.1,
    indexPrice: 91_990,
    rate: 0.00038246,
    nextTime: AT + 8 * HOUR,
  };
  assert.deepEqual(read({}), expected);
  const delivered = { ...expected, rate: null, nextTime: null };
  assert.deepEqual(read({ lastFundingRate: "", nextFundingTime: 0 }), delivered);
  assert.deepEqual(read({ nextFundingTime: AT }), delivered, "it fell due before");
  for (const bad of [{ symbol: "ETHUSDT" }, { markPrice: "0" }, { time: 1 }]) {
    assert.equal(read(bad), undefined);
  }
  assert.equal(decodePremiumIndex("[]", "BTCUSDT"), undefined);
});
