import assert from "node:assert/strict";
import { barsText, lagLimit, lagText, windowLimits } from "../../lib/charts/window_limits.ts";

Deno.test("windowLimits offers up to half of the slots, 240, and always the usual window", () => {
  assert.deepEqual(windowLimits("1m", 1_440), { least: 10, most: 240 });
  assert.deepEqual(windowLimits("5m", 288), { least: 10, most: 144 });
  assert.deepEqual(windowLimits("1h", 24), { least: 10, most: 24 });
  assert.deepEqual(windowLimits("1m", 0), { least: 10, most: 60 });
});

Deno.test("lagLimit stays within an eighth of the slots, 30, and reaches one at least", () => {
  assert.deepEqual([1_440, 96, 24, 0].map(lagLimit), [30, 12, 3, 1]);
});

Deno.test("barsText and lagText say how long, and who leads", () => {
  assert.equal(barsText(1, "1m"), "1 bar (1 min)");
  assert.equal(barsText(48, "5m"), "48 bars (4 h)");
  assert.equal(barsText(20, "1s"), "20 bars (20 s)");
  assert.equal(barsText(250, "1s"), "250 bars (4.2 min)");
  assert.equal(barsText(6, "15m"), "6 bars (1 h 30 min)");
  const labels = { a: "BTCUSDT", b: "ES" };
  assert.equal(lagText(2, "5m", labels), "BTCUSDT leads by 2 bars (10 min)");
  assert.equal(lagText(-1, "1h", labels), "ES leads by 1 bar (1 h)");
  assert.equal(lagText(0, "1m", labels), "none: the same bars");
});
