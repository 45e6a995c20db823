import assert from "node:assert/strict";
import fc from "fast-check";
import { backoffDelay } from "../../lib/feeds/backoff.ts";

Deno.test("backoffDelay stays between the floor and the cap", () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.double({ min: 0, max: 0.999999, noNaN: true }),
      (attempt, random) => {
        const delay = backoffDelay(attempt, random);
        assert.ok(delay >= 250 && delay <= 60_000);
      },
    ),
  );
});

Deno.test("backoffDelay spreads clients that were cut off together", () => {
  const seconds = new Map<number, number>();
  for (let i = 0; i < 1_000; i++) {
    const second = Math.floor(backoffDelay(10, i / 1_000) / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  assert.ok(Math.max(...seconds.values()) <= 50, "no second may hold more than 5 % of them");
});
