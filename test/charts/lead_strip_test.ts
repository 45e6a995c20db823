import assert from "node:assert/strict";
import { leadFigure } from "../../lib/charts/lead_figure.ts";
import { LeadStrip } from "../../lib/charts/lead_strip.ts";
import { PAGE } from "../../lib/charts/page_theme.ts";
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

Deno.test("the strip of a picture says from when it is", () => {
  const all = {
    lagsMs: Float64Array.of(-1_000, 0, 1_000),
    values: Float64Array.of(0, 0.5, 0),
    threshold: 0.1,
    reading: READING,
  };
  const titleOf = (strip: ReturnType<typeof stretch>[]) => {
    const found = { basis: "seconds", stepMs: 1_000, all, parts: [], strip } as const;
    const options = { names: { first: "a", second: "b" }, sentence: "", updatedAt: 0, theme: PAGE };
    return leadFigure(found, options).svg.match(/The lag [^<]*/)?.[0];
  };
  assert.equal(
    titleOf([stretch(19), stretch(20)]),
    "The lag since 01-01 09:30 UTC, s, of half an hour each, with 95 % intervals",
  );
  assert.equal(titleOf([]), "The lag over time: no stretch is complete yet");
});
