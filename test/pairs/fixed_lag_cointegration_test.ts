import assert from "node:assert/strict";
import fc from "fast-check";
import { FixedLagCointegration, fixedLagFor } from "../../lib/pairs/fixed_lag_cointegration.ts";
import { engleGranger } from "../../lib/stats/stationarity/engle_granger.ts";
import { normals } from "./synthetic.ts";

const close = (got: number, want: number) =>
  Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(want));

function walks(seed: number, rows: number, tie: number) {
  const next = normals(seed);
  const x = new Float64Array(rows), y = new Float64Array(rows);
  let level = 7, spread = 0;
  for (let row = 0; row < rows; row++) {
    level += 0.001 * next();
    spread = tie * spread + 0.001 * next();
    x[row] = level;
    y[row] = 3 + 1.1 * level + spread;
  }
  return { x, y };
}

Deno.test("a test at a fixed lag is the one of lib/stats to 1e-9, for walks and for pairs that hold", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 60, max: 400 }),
      fc.integer({ min: 0, max: 7 }),
      fc.constantFrom(0, 0.5, 0.9, 1),
      (seed, rows, lag, tie) => {
        const { x, y } = walks(seed, rows, tie);
        const got = new FixedLagCointegration(rows, lag).of(y, x);
        const want = engleGranger(y, [x], { maxLag: lag, autolag: null });
        assert.ok(close(got.stat, want.stat), `t ${got.stat}, ${want.stat}`);
        assert.ok(close(got.pvalue, want.pvalue), `p ${got.pvalue}, ${want.pvalue}`);
        assert.ok(close(got.beta, want.beta[0]!), `beta ${got.beta}, ${want.beta[0]}`);
        assert.equal(got.nobs, rows - lag - 1);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("where prices lie in ticks and hardly move, the test is still the one of lib/stats", () => {
  const { x, y } = walks(5, 300, 1);
  const still = x.map((value) => Math.round(value * 300) / 300);
  const copy = still.map((value, row) => value + (row % 2) * 1e-9);
  for (const [a, b] of [[still, y], [copy, still]] as const) {
    const got = new FixedLagCointegration(300, 5).of(a, b);
    const want = engleGranger(a, [b], { maxLag: 5, autolag: null });
    assert.ok(close(got.stat, want.stat), `${got.stat}, ${want.stat}`);
  }
});

Deno.test("a row over a break is in no regression, and what a break leaves is the stretches alone", () => {
  const { x, y } = walks(9, 300, 0.9);
  const broken = y.slice(), cut = new Uint8Array(300);
  for (let row = 120; row < 140; row++) broken[row] = NaN;
  cut[200] = 1;
  const test = new FixedLagCointegration(300, 3), got = test.of(broken, x, cut);
  // 120 - 4, 60 - 4 and 100 - 4 rows.
  assert.equal(got.nobs, 268);
  assert.ok(Number.isNaN(test.resid[130]!) && Number.isFinite(test.resid[140]!));
  const whole = new FixedLagCointegration(300, 3).of(y, x);
  assert.notEqual(got.stat, whole.stat);
  assert.ok(Math.abs(got.beta - whole.beta) < 0.2);
});

Deno.test("what cannot be tested says why and has no number", () => {
  const { x, y } = walks(3, 60, 0);
  const flat = new Float64Array(60).fill(5);
  const test = new FixedLagCointegration(60, 2);
  assert.match(test.of(flat, x).reason!, /never changes/);
  assert.match(test.of(y, flat).reason!, /never changes/);
  assert.ok(Number.isNaN(test.of(y, flat).pvalue));
  assert.match(test.of(y.map((value, row) => row < 45 ? NaN : value), x).reason!, /there are 15/);
  assert.match(test.of(x.map((value) => 2 * value), x).reason ?? "infinite", /infinite|moves/);
  assert.throws(() => test.of(y.subarray(1), x), /y must have 60 rows, got 59/);
  assert.throws(() => new FixedLagCointegration(60, 1.5), /lag must be a whole number/);
  assert.deepEqual([0, 100, 720, 1_000, 2_016].map(fixedLagFor), [1, 4, 8, 10, 12]);
});
