import assert from "node:assert/strict";
import fc from "fast-check";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { correlation } from "../../lib/stats/correlation/correlation.ts";
import { fisherInterval } from "../../lib/stats/correlation/fisher.ts";
import { deviationsOfPairs } from "../../lib/stats/correlation/pair_deviations.ts";
import {
  effectivePairs,
  varianceInflation,
} from "../../lib/stats/correlation/variance_inflation.ts";
import { correlate, correlateAll } from "../../lib/sync/pair_correlation.ts";
import { defaultMinPeriods } from "../../lib/sync/pair_window.ts";
import { returnsOf } from "../../lib/sync/returns.ts";
import { type Cell, gridOf, hasShared, isWinterGlobexOpen, ledgerOf, MONDAY } from "./grids.ts";

/** Prices that wander without pattern, the same each time. */
function wander(length: number, seed: number): number[] {
  let state = seed, price = 100;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    price *= 1 + (state / 2_147_483_648 - 0.5) / 100;
    return price;
  });
}

Deno.test("correlate equals the plain correlation of each window's returns", () => {
  const a = gridOf(wander(120, 1)), b = gridOf(wander(120, 2));
  const series = correlate(a, b, { timeframe: "1m", window: 30, minPeriods: 10 });
  const x = returnsOf(a, "1m").value, y = returnsOf(b, "1m").value;
  assert.equal(series.length, 120);
  for (let i = 30; i < 120; i++) {
    const { value, n } = correlation(x.subarray(i - 29, i + 1), y.subarray(i - 29, i + 1));
    assert.ok(Math.abs(series.r[i]! - value) < 1e-13);
    assert.deepEqual([series.n[i], series.expected[i]], [n, 30]);
    const rows = deviationsOfPairs(x.subarray(i - 29, i + 1), y.subarray(i - 29, i + 1));
    const inflation = varianceInflation(rows.x, rows.y, rows.follows, n);
    assert.ok(Math.abs(series.nEff[i]! - effectivePairs(n, inflation)) < 1e-9);
    const { lo, hi } = fisherInterval(series.r[i]!, series.nEff[i]!);
    assert.deepEqual([series.lo[i], series.hi[i]], [lo, hi]);
  }
});

