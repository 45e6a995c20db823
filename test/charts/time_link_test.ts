import assert from "node:assert/strict";
import { timeLink } from "../../lib/charts/time_link.ts";

Deno.test("timeLink carries its time, and escapes what it says", () => {
  const html = timeLink(Date.UTC(2025, 11, 2, 13), "<b>&");
  assert.match(html, /data-comove-time="1764680400000"/);
  assert.match(html, />&lt;b&gt;&amp;<\/button>$/);
  assert.match(timeLink(0), />1970-01-01 00:00:00 UTC</);
  assert.throws(() => timeLink(NaN), /time must be finite, got NaN/);
});
