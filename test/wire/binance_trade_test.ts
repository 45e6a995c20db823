import assert from "node:assert/strict";
import { decodeTradeRows } from "../../lib/wire/binance_trade.ts";

const T = 1_790_000_000_051;

Deno.test("decodeTradeRows reads single trades of spot and aggregate ones of USD-M", () => {
  const single =
    `[{"id":5200000001,"price":"91940.10000000","qty":"0.00100000","quoteQty":"91.94010000","time":${T},"isBuyerMaker":false,"isBestMatch":true}]`;
  assert.deepEqual(decodeTradeRows(single, "single"), [{
    id: 5_200_000_001,
    lastTradeId: 5_200_000_001,
    time: T,
    price: 91_940.1,
    size: 0.001,
    buyerIsMaker: false,
  }]);
  const aggregate =
    `[{"a":2228503268,"p":"91940.10","q":"0.012","nq":"0.012","f":5129698193,"l":5129698195,"T":${T},"m":true}]`;
  assert.deepEqual(decodeTradeRows(aggregate, "aggregate"), [{
    id: 2_228_503_268,
    lastTradeId: 5_129_698_195,
    time: T,
    price: 91_940.1,
    size: 0.012,
    buyerIsMaker: true,
  }]);
});

Deno.test("decodeTradeRows stops at a row that is damaged or does not follow, so that nothing behind it is proven", () => {
  const row = (id: number, price = "1") => ({ a: id, p: price, q: "1", f: id, l: id, T, m: true });
  const ids = (rows: unknown[]) =>
    decodeTradeRows(JSON.stringify(rows), "aggregate")?.map(({ id }) => id);
  assert.deepEqual(ids([row(1), row(2), row(3, "-1"), row(4)]), [1, 2]);
  assert.deepEqual(ids([row(1), row(2), row(9), row(10)]), [1, 2]);
  assert.deepEqual(ids([row(1), row(1), row(2)]), [1]);
  assert.deepEqual(ids([]), []);
  for (const text of ["{}", "null", "[", '{"code":-1121,"msg":"Invalid symbol."}']) {
    assert.equal(decodeTradeRows(text, "single"), undefined, text);
  }
});
