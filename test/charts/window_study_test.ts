import assert from "node:assert/strict";
import fc from "fast-check";
import { studyWindow, type WindowChoice } from "../../lib/charts/window_study.ts";
import type { MinuteGrid } from "../../lib/model/minute_grid.ts";
import { MINUTE } from "../../lib/model/time.ts";
import type { Timeframe } from "../../lib/model/timeframe.ts";
import { correlate } from "../../lib/sync/pair_correlation.ts";
import { type Cell, gridOf, MONDAY } from "../sync/grids.ts";

/** A walk of so many minutes; a share of them is missing in one of three ways. */
function walk(seed: number, minutes: number, missing = 0): Cell[] {
  let state = seed, price = 100;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: minutes }, () => {
    price = Math.round(price * (1 + (random() - 0.5) * 0.01) * 1e4) / 1e4;
    return random() < missing ? [".", "a", "-"][Math.floor(random() * 3)] as Cell : price;
  });
}

function study(
  a: MinuteGrid,
  b: MinuteGrid,
  choice: Partial<WindowChoice> & { timeframe?: Timeframe; to?: number },
) {
  return studyWindow(a, b, {
    timeframe: "1m",
    window: 30,
    lag: 0,
    maxLag: 6,
    source: "simulated",
    ...choice,
  });
}

Deno.test("studyWindow without a lag is the market's own correlation", () => {
  const a = gridOf(walk(1, 300, 0.05)), b = gridOf(walk(2, 280, 0.05), MONDAY + 7 * MINUTE);
  for (const timeframe of ["1m", "5m"] as const) {
    const { rolling } = study(a, b, { timeframe, window: 24 });
    assert.deepEqual(rolling, correlate(a, b, { timeframe, window: 24 }));
  }
});

Deno.test("studyWindow finds a follower at its lag, and a leader at the same lag below 0", () => {
  const first = walk(3, 200);
  const a = gridOf(first), b = gridOf([...walk(4, 3), ...first.slice(0, 197)]);
  const ahead = study(a, b, { lag: 3 }), behind = study(b, a, { lag: -3 });
  for (const { newest, byLag } of [ahead, behind]) {
    assert.ok(newest.kind === "ok" && Math.abs(newest.value - 1) < 1e-9);
    const best = byLag.reduce((one, other) => other.r > one.r ? other : one);
    assert.equal(Math.abs(best.lag), 3);
    assert.ok(byLag.filter((point) => point !== best).every(({ r }) => Math.abs(r) < 0.6));
  }
  assert.equal(study(a, b, {}).newest.to, MONDAY + 200 * MINUTE);
  assert.equal(ahead.newest.to, MONDAY + 200 * MINUTE, "known once the follower's bar has closed");
});

Deno.test("studyWindow ends its line with the point at the chosen lag, whatever is missing", () => {
  const cells = {
    seed: fc.integer({ min: 1, max: 1e6 }),
    length: fc.integer({ min: 0, max: 160 }),
  };
  const side = fc.record({ ...cells, shift: fc.integer({ min: -20, max: 20 }) });
  fc.assert(
    fc.property(
      side,
      side,
      fc.constantFrom("1m" as const, "5m" as const),
      fc.integer({ min: -6, max: 6 }),
      fc.option(fc.integer({ min: 0, max: 170 }), { nil: undefined }),
      (one, other, timeframe, lag, until) => {
        const grid = ({ seed, length, shift }: typeof one) =>
          gridOf(walk(seed, length, 0.1), MONDAY + shift * MINUTE);
        const to = until === undefined ? {} : { to: MONDAY + until * MINUTE };
        const choice = { timeframe, window: timeframe === "1m" ? 25 : 20, lag, ...to };
        const { rolling, newest, byLag } = study(grid(one), grid(other), choice);
        const point = byLag.find((point) => point.lag === lag)!;
        const r = rolling.r.at(-1) ?? NaN;
        assert.equal(point.n, newest.n);
        assert.equal(Number.isNaN(point.r), Number.isNaN(r));
        if (!Number.isNaN(r)) assert.ok(Math.abs(point.r - r) < 1e-9, `${point.r} ${r}`);
        assert.ok(!(newest.to > (to.to ?? Infinity)), "nothing after `to`");
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("studyWindow makes no return across gaps, breaks and rolls, at any lag", () => {
  const rise = (from: number, count: number): Cell[] =>
    Array.from({ length: count }, (_, i) => from + i + (i % 3) / 10);
  const quiet = [...rise(100, 40), "-", "-", ...rise(900, 40), "r", ...rise(5, 40)] as Cell[];
  const a = gridOf(quiet), b = gridOf(quiet.map((cell) => cell === "-" ? 50 : cell));
  const { rolling, byLag } = study(a, b, { window: 122 });
  // 122 minutes: no return into the first minute, over two shut ones, back in, and into the roll.
  assert.equal(rolling.n.at(-1), 117);
  assert.equal(byLag.find(({ lag }) => lag === 0)!.n, 117);
});

Deno.test("studyWindow says what is lacking", () => {
  const a = gridOf(walk(5, 12));
  const { newest, byLag, band } = study(a, a, {});
  assert.equal(newest.kind, "insufficient");
  assert.ok(newest.kind === "insufficient" && newest.reason === "11 of 20 needed pairs of returns");
  assert.ok(byLag.every(({ r }) => Number.isNaN(r)));
  assert.ok(band > 0.5);
  const nothing = study(gridOf([]), gridOf([]), {});
  assert.equal(nothing.newest.n, 0);
  assert.equal(nothing.rolling.length, 0);
});
