import assert from "node:assert/strict";
import { decodeDeribitFrame, volatilityChannel } from "../../lib/wire/deribit_frame.ts";

const notice = (data: unknown, channel = "deribit_volatility_index.btc_usd") =>
  JSON.stringify({ jsonrpc: "2.0", method: "subscription", params: { channel, data } });
const reason = (text: string) => {
  const message = decodeDeribitFrame(text);
  return message.kind === "rejected" ? message.reason : message.kind;
};

Deno.test("replies carry their request's number and their result", () => {
  const text =
    '{"jsonrpc":"2.0","id":1,"result":"ok","usIn":1790000000000100,"usOut":1790000000000180,"usDiff":80,"testnet":false}';
  assert.deepEqual(decodeDeribitFrame(text), { kind: "reply", id: 1, result: "ok" });
});

Deno.test("errors carry their code, and the request's number where there is one", () => {
  const error = { code: 10028, message: "too_many_requests", data: null };
  const read = { code: 10028, message: "too_many_requests", detail: undefined, action: "retry" };
  assert.deepEqual(decodeDeribitFrame(JSON.stringify({ jsonrpc: "2.0", id: 1, error })), {
    kind: "error",
    id: 1,
    error: read,
  });
  assert.deepEqual(decodeDeribitFrame(JSON.stringify({ jsonrpc: "2.0", error })), {
    kind: "error",
    id: undefined,
    error: read,
  });
});

Deno.test("heartbeats and test requests are distinguished", () => {
  const heartbeat = (type: string) =>
    JSON.stringify({ jsonrpc: "2.0", method: "heartbeat", params: { type } });
  assert.deepEqual(decodeDeribitFrame(heartbeat("heartbeat")), { kind: "heartbeat" });
  assert.deepEqual(decodeDeribitFrame(heartbeat("test_request")), { kind: "test-request" });
  assert.equal(reason(heartbeat("other")), "a heartbeat of no known type");
});

Deno.test("a volatility notice is a value at a time", () => {
  const data = { timestamp: 1790000001007, volatility: 41.37, index_name: "btc_usd" };
  assert.deepEqual(decodeDeribitFrame(notice(data)), {
    kind: "volatility",
    index: "btc_usd",
    time: 1790000001007,
    value: 41.37,
    wasFraction: false,
  });
  assert.equal(volatilityChannel("btc_usd"), "deribit_volatility_index.btc_usd");
});

Deno.test("a volatility below 3 is a fraction, and is said to have been one", () => {
  const data = { timestamp: 1790000001007, volatility: 0.4137, index_name: "btc_usd" };
  const message = decodeDeribitFrame(notice(data));
  assert.ok(message.kind === "volatility");
  assert.deepEqual([message.value, message.wasFraction], [41.37, true]);
});

Deno.test("a volatility notice that cannot be believed is rejected with its reason", () => {
  const data = { timestamp: 1790000001007, volatility: 41.37, index_name: "btc_usd" };
  assert.equal(
    reason(notice({ ...data, index_name: "eth_usd" })),
    "the index is not the channel's",
  );
  assert.equal(
    reason(notice({ ...data, timestamp: 17 })),
    "field timestamp is not an epoch time",
  );
  for (const volatility of [0, -1, NaN, "41.37", 1e300]) {
    assert.equal(
      reason(notice({ ...data, volatility })),
      "field volatility is not a number above 0",
      String(volatility),
    );
  }
  assert.equal(reason(notice(null)), "a volatility notice without data");
});

Deno.test("both forms of the platform's state are read", () => {
  const locked = { price_index: "sol_usdc", locked: true };
  assert.deepEqual(decodeDeribitFrame(notice(locked, "platform_state")), {
    kind: "platform",
    maintenance: undefined,
    index: "sol_usdc",
    isLocked: true,
  });
  assert.deepEqual(decodeDeribitFrame(notice({ maintenance: true }, "platform_state")), {
    kind: "platform",
    maintenance: true,
    index: undefined,
    isLocked: undefined,
  });
});

Deno.test("what Comove does not use is ignored, and what is no message is rejected", () => {
  const other = notice({ price: 1 }, "deribit_price_index.btc_usd");
  assert.deepEqual(decodeDeribitFrame(other), {
    kind: "ignored",
    what: "deribit_price_index.btc_usd",
  });
  assert.equal(reason("{"), "not a JSON object");
  assert.equal(reason("[]"), "not a JSON object");
  assert.equal(reason('{"id":1,"result":"ok"}'), "not JSON-RPC 2.0");
  assert.equal(reason('{"jsonrpc":"2.0","id":1}'), "neither a result nor an error");
  assert.equal(
    reason('{"jsonrpc":"2.0","result":1}'),
    "a result without the number of its request",
  );
  assert.equal(reason('{"jsonrpc":"2.0","id":1,"error":{}}'), "an error without a code");
});
