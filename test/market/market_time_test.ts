import assert from "node:assert/strict";
import { MarketTime } from "../../lib/market/market_time.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";

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
