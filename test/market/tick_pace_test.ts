import assert from "node:assert/strict";
import { TickPace } from "../../lib/market/tick_pace.ts";

Deno.test("each instrument is due at its own pace, and at two a second where none is named", () => {
  const pace = new TickPace({ BTCUSDT: 50, ES: 20 });
  const sent = { BTCUSDT: 0, ES: 0, NQ: 0 };
  for (let now = 0; now < 1_000; now++) {
    for (const id of ["BTCUSDT", "ES", "NQ"] as const) if (pace.take(id, now)) sent[id]++;
  }
  // Timers may come a millisecond early.
  assert.ok(sent.BTCUSDT >= 50 && sent.BTCUSDT <= 53, `${sent.BTCUSDT}`);
  assert.ok(sent.ES >= 20 && sent.ES <= 21, `${sent.ES}`);
  assert.ok(sent.NQ >= 2 && sent.NQ <= 3, `${sent.NQ}`);
  assert.equal(pace.leastMs(["ES", "NQ"]), 50);
});

Deno.test("a timer that came late does not make the next one too early", () => {
  const pace = new TickPace(20);
  const taken = [50, 104.5, 150, 200.2, 249.2].map((now) => pace.take("ES", now));
  assert.deepEqual(taken, [true, true, true, true, true]);
  assert.equal(pace.take("ES", 260), false, "twice within one interval");
});

Deno.test("a pace of none, or of more than 50 a second, is refused", () => {
  for (const pace of [0, 51, NaN, -1]) assert.throws(() => new TickPace(pace), RangeError);
  assert.throws(() => new TickPace({ ES: 51 }), /at most 50, got 51/);
});
