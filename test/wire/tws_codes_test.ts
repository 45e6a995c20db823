import assert from "node:assert/strict";
import { complaintOf, knownTwsCodes, twsCode } from "../../lib/wire/tws_codes.ts";

Deno.test("twsCode knows what to do about each code", () => {
  const expected = {
    326: "client-id",
    354: "permission",
    322: "busy",
    420: "by-text",
    1100: "stale",
    1101: "resubscribe",
    1102: "verify",
    1300: "port-moved",
    2103: "suspect",
    2104: "verify",
    2106: "heal",
    10167: "advisory",
    10168: "no-delayed",
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

Deno.test("twsCode only notes warnings it does not know, and no other unknown code", () => {
  assert.equal(twsCode(2176).action, "note");
  assert.equal(twsCode(3_000).action, "unknown");
  assert.equal(twsCode(99_999).meaning, "code 99999");
});

Deno.test("complaintOf reads the texts of codes 162 and 420, and none in another language", () => {
  const cases = [
    [
      "Historical Market Data Service error message:HMDS query returned no data: ESZ6@CME",
      "no-data",
    ],
    ["No historical market data for ES/FUT@CME Last 60", "no-data"],
    ["Historical data request pacing violation", "pacing"],
    ["API historical data query cancelled: 7", "cancelled"],
    ["Invalid Real-time Query:No market data permissions for CME FUT", "permission"],
    ["Trading TWS session is connected from a different IP address", "other-session"],
    ["HMDS server disconnect occurred", "unclear"],
    ["Ungültige Echtzeitabfrage", "unclear"],
    ["\u65e0\u6548\u7684\u5b9e\u65f6\u67e5\u8be2", "unclear"],
    ["", "unclear"],
  ] as const;
  for (const [text, complaint] of cases) assert.equal(complaintOf(text), complaint, text);
});
