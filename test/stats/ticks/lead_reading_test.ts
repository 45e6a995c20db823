import assert from "node:assert/strict";
import type { LeadLag, LeadLagVerdict } from "../../../lib/stats/ticks/lead_lag.ts";
import { readLead } from "../../../lib/stats/ticks/lead_reading.ts";

const NAMES = { first: "BTC", second: "ES" };

function leadOf(verdict: LeadLagVerdict, lagMs: number, interval?: [number, number]): LeadLag {
  return {
    verdict,
    lagMs,
    interval: interval && { loMs: interval[0], hiMs: interval[1], level: 0.95 },
    band: {
      threshold: 1,
      pvalue: 0.002,
      isSignificant: true,
      level: 0.95,
      replications: 499,
      blockTicks: 3,
    },
    contrast: new Float64Array(),
    correlations: new Float64Array(),
    lagsMs: new Float64Array(),
    ratio: 1,
    clockUncertaintyMs: 1_000,
  };
}

Deno.test("the arrow points to the right where the second leads, and the interval is its advance", () => {
  const second = readLead(leadOf("second leads", -5_000, [-6_000, -4_000]), NAMES);
  assert.equal(second.label, "→ ES leads 5 s (95 %: 4 s to 6 s)");
  assert.deepEqual([second.direction, second.lagMs, second.pvalue], ["second", 5_000, 0.002]);
  const first = readLead(leadOf("first leads", 250, [200, 300]), NAMES);
  assert.equal(first.label, "← BTC leads 0.25 s (95 %: 0.2 s to 0.3 s)");
});

Deno.test("together is said only of a peak beyond luck at no lag that can be seen", () => {
  for (const [verdict, lagMs] of [["together", 0], ["not resolvable", 900]] as const) {
    const { label, direction, lagMs: lag } = readLead(leadOf(verdict, lagMs), NAMES);
    assert.deepEqual([label, direction, lag], ["together", "together", 0]);
  }
  const wide = readLead(leadOf("not resolvable", 3_000, [-1_000, 7_000]), NAMES);
  assert.deepEqual([wide.label, wide.reason], ["lead n/a", "the interval of the lag holds 0"]);
});

Deno.test("what may be luck, was not tested, does not overlap or is too little is unknown with its reason", () => {
  const reasons = (["not significant", "untested", "no overlap"] as const).map((verdict) => {
    const { direction, lagMs, reason } = readLead(leadOf(verdict, 2_000), NAMES);
    assert.deepEqual([direction, lagMs], ["unknown", NaN]);
    return reason;
  });
  assert.equal(new Set(reasons).size, 3);
  assert.equal(readLead(undefined, NAMES, "12 of 300 seconds").reason, "12 of 300 seconds");
});
