import assert from "node:assert/strict";
import { barTime } from "../../../lib/feeds/ibkr/stoqey_values.ts";

Deno.test("barTime reads epoch seconds, a trading day, and a time with its zone", () => {
  const nine = Date.UTC(2026, 11, 2, 15);
  assert.equal(barTime("1796223600"), nine);
  assert.equal(barTime("20261202"), Date.UTC(2026, 11, 2));
  const zoned = ["09:00:00 US/Central", "16:00:00 MET", "10:00:00 EST (Eastern Standard Time)"];
  for (const text of zoned) assert.equal(barTime(`20261202 ${text}`), nine, text);
  assert.equal(barTime("20261202  09:00:00 America/Chicago"), nine, "old ones have two blanks");
});

Deno.test("barTime guesses no zone and believes no nonsense", () => {
  const texts = [
    "",
    "20261202 09:00:00",
    "20261202 09:00:00 Mars",
    "20261202 25:00:00 MET",
    "soon",
  ];
  for (const text of texts) assert.ok(Number.isNaN(barTime(text)), text);
});
