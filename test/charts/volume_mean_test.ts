import assert from "node:assert/strict";
import { isBusy } from "../../lib/charts/volume_mean.ts";

Deno.test("isBusy compares a bar with the 20 before it, never with what follows", () => {
  const volumes = [1_000, ...Array(20).fill(10), 11, 9, NaN, 1e6];
  assert.equal(isBusy(volumes, 21), true, "11 against 10: the thousand is 21 bars ago");
  assert.equal(isBusy(volumes, 20), false, "10 against a mean with the thousand");
  assert.equal(isBusy(volumes, 22), false);
  assert.equal(isBusy(volumes, 23), false, "unknown is not busy");
  assert.equal(isBusy(volumes, 0), false, "there is nothing to compare with");
});
