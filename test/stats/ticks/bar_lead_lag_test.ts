import assert from "node:assert/strict";
import { barLeadLag } from "../../../lib/stats/ticks/bar_lead_lag.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../gaussian_pairs.ts";

const MINUTE = 60_000;

/** Rows of two sides; the second answers the first `lag` rows later. */
function market(n: number, r: number, lag: number, seed: number, hasStorms = false) {
  const normal = gaussians(seededRandom(seed));
  const moves = Float64Array.from({ length: n + 20 }, normal);
  const own = Math.sqrt(1 - r * r);
  const heat = Float64Array.from(
    { length: n },
    (_, t) => hasStorms ? Math.exp(Math.sin(t / 40)) : 1,
  );
  return {
    x: Float64Array.from({ length: n }, (_, t) => heat[t]! * moves[t + 10]!),
    y: Float64Array.from(
      { length: n },
      (_, t) => heat[t]! * (r * moves[t + 10 - lag]! + own * normal()),
    ),
  };
}

Deno.test("barLeadLag finds a planted lead of whole bars in both orders", () => {
  for (const lag of [-3, -1, 1, 4]) {
    const { x, y } = market(600, 0.5, lag, 40 + lag);
    const { lagMs, verdict, interval } = barLeadLag(x, y, { stepMs: MINUTE, maxLag: 6, band: {} });
    assert.equal(lagMs, lag * MINUTE);
    assert.equal(verdict, lag > 0 ? "first leads" : "second leads");
    assert.ok(interval!.loMs <= lagMs && lagMs <= interval!.hiMs);
  }
});

Deno.test("barLeadLag names no leader of markets that move within the bar or not together, in storms too", () => {
  let together = 0, named = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const options = { stepMs: MINUTE, maxLag: 6, band: { replications: 199 } };
    const one = market(600, 0.5, 0, seed, true);
    if (barLeadLag(one.x, one.y, options).verdict === "together") together++;
    const none = market(600, 0, 0, 100 + seed, true);
    if (barLeadLag(none.x, none.y, options).verdict.endsWith("leads")) named++;
  }
  assert.equal(together, 60);
  assert.ok(named <= 6, `${named} of 60 unrelated markets have a leader`);
});

Deno.test("barLeadLag reaches over no missing bar", () => {
  const { x, y } = market(400, 0.8, 1, 5);
  const { contrast } = barLeadLag(x, y, { stepMs: MINUTE, maxLag: 2 });
  const gapped = x.slice();
  for (let t = 0; t < 400; t += 5) gapped[t] = NaN;
  const less = barLeadLag(gapped, y, { stepMs: MINUTE, maxLag: 2 });
  assert.equal(less.lagMs, MINUTE);
  // Four of five pairs remain.
  assert.ok(Math.abs(less.contrast[3]! / contrast[3]! - 0.8) < 0.08);
  const empty = barLeadLag(x.map(() => NaN), y, { stepMs: MINUTE, maxLag: 2, band: {} });
  assert.equal(empty.verdict, "no overlap");
  assert.ok(Number.isNaN(empty.lagMs));
});

Deno.test("barLeadLag refuses steps and lags that are none", () => {
  const x = [1, 2, 3], y = [3, 1, 2];
  assert.throws(() => barLeadLag(x, y, { stepMs: 0, maxLag: 1 }), /stepMs/);
  assert.throws(() => barLeadLag(x, y, { stepMs: 1, maxLag: 0 }), /maxLag/);
  assert.throws(() => barLeadLag(x, [1], { stepMs: 1, maxLag: 1 }), RangeError);
});
