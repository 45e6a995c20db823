import assert from "node:assert/strict";
import fc from "fast-check";
import { timeTicks } from "../../lib/charts/time_ticks.ts";
import { DAY, HOUR, type Interval, MINUTE } from "../../lib/model/time.ts";
import { END } from "./chart_samples.ts";

/** Ticks of one even stretch over `width` px. */
function ticksOf({ from, to }: Interval, width: number) {
  const xOf = (time: number) => width * (time - from) / (to - from);
  return timeTicks([{ from, to }], xOf, { within: [0, width] });
}

Deno.test("timeTicks names whole UTC hours, with the date below the first", () => {
  const ticks = ticksOf({ from: END - 500 * MINUTE, to: END }, 1_030);
  assert.deepEqual(ticks.map(({ text }) => text), [
    "07:00",
    "08:00",
    "09:00",
    "10:00",
    "11:00",
    "12:00",
    "13:00",
    "14:00",
  ]);
  assert.deepEqual(ticks.map(({ date }) => date), ["2025-12-03", ...Array(7).fill(undefined)]);
});

Deno.test("timeTicks names the date again where a day begins", () => {
  const midnight = Date.UTC(2025, 11, 4);
  const ticks = ticksOf({ from: midnight - 3 * HOUR, to: midnight + 3 * HOUR }, 800);
  const dated = ticks.filter(({ date }) => date !== undefined);
  assert.deepEqual(dated.map(({ date }) => date), ["2025-12-03", "2025-12-04"]);
  assert.equal(dated[1]!.time, midnight);
});

Deno.test("timeTicks leaves room for each label at any span and width", () => {
  const spans = fc.integer({ min: 1, max: 90 * 24 * 60 }),
    widths = fc.integer({ min: 200, max: 2_000 });
  fc.assert(fc.property(spans, widths, (span, width) => {
    const ticks = ticksOf({ from: END - span * MINUTE, to: END }, width);
    assert.ok(ticks.length <= width / 44);
    ticks.forEach(({ x }, i) => {
      assert.ok(x >= 18 && x <= width - 18);
      assert.ok(i === 0 || x - ticks[i - 1]!.x >= 44);
    });
  }));
});

Deno.test("timeTicks steps by days over weeks, and names them", () => {
  const ticks = ticksOf({ from: END - 30 * DAY, to: END }, 900);
  assert.ok(ticks.length >= 4);
  assert.ok(ticks.every(({ text }) => /^1[12]-\d\d$/.test(text)));
  assert.deepEqual(ticks.map(({ date }) => date).slice(0, 2), ["2025", undefined]);
});

Deno.test("timeTicks sets none where time is folded", () => {
  const weekend = { from: END + 2 * HOUR, to: END + 51 * HOUR };
  const stretches = [{ from: END, to: weekend.from }, {
    from: weekend.to,
    to: weekend.to + 2 * HOUR,
  }];
  const xOf = (time: number) =>
    time <= weekend.from ? (time - END) / MINUTE * 3 : 400 + (time - weekend.to) / MINUTE * 3;
  const ticks = timeTicks(stretches, xOf, { within: [0, 760] });
  assert.ok(ticks.length >= 6);
  assert.ok(ticks.every(({ time }) => time < weekend.from || time >= weekend.to));
  assert.equal(ticks.filter(({ date }) => date !== undefined).length, 2);
});
