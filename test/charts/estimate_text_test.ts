import assert from "node:assert/strict";
import { estimateText, signed } from "../../lib/charts/estimate_text.ts";
import type { Evidence } from "../../lib/model/evidence.ts";

const EVIDENCE: Evidence = {
  n: 58,
  expected: 59,
  from: 0,
  to: 60_000,
  method: "Pearson",
  source: "simulated",
};

Deno.test("estimateText states r, its interval and n of expected, or the reason for none", () => {
  assert.equal(
    estimateText({ kind: "ok", value: 0.618, ci: [0.43, -0.001], ...EVIDENCE }),
    "r +0.62, 95 % interval +0.43 to +0.00, 58 of 59 returns",
  );
  assert.equal(
    estimateText({ kind: "ok", value: -0.5, ci: [NaN, NaN], ...EVIDENCE }),
    "r −0.50, 58 of 59 returns",
  );
  assert.equal(
    estimateText({
      kind: "insufficient",
      needed: 20,
      reason: "one side did not move",
      ...EVIDENCE,
    }),
    "no correlation: one side did not move",
  );
});

Deno.test("signed shows no minus before zero", () => {
  assert.deepEqual([-0.004, 0, 1, -1].map(signed), ["+0.00", "+0.00", "+1.00", "−1.00"]);
});
