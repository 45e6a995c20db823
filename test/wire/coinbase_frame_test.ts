import assert from "node:assert/strict";
import { decodeCoinbaseFrame } from "../../lib/wire/coinbase_frame.ts";

const TIME = Date.UTC(2026, 8, 22, 7, 20, 0, 716);
const MATCH = {
  type: "match",
  trade_id: 901_234_567,
  maker_order_id: "97bb540a-2ad1-45c4-885d-9e088e091e9e",
  taker_order_id: "51a1cb96-4c1f-48b6-9639-8da567469c47",
  side: "sell",
  size: "0.0225",
  price: "91692.53",
  product_id: "BTC-USD",
  sequence: 98_221_079_970,
  time: "2026-09-22T07:20:00.716579Z",
};
const decode = (value: unknown) => decodeCoinbaseFrame(JSON.stringify(value));
const reasonOf = (value: unknown) => {
  const message = decode(value);
  return message.kind === "rejected" ? message.reason : message.kind;
};

Deno.test("decodeCoinbaseFrame reads a match with the side of the one who took, and µs cut to ms", () => {
  const trade = { id: 901_234_567, time: TIME, price: 91_692.53, size: 0.0225, side: "buy" };
  const expected = { kind: "trades", symbol: "BTC-USD", eventTime: TIME, trades: [trade] };
  assert.deepEqual(decode(MATCH), expected);
  assert.deepEqual(decode({ ...MATCH, type: "last_match" }), expected);
  const sold = { ...expected, trades: [{ ...trade, side: "sell" }] };
  assert.deepEqual(decode({ ...MATCH, side: "buy" }), sold);
  const late = decode({ ...MATCH, time: "2026-09-22T07:20:59.9999999Z" });
  assert.ok(late.kind === "trades" && late.eventTime === Date.UTC(2026, 8, 22, 7, 20, 59, 999));
  const whole = decode({ ...MATCH, time: "2026-09-22T07:21:00Z" });
  assert.ok(whole.kind === "trades" && whole.eventTime === Date.UTC(2026, 8, 22, 7, 21));
});

Deno.test("decodeCoinbaseFrame takes a last_trade_id of 0 in heartbeats for absent", () => {
  const beat = {
    type: "heartbeat",
    last_trade_id: 901_234_567,
    product_id: "BTC-USD",
    sequence: 1,
    time: "2026-09-22T07:20:00.716588Z",
  };
  const expected = { kind: "keepalive", symbol: "BTC-USD", eventTime: TIME };
  assert.deepEqual(decode(beat), { ...expected, lastTrade: 901_234_567 });
  assert.deepEqual(decode({ ...beat, last_trade_id: 0 }), expected);
  assert.match(reasonOf({ ...beat, last_trade_id: -1 }), /last_trade_id/);
});

Deno.test("decodeCoinbaseFrame names the field that is wrong in a match", () => {
  const cases: [object, RegExp][] = [
    [{ price: "-1" }, /price is not a price above 0/],
    [{ price: "NaN" }, /price is not/],
    [{ price: 91_692.53 }, /price is not/],
    [{ size: "" }, /size is not/],
    [{ side: "maker" }, /side is not one of buy, sell/],
    [{ trade_id: "901234567" }, /trade_id is not/],
    [{ trade_id: 0 }, /trade_id is not/],
    [{ time: "2026-09-22 07:20:00" }, /time is not a time in ISO 8601/],
    [{ time: "1970-01-01T00:00:00Z" }, /time is not/],
    [{ product_id: "" }, /product_id is not/],
  ];
  for (const [change, reason] of cases) assert.match(reasonOf({ ...MATCH, ...change }), reason);
});

Deno.test("decodeCoinbaseFrame finds the product that a refusal is about, ignores other types and rejects the rest", () => {
  assert.deepEqual(decode({ type: "subscriptions", product_ids: [], channels: [] }), {
    kind: "ignored",
  });
  assert.deepEqual(decode({ type: "error", message: "Failed", reason: "no such channel" }), {
    kind: "refused",
    text: "Failed: no such channel",
  });
  assert.equal(decode({ type: "ticker", price: "1" }).kind, "ignored");
  assert.equal(reasonOf({ type: "error" }), "an error without a text");
  assert.equal(reasonOf({}), "no known message");
  assert.equal(reasonOf([]), "not a JSON object");
  assert.equal(reasonOf({ type: "match", pad: "x".repeat(70_000) }), "longer than any frame");
});
