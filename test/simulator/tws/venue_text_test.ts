import assert from "node:assert/strict";
import { parseEndTime, serverTimeText, zonedText } from "../../../lib/simulator/tws/venue_text.ts";

Deno.test("parseEndTime reads UTC, a named zone, and the login's zone where none is named", () => {
  const at = Date.UTC(2025, 11, 3, 15);
  assert.equal(parseEndTime("20251203-15:00:00"), at);
  assert.equal(parseEndTime("20251203 09:00:00 US/Central"), at);
  assert.equal(parseEndTime("20251203  10:00:00 America/New_York"), at);
  assert.equal(parseEndTime("20251203 10:00:00"), at);
  assert.equal(parseEndTime("20250703 10:00:00"), Date.UTC(2025, 6, 3, 14));
});

Deno.test("parseEndTime refuses what is no time", () => {
  const bad = [
    "",
    "now",
    "20251203",
    "20251303-15:00:00",
    "20251203-25:00:00",
    "20251203 10:00:00 Mars/X",
  ];
  for (const text of bad) assert.equal(parseEndTime(text), undefined, text);
});

Deno.test("serverTimeText and zonedText follow summer time", () => {
  assert.equal(serverTimeText(Date.UTC(2025, 11, 3, 15)), "20251203 10:00:00 EST");
  assert.equal(serverTimeText(Date.UTC(2025, 6, 3, 15)), "20250703 11:00:00 EDT");
  assert.equal(
    zonedText(Date.UTC(2025, 6, 3, 15, 1, 2), "US/Central"),
    "20250703 10:01:02 US/Central",
  );
});
