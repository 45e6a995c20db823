import assert from "node:assert/strict";
import { deribitActionOf, deribitErrorOf } from "../../lib/wire/deribit_error.ts";

Deno.test("each code of Deribit asks for what its documentation says", () => {
  const retry = [10028, 10040, 10041, 10047, 10066, 11051, 11094, 13028, 13503, 13888];
  const never = [
    ...[10000, 10020, 10030, 10033, 10048, 11029, 11050, 11052, 12005, 13004, 13009, 13010],
    ...[13016, 13020, 13021, 13025, 13777, 13778, -32700, -32600, -32601, -32602],
  ];
  assert.deepEqual(retry.map(deribitActionOf), retry.map(() => "retry"));
  assert.deepEqual(never.map(deribitActionOf), never.map(() => "never"));
  assert.equal(deribitActionOf(11056), "wait");
});

Deno.test("a code that nobody has listed may pass", () => {
  assert.equal(deribitActionOf(99999), "retry");
});

Deno.test("invalid parameters say which, and why", () => {
  const data = { reason: "must be one of 1, 60", param: "resolution" };
  assert.deepEqual(deribitErrorOf({ code: -32602, message: "Invalid params", data }), {
    code: -32602,
    message: "Invalid params",
    detail: "resolution: must be one of 1, 60",
    action: "never",
  });
});

Deno.test("an error's texts are cut to a bound", () => {
  const long = "x".repeat(100_000);
  const error = deribitErrorOf({ code: 1, message: long, data: { reason: long, param: long } });
  assert.equal(error?.message.length, 200);
  assert.equal(error?.detail?.length, 200);
});

Deno.test("what has no whole code is no error", () => {
  for (const value of [null, [], "error", {}, { code: "10028" }, { code: 1.5 }]) {
    assert.equal(deribitErrorOf(value), undefined);
  }
});
