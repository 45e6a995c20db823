import assert from "node:assert/strict";
import fc from "fast-check";
import { fisherInterval } from "../../../lib/stats/correlation/fisher.ts";
import { readGolden } from "../golden.ts";

Deno.test("fisherInterval agrees with Python's NormalDist to 1e-14", () => {
  const { fisher } = readGolden();
  assert.equal(fisher.length, 25);
  for (const { r, n, level, lo, hi } of fisher) {
    const interval = fisherInterval(r, n, level);
    assert.ok(Math.abs(interval.lo - lo) < 1e-14, `lo of r ${r}, n ${n}, level ${level}`);
    assert.ok(Math.abs(interval.hi - hi) < 1e-14, `hi of r ${r}, n ${n}, level ${level}`);
  }
});

Deno.test("fisherInterval has no interval below 4 pairs or without a correlation", () => {
  assert.deepEqual(fisherInterval(0.5, 3), { lo: NaN, hi: NaN });
  assert.deepEqual(fisherInterval(0.5, NaN), { lo: NaN, hi: NaN });
  assert.deepEqual(fisherInterval(NaN, 60), { lo: NaN, hi: NaN });
  assert.ok(fisherInterval(0.5, 4).lo > -1);
});

Deno.test("fisherInterval of a perfect correlation is that correlation", () => {
  assert.deepEqual(fisherInterval(1, 60), { lo: 1, hi: 1 });
  assert.deepEqual(fisherInterval(-1, 60), { lo: -1, hi: -1 });
});

Deno.test("fisherInterval names the bad argument", () => {
  assert.throws(() => fisherInterval(1.1, 60), /r must be within -1\.\.1, got 1\.1/);
  for (const level of [0, 1, NaN]) {
    assert.throws(() => fisherInterval(0, 60, level), /level must lie strictly between 0 and 1/);
  }
});

Deno.test("fisherInterval holds r, is odd in r and narrows as n grows", () => {
  const r = fc.double({ min: -0.999, max: 0.999, noNaN: true });
  const n = fc.integer({ min: 4, max: 100_000 });
  fc.assert(fc.property(r, n, (r, n) => {
    const { lo, hi } = fisherInterval(r, n);
    const mirror = fisherInterval(-r, n);
    const wider = fisherInterval(r, n, 0.99);
    assert.ok(-1 <= lo && lo <= r && r <= hi && hi <= 1);
    assert.deepEqual([-mirror.hi, -mirror.lo], [lo, hi]);
    assert.ok(wider.lo <= lo && wider.hi >= hi);
    const later = fisherInterval(r, n * 2);
    assert.ok(later.hi - later.lo < hi - lo);
  }));
});
