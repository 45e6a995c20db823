import assert from "node:assert/strict";
import { decodeKrakenFrame } from "../../lib/wire/kraken_frame.ts";

const TRADE = {
  symbol: "BTC/USD",
  side: "sell",
  price: 91944.2,
  qty: 0.00027625,
  ord_type: "limit",
  trade_id: 90_218_208,
  timestamp: "2026-09-22T09:04:40.440295Z",
};
const frame = (...data: object[]) => JSON.stringify({ channel: "trade", type: "update", data });
const reasonOf = (text: string) => {
  const message = decodeKrakenFrame(text);
  return message.kind === "rejected" ? message.reason : message.kind;
};

Deno.test("decodeKrakenFrame reads all trades of a message by id, with the side of the one who took", () => {
  const message = decodeKrakenFrame(
    frame({ ...TRADE, trade_id: 90_218_209, side: "buy", price: "91944.1" }, TRADE),
  );
  assert.ok(message.kind === "trades" && message.symbol === "BTC/USD");
  const time = Date.UTC(2026, 8, 22, 9, 4, 40, 440);
  assert.equal(message.eventTime, time);
  assert.deepEqual(message.trades, [
    { id: 90_218_208, time, price: 91_944.2, size: 0.00027625, side: "sell" },
    { id: 90_218_209, time, price: 91_944.1, size: 0.00027625, side: "buy" },
  ]);
});

Deno.test("decodeKrakenFrame rejects a message as a whole when one of its trades cannot be read", () => {
  const cases: [object, RegExp][] = [
    [{ price: -1 }, /price is not/],
    [{ qty: "NaN" }, /qty is not/],
    [{ trade_id: 0 }, /trade_id is not/],
    [{ trade_id: 1.5 }, /trade_id is not/],
    [{ side: "b" }, /side is not one of/],
    [{ timestamp: "now" }, /timestamp is not/],
    [{ symbol: "ETH/USD" }, /trades of several symbols/],
    [{ symbol: 7 }, /symbol is not/],
  ];
  for (const [change, reason] of cases) {
    assert.match(reasonOf(frame(TRADE, { ...TRADE, ...change })), reason);
  }
  assert.equal(reasonOf(frame()), "no list of trades");
  assert.equal(reasonOf('{"channel":"trade","data":[7]}'), "a trade is not an object");
});

Deno.test("decodeKrakenFrame reads status with an id that no double holds, heartbeats, replies and refusals", () => {
  const status =
    '{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":13834774380200032777,"system":"maintenance","version":"2.0.0"}]}';
  assert.deepEqual(decodeKrakenFrame(status), { kind: "trading", mode: "maintenance" });
  assert.equal(reasonOf('{"channel":"status","data":[{}]}'), "a status without a system");
  assert.equal(reasonOf('{"channel":"heartbeat"}'), "keepalive");
  assert.equal(reasonOf('{"method":"pong","req_id":1}'), "ignored");
  assert.equal(reasonOf('{"channel":"ohlc","data":[]}'), "ignored");
  assert.deepEqual(
    decodeKrakenFrame(
      '{"error":"Currency pair not supported XBT/USDC","method":"subscribe","success":false,"symbol":"XBT/USDC"}',
    ),
    { kind: "refused", text: "Currency pair not supported XBT/USDC", symbol: "XBT/USDC" },
  );
  assert.deepEqual(decodeKrakenFrame('{"Error":"Exceeded msg rate"}'), {
    kind: "refused",
    text: "Exceeded msg rate",
  });
  const long = decodeKrakenFrame(`{"error":"${"x".repeat(1_000)}","symbol":"${"X".repeat(99)}"}`);
  assert.deepEqual(long, { kind: "refused", text: "x".repeat(200) });
  assert.equal(reasonOf("{}"), "no known message");
  assert.equal(reasonOf("7"), "not a JSON object");
  assert.equal(reasonOf(`{"x":"${"x".repeat(70_000)}"}`), "longer than any frame");
});
