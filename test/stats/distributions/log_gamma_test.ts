import assert from "node:assert/strict";
import { digamma, logGamma } from "../../../lib/stats/distributions/log_gamma.ts";
import { readAnswers } from "../closeness.ts";

Deno.test("logGamma and digamma equal scipy's from 0.01 to 1e6", () => {
  const { gamma } = readAnswers<{ gamma: [x: number, logGamma: number, digamma: number][] }>(
    "evidence.json",
  );
  assert.ok(gamma.length > 20);
  for (const [x, expectedLog, expectedSlope] of gamma) {
    assert.ok(Math.abs(logGamma(x) - expectedLog) < 1e-13 * (1 + Math.abs(expectedLog)), `${x}`);
    assert.ok(Math.abs(digamma(x) - expectedSlope) < 1e-13 * (1 + Math.abs(expectedSlope)), `${x}`);
  }
});
