import assert from "node:assert/strict";
import { MarketTime } from "../../lib/market/market_time.ts";
import { clockNoteOf } from "../../lib/market/market_status.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);
const WRONG = [Date.UTC(2099, 0, 1), START + 365 * DAY, START - 365 * DAY, Infinity, NaN];

Deno.test("MarketTime is that of the venue furthest ahead, and unknown while all are", () => {
  const time = new MarketTime();
  assert.ok(Number.isNaN(time.of([])));
  assert.ok(Number.isNaN(time.of([-Infinity, NaN])));
  assert.equal(time.of([START, -Infinity, START + 5]), START + 5);
});

for (const wrong of WRONG) {
  Deno.test(`MarketTime goes on with the others when one venue says ${wrong}`, () => {
    const time = new MarketTime();
    time.of([START, START]);
    for (let i = 1; i <= 10; i++) {
      const now = START + i * MINUTE;
      assert.equal(time.of([wrong, now]), now);
      assert.equal(time.of([now, wrong]), now);
    }
  });
}

Deno.test("MarketTime follows a jump that all venues make", () => {
  const time = new MarketTime();
  time.of([START, START]);
  assert.equal(time.of([START + 3 * DAY, START + 3 * DAY]), START + 3 * DAY);
  assert.equal(time.of([START]), START);
});

Deno.test("MarketTime leaves out a clock set to another zone, where another agrees with this machine's", () => {
  for (const zone of [2 * HOUR, -5 * HOUR, 5.5 * HOUR, 14 * HOUR]) {
    const time = new MarketTime();
    assert.equal(time.of([START + zone + 900, START + 40], START), START + 40, `${zone}`);
    assert.equal(time.of([START + MINUTE, START + MINUTE + zone], START + MINUTE), START + MINUTE);
  }
  const alone = new MarketTime();
  assert.equal(alone.of([START + 2 * HOUR], START), START + 2 * HOUR, "nothing contradicts it");
  const simulated = new MarketTime();
  const now = START + 365 * DAY;
  assert.equal(simulated.of([START, START + 2 * HOUR], now), START + 2 * HOUR, "another year");
  const late = new MarketTime();
  assert.equal(late.of([START, START + 7 * MINUTE], START), START + 7 * MINUTE, "no zone");
});

Deno.test("a clock set to another zone is named, and others are said to be fast or slow", () => {
  const note = (clockOffsetMs: number) =>
    clockNoteOf({ venue: "ibkr", clockOffsetMs, clockUncertaintyMs: 50 })[0];
  assert.match(
    note(2 * HOUR + 700)!,
    /^The clock of \S.* is 2 h ahead of .* another zone; .* goes by/,
  );
  assert.match(note(-5.5 * HOUR)!, /is 5\.5 h behind this machine's/);
  assert.match(note(-3_000)!, /^The local clock is 3\.0 s ahead of that of/);
  assert.equal(note(1_000), undefined);
});
