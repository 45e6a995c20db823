import assert from "node:assert/strict";
import fc from "fast-check";
import { SlotAxis } from "../../lib/charts/slot_axis.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { END } from "./chart_samples.ts";

const minutes = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => from + i * MINUTE);

const OPTIONS = { stepMs: MINUTE, lastBars: 500, foldShare: 0.05 };

Deno.test("SlotAxis holds the newest open times of all series together", () => {
  const crypto = minutes(END - 600 * MINUTE, 600), future = minutes(END - 700 * MINUTE, 650);
  const axis = new SlotAxis([crypto, future], OPTIONS);
  assert.equal(axis.from, END - 500 * MINUTE);
  assert.equal(axis.to, END);
  assert.equal(axis.length, 500);
  assert.equal(axis.positionOf(END - 250 * MINUTE), 250);
});

Deno.test("SlotAxis runs evenly through a hole of one series that another fills", () => {
  const whole = minutes(END - 300 * MINUTE, 300);
  const holed = whole.filter((time) => time < END - 200 * MINUTE || time >= END - 100 * MINUTE);
  const axis = new SlotAxis([whole, holed], OPTIONS);
  assert.deepEqual(axis.folds, []);
  assert.equal(axis.positionOf(END - 150 * MINUTE), 150);
});

Deno.test("SlotAxis folds time without any bar when it is longer than 30 slots", () => {
  const before = minutes(END - 49 * HOUR - 100 * MINUTE, 100), after = minutes(END, 90);
  const axis = new SlotAxis([[...before, ...after]], OPTIONS);
  assert.equal(axis.folds.length, 1);
  const [fold] = axis.folds;
  assert.deepEqual([fold!.from, fold!.to], [END - 49 * HOUR, END]);
  assert.ok(Math.abs(fold!.slots / axis.length - 0.05) < 1e-12);
  assert.equal(axis.length, 190 + fold!.slots);
  assert.equal(axis.positionOf(END) - axis.positionOf(END - 49 * HOUR), fold!.slots);
});

Deno.test("SlotAxis keeps the width of a hole of 30 slots", () => {
  const axis = new SlotAxis([[...minutes(END - 60 * MINUTE, 30), ...minutes(END, 30)]], OPTIONS);
  assert.deepEqual(axis.folds, []);
  assert.equal(axis.length, 90);
});

Deno.test("SlotAxis leaves half of itself to bars, however many holes there are", () => {
  const lonely = Array.from({ length: 200 }, (_, i) => END + i * 3 * HOUR);
  const axis = new SlotAxis([lonely], OPTIONS);
  const folded = axis.folds.reduce((sum, { slots }) => sum + slots, 0);
  assert.equal(axis.folds.length, 199);
  assert.ok(folded <= axis.length / 2 + 1e-9);
});

Deno.test("SlotAxis never runs backwards and never leaves its ends", () => {
  const times = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 80 });
  const asked = fc.array(fc.integer({ min: -500, max: 4_000 }), { minLength: 2, maxLength: 40 });
  fc.assert(fc.property(times, asked, (slots, questions) => {
    const open = [...new Set(slots)].sort((a, b) => a - b).map((slot) => END + slot * MINUTE);
    const axis = new SlotAxis([open], { ...OPTIONS, lastBars: 40 });
    const found = questions.sort((a, b) => a - b).map((slot) =>
      axis.positionOf(END + slot * MINUTE)
    );
    found.forEach((position, i) => {
      assert.ok(position >= (found[i - 1] ?? 0) - 1e-9 && position <= axis.length + 1e-9);
    });
  }));
});