Deno.test("correlate from a time on equals the last rows of the whole, whatever is missing before", () => {
  const side = fc.array(fc.constantFrom<Cell>(100, 101, 102.5, 104, 99, "a", ".", "-", "r"), {
    ...{ minLength: 1, maxLength: 240, size: "max" },
  });
  const timeframe = fc.constantFrom("1m" as const, "5m" as const, "15m" as const);
  fc.assert(
    fc.property(
      ...[side, side, fc.integer({ min: -40, max: 40 }), timeframe] as const,
      ...[fc.integer({ min: 2, max: 30 }), fc.integer({ min: -60, max: 300 })] as const,
      (x, y, shift, timeframe, window, after) => {
        const a = gridOf(x), b = gridOf(y, MONDAY + shift * MINUTE);
        const options = { timeframe, window, minPeriods: 2 };
        const from = MONDAY + after * MINUTE - 1;
        const whole = correlate(a, b, options), part = correlate(a, b, { ...options, from });
        const first = whole.openTime.findIndex((time) => time >= from);
        const rest = first < 0 ? whole.length : first;
        assert.equal(part.length, whole.length - rest);
        for (const name of ["openTime", "n", "expected"] as const) {
          assert.deepEqual(part[name], whole[name].subarray(rest), name);
        }
        for (const name of ["r", "lo", "hi"] as const) {
          part[name].forEach((value, row) => {
            const same = whole[name][rest + row]!;
            assert.ok(Object.is(value, same) || Math.abs(value - same) < 1e-12, `${name} ${value}`);
          });
        }
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("correlate keeps missing slots in the window and says how many pairs are left", () => {
  const cells: Cell[] = wander(42, 3);
  cells[30] = "a";
  const a = gridOf(cells), b = gridOf(wander(42, 4));
  const series = correlate(a, b, { timeframe: "1m", window: 10, minPeriods: 9 });
  assert.deepEqual([...series.n.subarray(28)], [10, 10, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8, 9, 10]);
  assert.ok([...series.expected.subarray(28)].every((expected) => expected === 10));
  assert.ok(Number.isNaN(series.r[31]) && Number.isNaN(series.lo[31]));
  assert.ok(!Number.isNaN(series.r[30]) && !Number.isNaN(series.r[40]));
});

Deno.test("correlate expects nothing while one market is shut", () => {
  const cells: Cell[] = wander(60, 5);
  cells.fill("-", 20, 40);
  const series = correlate(gridOf(wander(60, 6)), gridOf(cells), { timeframe: "1m", window: 10 });
  assert.equal(series.expected[35], 0);
  assert.equal(series.n[35], 0);
  assert.equal(series.expected[40], 0, "the first minute of a session has no return");
  assert.equal(series.expected[59], 10);
});

Deno.test("correlate begins with the first slot both touch and ends with the last that has ended", () => {
  const a = gridOf(wander(200, 7)), b = gridOf(wander(100, 8), MONDAY + 52 * MINUTE);
  const series = correlate(a, b, { timeframe: "15m" });
  assert.equal(series.openTime[0], MONDAY + 45 * MINUTE);
  assert.equal(series.openTime[series.length - 1], MONDAY + 135 * MINUTE);
  const cut = correlate(a, b, { timeframe: "15m", to: MONDAY + 2 * HOUR - 1 });
  assert.equal(cut.openTime[cut.length - 1], MONDAY + 90 * MINUTE);
});

Deno.test("correlate and correlateAll have nothing to say about grids that have not begun", () => {
  const none = gridOf([], NaN), some = gridOf(wander(30, 9));
  for (const [a, b] of [[none, some], [some, none], [none, none]] as const) {
    assert.equal(correlate(a, b, { timeframe: "5m" }).length, 0);
    const estimate = correlateAll(a, b, { timeframe: "5m", source: "simulated" });
    assert.equal(estimate.kind, "insufficient");
  }
  const apart = gridOf(wander(30, 9), MONDAY + 8 * HOUR);
  assert.equal(correlate(some, apart, { timeframe: "5m" }).length, 0);
});

Deno.test("correlate looks nowhere ahead", () => {
  const x = wander(150, 10), y = wander(150, 11);
  for (const timeframe of ["1m", "5m", "15m"] as const) {
    const whole = correlate(gridOf(x), gridOf(y), { timeframe, window: 8, minPeriods: 3 });
    const part = correlate(gridOf(x.slice(0, 97)), gridOf(y.slice(0, 97)), {
      timeframe,
      window: 8,
      minPeriods: 3,
    });
    for (const name of ["openTime", "n", "expected", "r", "lo", "hi"] as const) {
      assert.deepEqual(part[name], whole[name].subarray(0, part.length), `${timeframe} ${name}`);
    }
  }
});

Deno.test("correlateAll states value, interval, counts and the time it covers", () => {
  const a = gridOf(wander(61, 12)), b = gridOf(wander(61, 13));
  const estimate = correlateAll(a, b, { timeframe: "1m", source: "simulated" });
  assert.ok(estimate.kind === "ok");
  const { value, ci, n, expected, from, to, source } = estimate;
  assert.deepEqual([n, expected, from, to], [60, 60, MONDAY, MONDAY + 61 * MINUTE]);
  assert.deepEqual(ci, Object.values(fisherInterval(value, 60)));
  assert.equal(source, "simulated");
});

Deno.test("correlateAll gives a reason instead of a number", () => {
  const few = correlateAll(gridOf(wander(12, 14)), gridOf(wander(12, 15)), {
    timeframe: "1m",
    source: "simulated",
  });
  assert.ok(few.kind === "insufficient");
  assert.deepEqual([few.n, few.needed, few.reason], [11, 20, "11 of 20 needed pairs of returns"]);
  const still = correlateAll(gridOf(Array(40).fill(5)), gridOf(wander(40, 15)), {
    timeframe: "1m",
    source: "simulated",
  });
  assert.equal(still.kind === "insufficient" && still.reason, "one side did not move");
});

Deno.test("defaultMinPeriods is half the window, at least 20, at most all of it", () => {
  assert.deepEqual([60, 48, 33, 24, 10].map(defaultMinPeriods), [30, 24, 20, 20, 10]);
});

Deno.test("correlate finds the known co-movement of real BTC and ES in 2026", () => {
  const [btc, es] = ["BTC", "ES"].map((name) => `overlap/w3_2026_frd_${name}_1min.csv.gz`);
  if (!hasShared(btc!) || !hasShared(es!)) return;
  const a = ledgerOf("BTCUSDT", btc!, () => true).grid;
  const b = ledgerOf("ES", es!, isWinterGlobexOpen).grid;
  // Every figure was confirmed by pandas: test/golden/compare_correlation.py.
  const found = (["1m", "5m", "15m", "1h"] as const).map((timeframe) => {
    const estimate = correlateAll(a, b, { timeframe, source: "replay" });
    return estimate.kind === "ok" ? [estimate.n, estimate.expected, estimate.value.toFixed(6)] : [];
  });
  assert.deepEqual(found, [
    [15186, 15202, "0.325815"],
    [3030, 3030, "0.431053"],
    [1002, 1002, "0.505863"],
    [242, 242, "0.537026"],
  ]);
});
