import assert from "node:assert/strict";
import { LeadStrip } from "../../lib/charts/lead_strip.ts";
import { HOUR } from "../../lib/model/time.ts";
import { readLead } from "../../lib/stats/ticks/lead_reading.ts";

const READING = readLead(undefined, { first: "a", second: "b" });

function stretch(halfHour: number) {
  return { from: halfHour * HOUR / 2, to: (halfHour + 1) * HOUR / 2, reading: READING };
}

Deno.test("a strip keeps what its trades no longer show, once each, for a day", () => {
  const strip = new LeadStrip();
  strip.merged([stretch(1), stretch(2)]);
  const again = strip.merged([stretch(2), stretch(3)]);
  assert.deepEqual(again.map(({ from }) => from), [1, 2, 3].map((at) => at * HOUR / 2));
  const day = strip.merged(Array.from({ length: 60 }, (_, i) => stretch(10 + i)));
  assert.equal(day.length, 48);
  assert.equal(day.at(-1)!.from, 69 * HOUR / 2);
});
