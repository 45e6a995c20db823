import assert from "node:assert/strict";
import { measurementText } from "../../lib/charts/measurement.ts";

const at = (hour: number, minute: number, day = 2) => Date.UTC(2025, 11, day, hour, minute);

Deno.test("measurementText says price, share, bars, duration and times, with signs both ways", () => {
  const up = { fromTime: at(10, 45), toTime: at(12, 0), fromPrice: 6_800, toPrice: 6_834 };
  assert.deepEqual(measurementText(up, 75, 2), [
    "+34.00 (+0.50 %)",
    "75 bars, 1h 15m · 10:45 to 12:00 UTC",
  ]);
  const back = { fromTime: at(0, 5), toTime: at(23, 55, 1), fromPrice: 100, toPrice: 99.5 };
  assert.deepEqual(measurementText(back, -10, 1), [
    "−0.5 (−0.50 %)",
    "−10 bars, 10m · 12-02 00:05 to 12-01 23:55 UTC",
  ]);
});

Deno.test("measurementText knows no share of a price of 0, and its sign at prices below 0", () => {
  const oil = { fromTime: 0, toTime: 0, fromPrice: -40, toPrice: -30 };
  assert.equal(measurementText(oil, 0, 0)[0], "+10 (+25.00 %)");
  assert.equal(measurementText({ ...oil, fromPrice: 0 }, 0, 0)[0], "−30 (–)");
});
