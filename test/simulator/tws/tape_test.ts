import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { joinBars, Tape } from "../../../lib/simulator/tws/tape.ts";
import { dayOpenAt, nextDayOpen } from "../../../lib/simulator/tws/trading_days.ts";

const OPEN = Date.UTC(2025, 11, 2, 23);
const tape = new Tape(createMarketModel({ seed: 1, from: OPEN - 24 * HOUR }));

function summed(to: number) {
  const [first, ...rest] = tape.bars("ESZ5", OPEN, to, 5 * SECOND);
  return first && { ...rest.reduce(joinBars, first), openTime: OPEN };
}

Deno.test("Tape.dayBar is the sum of what had traded by then, asked forwards and back", () => {
  for (const minutes of [1, 1.5, 60, 61.25, 600, 59, 601]) {
    const to = OPEN + minutes * MINUTE;
    const { vwap, ...day } = tape.dayBar("ESZ5", OPEN, to)!;
    const { vwap: mean, ...expected } = summed(to)!;
    assert.deepEqual(day, expected, `${minutes} minutes`);
    assert.ok(Math.abs(vwap - mean) < 0.001 * mean);
  }
  const saturday = OPEN + 72 * HOUR;
  assert.equal(tape.dayBar("ESZ5", saturday, saturday + 24 * HOUR), undefined);
});

Deno.test("nextDayOpen passes from one trading day to the next, over a change of clocks too", () => {
  assert.equal(nextDayOpen(OPEN), OPEN + 24 * HOUR);
  const before = Date.UTC(2026, 2, 7, 23);
  assert.equal(dayOpenAt(before + HOUR), before);
  assert.equal(nextDayOpen(before), Date.UTC(2026, 2, 8, 22));
  assert.equal(nextDayOpen(Date.UTC(2026, 9, 31, 22)), Date.UTC(2026, 10, 1, 23));
});
