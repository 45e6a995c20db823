import assert from "node:assert/strict";
import fc from "fast-check";
import { changesOver, divergenceAt, divergenceScore } from "../../lib/sync/divergence.ts";

/** Returns as prices with ticks have them: of 1e-97 no deviation can be told from rounding. */
const move = fc.integer({ min: -50_000, max: 50_000 }).map((parts) => parts / 1e6);
const value = fc.oneof(
  { weight: 12, arbitrary: move },
  { weight: 1, arbitrary: fc.constant(NaN) },
  { weight: 2, arbitrary: fc.constant(0) },
);
const rows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 120, size: "max" });

Deno.test("divergenceAt is at each bar what DivergenceScore is that went through all of them", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 60 }), (
      rows,
      horizon,
      window,
    ) => {
      const a = rows.map(([x]) => x), b = rows.map(([, y]) => y);
      const options = { horizon, window, minPeriods: Math.min(10, window) };
      const scores = divergenceScore(a, b, options);
      const ofA = changesOver(a, horizon), ofB = changesOver(b, horizon);
      for (const [row, score] of scores.entries()) {
        const at = divergenceAt(ofA, ofB, row, options);
        const isSame = Object.is(score, at) ||
          Math.abs(score - at) <= 1e-9 * Math.max(1, Math.abs(score));
        assert.ok(isSame, `row ${row}: ${score} and ${at}`);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("divergenceAt of differences that never change is unknown, not huge", () => {
  const a = Array.from({ length: 80 }, () => 0.0123), b = a.map(() => 0.001);
  const options = { horizon: 1, window: 60, minPeriods: 30 };
  assert.ok(Number.isNaN(divergenceAt(changesOver(a, 1), changesOver(b, 1), 79, options)));
  a[79] = 0.03;
  assert.ok(Number.isNaN(divergenceAt(changesOver(a, 1), changesOver(b, 1), 79, options)));
});
