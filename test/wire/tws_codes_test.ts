import assert from "node:assert/strict";
import { historyFailure, isPacing, knownTwsCodes, twsCode } from "../../lib/wire/tws_codes.ts";

Deno.test("twsCode knows what to do about each code", () => {
  const expected = {
    326: "client-id",
    354: "permission",
    420: "permission",
    1100: "stale",
    1101: "resubscribe",
    1102: "verify",
    1300: "port-moved",
    2103: "suspect",
    2104: "verify",
    2106: "heal",
    10167: "permission",
    10197: "competing",
    10225: "resubscribe",
  };
  for (const [number, action] of Object.entries(expected)) {
    assert.equal(twsCode(Number(number)).action, action, number);
  }
});

Deno.test("twsCode explains every code in one breath", () => {
  const numbers = knownTwsCodes();
  assert.ok(numbers.length >= 40);
  for (const number of numbers) {
    const { meaning, explanation } = twsCode(number);
    assert.match(explanation, /^[A-Z].{15,90}\.$/, `${number}`);
    assert.ok(meaning.length > 3);
  }
});

Deno.test("twsCode only notes what it does not know", () => {
  assert.equal(twsCode(2176).action, "note");
  assert.equal(twsCode(99_999).meaning, "code 99999");
});

Deno.test("historyFailure takes unknown texts for passing trouble", () => {
  assert.equal(historyFailure("HMDS server disconnect occurred"), "other");
  assert.equal(historyFailure(""), "other");
});

Deno.test("isPacing distinguishes frequency from permission in code 420", () => {
  assert.equal(isPacing("Invalid Real-time Query:Historical data request pacing violation"), true);
  assert.equal(isPacing("Invalid Real-time Query:No market data permissions for CME FUT"), false);
});
