import assert from "node:assert/strict";
import {
  decodeCoinbaseCandles,
  decodeCoinbaseError,
  decodeCoinbaseProduct,
  decodeCoinbaseTime,
  decodeCoinbaseTrades,
} from "../../lib/wire/coinbase_rest.ts";

Deno.test("decodeCoinbaseCandles turns the order of rows round and reads low before high", () => {
  const body =
    "[[1790000040,91680.01,91702.5,91690.0,91699.99,3.81861594],[1789999980,91670.0,91695.2,91671.1,91690.0,5.1]]";
  const { rows, rejected } = decodeCoinbaseCandles(body)!;
  assert.deepEqual(rejected, []);
  assert.deepEqual(rows.map(({ openTime }) => openTime), [1_789_999_980_000, 1_790_000_040_000]);
  assert.deepEqual(rows[1], {
    openTime: 1_790_000_040_000,
    low: 91_680.01,
    high: 91_702.5,
    open: 91_690,
    close: 91_699.99,
    volume: 3.81861594,
  });
});

Deno.test("decodeCoinbaseCandles leaves out what cannot be a row, with a reason, and takes no other body", () => {
  const { rows, rejected } = decodeCoinbaseCandles(
    "[[1790000040,1,4,2,3],[1790000040.5,1,4,2,3,1],{},[1790000100,1,4,2,3,0]]",
  )!;
  assert.equal(rows.length, 1);
  assert.equal(rejected.length, 3);
  for (const body of ["{}", "null", "<html>", '{"message":"NotFound"}']) {
    assert.equal(decodeCoinbaseCandles(body), undefined);
    assert.equal(decodeCoinbaseTrades(body), undefined);
  }
});

Deno.test("decodeCoinbaseTrades sorts by id and leaves out rows that cannot be read", () => {
  const row = (trade_id: unknown) => ({
    time: "2026-09-22T07:20:00.716579Z",
    trade_id,
    price: "91692.53",
    size: "0.0225",
    side: "sell",
  });
  const trades = decodeCoinbaseTrades(JSON.stringify([row(9), row(8), row("7"), 6, row(5)]));
  const { rows, isWhole } = trades!;
  assert.deepEqual(rows.map(({ id, side }) => [id, side]), [[5, "buy"], [8, "buy"], [9, "buy"]]);
  assert.equal(isWhole, false);
  assert.equal(decodeCoinbaseTrades(JSON.stringify([row(9)]))!.isWhole, true);
});

Deno.test("decodeCoinbaseTime and decodeCoinbaseError read their own bodies only", () => {
  const body = '{"iso":"2026-09-21T13:33:20.123Z","epoch":1790000000.123}';
  assert.equal(decodeCoinbaseTime(body), 1_790_000_000_123);
  for (const other of ["{}", '{"epoch":"1790000000"}', '{"epoch":1}', "[]", ""]) {
    assert.equal(decodeCoinbaseTime(other), undefined);
  }
  assert.equal(decodeCoinbaseError('{"message":"NotFound"}'), "NotFound");
  assert.equal(decodeCoinbaseError("<html>"), undefined);
});

Deno.test("decodeCoinbaseProduct reads every state, the strictest of several, and takes no other body", () => {
  const flags = ["trading_disabled", "auction_mode", "cancel_only", "post_only", "limit_only"];
  const off = Object.fromEntries(flags.map((name) => [name, false]));
  const modeOf = (more: object) =>
    decodeCoinbaseProduct(JSON.stringify({ id: "BTC-USD", status: "online", ...off, ...more }));
  assert.deepEqual(modeOf({}), { mode: "online" });
  assert.deepEqual(modeOf({ limit_only: true }), { mode: "limit-only" });
  assert.deepEqual(modeOf({ limit_only: true, post_only: true }), { mode: "post-only" });
  assert.deepEqual(modeOf({ post_only: true, cancel_only: true }), { mode: "cancel-only" });
  assert.deepEqual(modeOf({ auction_mode: true, cancel_only: true }), { mode: "auction" });
  assert.deepEqual(modeOf({ trading_disabled: true }), { mode: "offline" });
  assert.deepEqual(modeOf({ status: "offline" }), { mode: "offline" });
  assert.deepEqual(modeOf({ status: "internal" }), { mode: "offline" });
  assert.deepEqual(modeOf({ status: "delisted", cancel_only: true }), { mode: "delisted" });
  assert.deepEqual(modeOf({ status: "dreaming" }), { mode: undefined }, "unknown, never a guess");
  assert.deepEqual(modeOf({ cancel_only: "true" }), { mode: "online" }, "no text is a flag");
  for (const body of ["[]", "{}", '{"message":"NotFound"}', '{"id":"BTC-USD"}', "<html>", ""]) {
    assert.equal(decodeCoinbaseProduct(body), undefined, body);
  }
});
