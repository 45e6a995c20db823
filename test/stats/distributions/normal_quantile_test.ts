import assert from "node:assert/strict";
import { normalQuantile } from "../../../lib/stats/distributions/normal_quantile.ts";

/** Probabilities and quantiles to 20 digits, found by mpmath with 40. */
const TABLE = [
  [1e-300, -37.047096299361199237],
  [1e-100, -21.273453560965324294],
  [1e-10, -6.3613409024040561991],
  [1e-5, -4.2648907939228246102],
  [0.001, -3.0902323061678135354],
  [0.025, -1.9599639845400542118],
  [0.0749, -1.4402382675279636631],
  [0.075, -1.4395314709384559349],
  [0.0751, -1.4388253927525399824],
  [0.2, -0.84162123357291416552],
  [0.9, 1.2815515655446005935],
  [0.975, 1.9599639845400538556],
  [0.995, 2.5758293035489004539],
  [0.9999995, 4.8916384757147790291],
] as const;

Deno.test("normalQuantile is right to 1e-15 of its size from the far tail to the centre", () => {
  for (const [p, z] of TABLE) {
    const error = Math.abs(normalQuantile(p) / z - 1);
    assert.ok(error < 1e-15, `p ${p}: ${normalQuantile(p)} is off by ${error}`);
  }
  assert.equal(normalQuantile(0.5), 0);
});

Deno.test("normalQuantile is infinite at 0 and 1 and refuses what is no probability", () => {
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
  for (const p of [-0.1, 1.1, NaN]) assert.throws(() => normalQuantile(p), RangeError);
});
