import assert from "node:assert/strict";
import fc from "fast-check";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { WeightBudget } from "../../../lib/feeds/streaming/weight_budget.ts";

Deno.test("WeightBudget never lets more than 80 % of the limit fall into any sliding minute", () => {
  const request = fc.record({ gapMs: fc.nat(4_000), weight: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 200 }), (requests) => {
      const budget = new WeightBudget({ limit: 100, windowMs: MINUTE });
      const spent: { at: number; weight: number }[] = [];
      let now = 0;
      for (const { gapMs, weight } of requests) {
        now += gapMs;
        now += budget.waitMs(weight, now);
        budget.spend(weight, now).answered(now);
        spent.push({ at: now, weight });
        const inMinute = spent.filter(({ at }) => at > now - 60_000)
          .reduce((sum, one) => sum + one.weight, 0);
        assert.ok(inMinute <= 80, `${inMinute} in a minute`);
      }
    }),
    { numRuns: 300, seed: 3 },
  );
});

Deno.test("WeightBudget counts what other programs on the address use, as the venue tells it", () => {
  const budget = new WeightBudget({ limit: 1_000, windowMs: MINUTE });
  budget.spend(2, 0).answered(10);
  budget.observe(799, 10);
  assert.equal(budget.waitMs(1, 20), 0);
  assert.equal(budget.waitMs(2, 20), 60_010 - 20);
  budget.spend(1, 20).answered(25);
  assert.equal(budget.used(30), 800);
  assert.equal(budget.waitMs(1, 60_030), 0);
});

Deno.test("WeightBudget stays closed until the venue's time is over", () => {
  const budget = new WeightBudget({ limit: 10, windowMs: MINUTE });
  budget.closeUntil(7_000);
  budget.closeUntil(3_000);
  assert.equal(budget.waitMs(1, 1_000), 6_000);
  assert.equal(budget.waitMs(1, 7_000), 0);
});

Deno.test("WeightBudget lets those with a smaller share wait, whoever spent before", () => {
  const budget = new WeightBudget({ limit: 100, windowMs: MINUTE });
  budget.spend(45, 0).answered(0);
  assert.equal(budget.waitMs(10, 1_000), 0);
  assert.equal(budget.waitMs(10, 1_000, 0.5), MINUTE - 1_000);
  assert.equal(budget.waitMs(5, 1_000, 0.5), 0);
  assert.equal(budget.waitMs(50, 1_000, 1), MINUTE - 1_000, "no share is above the budget's own");
});

Deno.test("WeightBudget refuses a limit or share that is none", () => {
  assert.throws(
    () => new WeightBudget({ limit: 0, windowMs: MINUTE }),
    /limit must be above 0, got 0/,
  );
  assert.throws(
    () => new WeightBudget({ limit: 1, windowMs: MINUTE, share: 1.5 }),
    /share must be in \(0, 1\], got 1.5/,
  );
});

const KRAKEN = { limit: 5, windowMs: 5 * SECOND };
const GIVEN_UP_MS = 8 * SECOND;

Deno.test("WeightBudget keeps within the limit a venue that stands still, and then takes all that waits there", () => {
  const stall = fc.record({ afterMs: fc.nat(60 * SECOND), lastsMs: fc.nat(110 * SECOND) });
  const gaps = fc.array(fc.nat(4 * SECOND), { minLength: 10, maxLength: 120 });
  fc.assert(
    fc.property(fc.array(stall, { minLength: 1, maxLength: 4 }), gaps, (stalls, gaps) => {
      const budget = new WeightBudget(KRAKEN);
      const still: { from: number; to: number }[] = [];
      for (const { afterMs, lastsMs } of stalls) {
        const from = (still.at(-1)?.to ?? 0) + afterMs;
        still.push({ from, to: from + lastsMs });
      }
      const taken: number[] = [];
      let now = 0;
      for (const gapMs of gaps) {
        now += gapMs;
        now += budget.waitMs(1, now);
        const request = budget.spend(1, now);
        const takenAt = still.find(({ from, to }) => now >= from && now < to)?.to ?? now;
        taken.push(takenAt);
        const isAnswered = takenAt - now < GIVEN_UP_MS;
        now = isAnswered ? takenAt : now + GIVEN_UP_MS;
        request[isAnswered ? "answered" : "unanswered"](now);
      }
      for (const end of taken) {
        const inWindow = taken.filter((at) => at > end - KRAKEN.windowMs && at <= end);
        assert.ok(inWindow.length <= 4, `${inWindow.length} within 5 s to ${end}`);
      }
    }),
    { numRuns: 500, seed: 11 },
  );
});

Deno.test("WeightBudget asks a venue that never answers ever more seldom, and still each minute", () => {
  const budget = new WeightBudget(KRAKEN);
  const sent: number[] = [];
  for (let now = 0; now < 10 * MINUTE; now += GIVEN_UP_MS) {
    now += budget.waitMs(1, now);
    sent.push(now);
    budget.spend(1, now).unanswered(now + GIVEN_UP_MS);
  }
  const gaps = sent.slice(1).map((at, i) => at - sent[i]!);
  assert.ok(gaps[0]! < 10 * SECOND && gaps[1]! < 20 * SECOND, `${gaps}`);
  assert.ok(gaps.every((gap) => gap < 75 * SECOND), `${gaps}`);
  assert.ok(
    sent.every((end) => sent.filter((at) => at > end - 2 * MINUTE && at <= end).length < 5),
  );
});

Deno.test("WeightBudget takes an answer for what was sent before it, and for nothing later", () => {
  const budget = new WeightBudget(KRAKEN);
  budget.spend(1, 0).unanswered(8_000);
  const slow = budget.spend(1, 9_000);
  budget.spend(1, 10_000).unanswered(18_000);
  slow.answered(20_000);
  assert.equal(budget.unanswered(20_000), 1, "that of 10 s may still come");
  assert.equal(budget.used(24_999), 3);
  assert.equal(budget.used(25_000), 1);
  budget.spend(1, 26_000).answered(26_100);
  assert.equal(budget.unanswered(26_100), 0);
});

Deno.test("WeightBudget forgets what never left, and what two minutes did not bring", () => {
  const budget = new WeightBudget(KRAKEN);
  for (let i = 0; i < 4; i++) budget.spend(1, 0).unsent();
  assert.equal(budget.waitMs(1, 0), 0);
  for (let i = 0; i < 4; i++) budget.spend(1, 0).unanswered(8_000);
  assert.equal(budget.waitMs(1, 10_000), 2 * MINUTE - 2_000);
  assert.equal(budget.waitMs(1, 2 * MINUTE + 8_000), 0);
});

Deno.test("WeightBudget counts a request that is under way as if it were answered now", () => {
  const budget = new WeightBudget(KRAKEN);
  for (let i = 0; i < 4; i++) budget.spend(1, 0);
  assert.equal(budget.waitMs(1, 7_000), 5_000);
  assert.equal(budget.used(7_000), 4, "longer than a window");
});
