import assert from "node:assert/strict";
import fc from "fast-check";
import { MINUTE } from "../../../lib/model/time.ts";
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
        budget.spend(weight, now);
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
  budget.spend(2, 0);
  budget.observe(799, 10);
  assert.equal(budget.waitMs(1, 20), 0);
  assert.equal(budget.waitMs(2, 20), 60_010 - 20);
  budget.spend(1, 20);
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
  budget.spend(45, 0);
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
