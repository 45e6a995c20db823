import assert from "node:assert/strict";
import fc from "fast-check";
import {
  RollingBeta,
  rollingBeta,
  rollingRSquared,
} from "../../../lib/stats/rolling/rolling_beta.ts";
import { rollingCorrelation } from "../../../lib/stats/rolling/rolling_correlation.ts";
import {
  RollingCovariance,
  rollingCovariance,
} from "../../../lib/stats/rolling/rolling_covariance.ts";
import { RollingStats, rollingStats } from "../../../lib/stats/rolling/rolling_stats.ts";
import { TimedCoMovement, timedCoMovement } from "../../../lib/stats/rolling/timed_co_movement.ts";
import { TimedStats, timedStats } from "../../../lib/stats/rolling/timed_stats.ts";
import type { WindowStats } from "../../../lib/stats/rolling/window_stats.ts";
import { distance, farthest, type Golden, numbersOf, readAnswers } from "../closeness.ts";

const STATS = ["mean", "sd0", "sd1", "skew", "kurt", "min", "max", "median", "z"] as const;
type Case =
  & { name: string; by: string; window: number; minPeriods: number; x: Golden; y: Golden }
  & Record<typeof STATS[number] | "cov0" | "cov1" | "beta" | "rSquared", Golden>;
interface Answers {
  rolling: Case[];
  timed: Record<string, Golden> & { windowMs: number; minPeriods: number };
}

const { rolling, timed } = readAnswers<Answers>("rolling.jsonl");

for (const expected of rolling) {
  const { name, by, window, minPeriods } = expected;
  const x = numbersOf(expected.x), y = numbersOf(expected.y);
  const options = { window, minPeriods };

  Deno.test(`rollingStats equals ${by} arithmetic: ${name}`, () => {
    const actual = rollingStats(x, options);
    for (const stat of STATS) {
      const unit = ["skew", "kurt", "z"].includes(stat) ? 1 : 1e-200;
      const error = farthest(actual[stat], numbersOf(expected[stat]), unit);
      assert.ok(error < 1e-11, `${stat} is off by ${error}`);
    }
  });

  Deno.test(`rollingCovariance and rollingBeta equal ${by} arithmetic: ${name}`, () => {
    const pairs = [
      ["cov0", rollingCovariance(x, y, { ...options, ddof: 0 })],
      ["cov1", rollingCovariance(x, y, options)],
      ["beta", rollingBeta(x, y, options)],
      ["rSquared", rollingRSquared(x, y, options)],
    ] as const;
    for (const [stat, actual] of pairs) {
      const right = numbersOf(expected[stat]);
      const error = farthest(actual, right, stat === "rSquared" ? 1 : 1e-210);
      assert.ok(error < 1e-10, `${stat} is off by ${error}`);
    }
  });
}

Deno.test("timedStats and timedCoMovement equal pandas' windows of time", () => {
  const { windowMs, minPeriods } = timed;
  const time = numbersOf(timed["time"]!), x = numbersOf(timed["x"]!), y = numbersOf(timed["y"]!);
  const stats = timedStats(time, x, { windowMs, minPeriods });
  for (const name of ["mean", "sd1", "median"] as const) {
    assert.ok(farthest(stats[name], numbersOf(timed[name]!), 1) < 1e-12, name);
  }
  const moves = timedCoMovement(time, x, y, { windowMs, minPeriods });
  assert.ok(farthest(moves.covariance, numbersOf(timed["cov"]!), 1) < 1e-12, "cov");
  assert.ok(farthest(moves.correlation, numbersOf(timed["corr"]!), 1) < 1e-12, "corr");
  assert.ok(farthest(moves.rSquared, numbersOf(timed["corr"]!).map((r) => r * r), 1) < 1e-12);
});

/** Small whole numbers make constant windows and ties common; NaN makes gaps. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 2, arbitrary: fc.integer({ min: -1e6, max: 1e6 }).map((v) => v / 1e5) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) },
);
const rows = fc.array(fc.tuple(value, value), { maxLength: 70 });
const windows = fc.integer({ min: 1, max: 12 });

/** Differences of two readings, worst first name. */
function apart(actual: WindowStats, expected: WindowStats): number {
  return Math.max(...STATS.map((stat) => distance(actual[stat], expected[stat], 1)));
}

Deno.test("rollingCovariance, rollingBeta and R² in blocks equal their streams to 1e-12", () => {
  fc.assert(fc.property(rows, windows, fc.boolean(), (rows, window, isWhole) => {
    const whole = (v: number) => isWhole && !Number.isFinite(v) ? 7 : v;
    const x = rows.map(([a]) => whole(a)), y = rows.map(([, b]) => whole(b));
    const options = { window, minPeriods: Math.min(window, 2) };
    const covariance = new RollingCovariance(options), beta = new RollingBeta(options);
    const streamed = x.map((a, row) => {
      covariance.push(a, y[row]!);
      beta.push(a, y[row]!);
      return [covariance.value, beta.value, beta.rSquared];
    });
    const column = (i: number) => streamed.map((row) => row[i]!);
    assert.ok(farthest(rollingCovariance(x, y, options), column(0), 1) < 1e-12);
    assert.ok(farthest(rollingBeta(x, y, options), column(1), 1) < 1e-11);
    assert.ok(farthest(rollingRSquared(x, y, options), column(2), 1) < 1e-12);
  }));
});

Deno.test("rolling measures in windows too long for blocks equal those in blocks", () => {
  const n = 6_000;
  const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i * i));
  const y = x.map((v, i) => v + Math.cos(3 * i * i));
  for (const window of [2_047, 2_049]) {
    const at = 5_000, from = at - window + 1;
    const whole = { window, minPeriods: window };
    const [a, b] = [x.subarray(from, at + 1), y.subarray(from, at + 1)];
    assert.ok(
      distance(rollingCovariance(x, y, whole)[at]!, rollingCovariance(a, b, whole).at(-1)!, 1) <
        1e-12,
    );
    assert.ok(distance(rollingBeta(x, y, whole)[at]!, rollingBeta(a, b, whole).at(-1)!, 1) < 1e-12);
    const r = rollingCorrelation(x, y, whole)[at]!;
    assert.ok(distance(rollingRSquared(x, y, whole)[at]!, r * r, 1) < 1e-12);
  }
});

Deno.test("rolling streams: peek tells the next value and changes nothing", () => {
  fc.assert(fc.property(rows, windows, (rows, window) => {
    const options = { window, minPeriods: 1 };
    const stats = new RollingStats(options);
    const covariance = new RollingCovariance(options), beta = new RollingBeta(options);
    for (const [x, y] of rows) {
      const before = [stats.value, covariance.value, beta.value];
      const foretold = [stats.peek(x), covariance.peek(x, y), beta.peek(x, y)] as const;
      stats.peek(1e9);
      covariance.peek(1e9, -1e9);
      beta.peek(-1e9, 1e9);
      assert.deepEqual([stats.value, covariance.value, beta.value], before);
      stats.push(x);
      covariance.push(x, y);
      beta.push(x, y);
      assert.ok(apart(foretold[0], stats.value) < 1e-11);
      assert.ok(distance(foretold[1], covariance.value, 1) < 1e-12);
      assert.ok(distance(foretold[2], beta.value, 1) < 1e-11);
    }
  }));
});

Deno.test("timed streams: peek tells the next value and changes nothing", () => {
  const steps = fc.array(fc.tuple(fc.nat(5), value, value), { maxLength: 60 });
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 12 }), (steps, windowMs) => {
    const stats = new TimedStats({ windowMs }), pair = new TimedCoMovement({ windowMs });
    let time = 0;
    for (const [step, x, y] of steps) {
      time += step;
      const before = [stats.value, pair.value];
      const foretold = [stats.peek(time, x), pair.peek(time, x, y)] as const;
      assert.deepEqual([stats.value, pair.value], before);
      stats.push(time, x);
      pair.push(time, x, y);
      assert.ok(apart(foretold[0], stats.value) < 1e-11);
      assert.ok(distance(foretold[1].covariance, pair.value.covariance, 1) < 1e-12);
      assert.equal(foretold[1].n, pair.value.n);
    }
  }));
});

Deno.test("timed windows of equal steps equal windows of rows", () => {
  fc.assert(fc.property(rows, windows, (rows, window) => {
    const x = rows.map(([a]) => a), y = rows.map(([, b]) => b), time = rows.map((_, i) => 10 * i);
    const byRow = rollingStats(x, { window, minPeriods: 1 });
    const byTime = timedStats(time, x, { windowMs: 10 * window });
    for (const stat of STATS) assert.ok(farthest(byTime[stat], byRow[stat], 1) < 1e-11, stat);
    const covariance = rollingCovariance(x, y, { window, minPeriods: 1 });
    const moves = timedCoMovement(time, x, y, { windowMs: 10 * window });
    assert.ok(farthest(moves.covariance, covariance, 1) < 1e-12);
  }));
});

Deno.test("rolling measures: what comes later changes nothing before", () => {
  fc.assert(fc.property(rows, rows, windows, (past, future, window) => {
    const cut = (of: [number, number][], side: 0 | 1) => of.map((row) => row[side]);
    const all = [...past, ...future], options = { window, minPeriods: 1 };
    const [x, y, x2, y2] = [cut(past, 0), cut(past, 1), cut(all, 0), cut(all, 1)];
    const head = (values: Float64Array) => values.subarray(0, past.length);
    // The pre-scan for gaps may choose another loop, hence not bit for bit.
    for (const measure of [rollingCovariance, rollingBeta, rollingRSquared, rollingCorrelation]) {
      assert.ok(farthest(head(measure(x2, y2, options)), measure(x, y, options), 1) < 1e-12);
    }
    const short = rollingStats(x, options), long = rollingStats(x2, options);
    for (const stat of STATS) assert.deepEqual(head(long[stat]), short[stat]);
  }));
});

Deno.test("rolling measures are symmetric and follow scale and shift", () => {
  const { x: a, y: b } = rolling.find((one) => one.name === "returns")!;
  const x = numbersOf(a), y = numbersOf(b), options = { window: 30, minPeriods: 15 };
  const covariance = rollingCovariance(x, y, options), beta = rollingBeta(x, y, options);
  assert.ok(farthest(rollingCovariance(y, x, options), covariance, 1e-12) < 1e-12);
  const moved = x.map((v) => 3 - 2 ** 20 * v);
  assert.ok(
    farthest(rollingCovariance(moved, y, options), covariance.map((v) => -(2 ** 20) * v), 1e-3) <
      1e-9,
  );
  assert.ok(farthest(rollingBeta(moved, y, options), beta.map((v) => v / -(2 ** 20)), 1e-9) < 1e-9);
  const stats = rollingStats(x, options), far = rollingStats(moved, options);
  assert.ok(farthest(far.skew, stats.skew.map((v) => -v), 1) < 1e-9);
  assert.ok(farthest(far.kurt, stats.kurt, 1) < 1e-9);
  assert.ok(farthest(far.z, stats.z.map((v) => -v), 1) < 1e-9);
});

Deno.test("rollingCovariance and rollingBeta say how constant sides and gaps count", () => {
  const options = { window: 3, minPeriods: 2 };
  assert.deepEqual([...rollingCovariance([5, 5, 5], [1, 2, 3], options)], [NaN, 0, 0]);
  assert.deepEqual([...rollingBeta([5, 5, 5], [1, 2, 3], options)], [NaN, NaN, NaN]);
  assert.deepEqual([...rollingBeta([1, 2, 3], [5, 5, 5], options)], [NaN, 0, 0]);
  assert.deepEqual([...rollingRSquared([1, 2, 3], [5, 5, 5], options)], [NaN, NaN, NaN]);
  assert.deepEqual([...rollingBeta([NaN, NaN], [1, 2], options)], [NaN, NaN]);
  assert.deepEqual([...rollingCovariance([], [], options)], []);
});

Deno.test("rolling and timed options out of range are named", () => {
  assert.throws(() => rollingCovariance([1], [1], { window: 0 }), /window must be/);
  assert.throws(() => rollingBeta([1], [1], { window: 2, minPeriods: 3 }), /minPeriods must be/);
  assert.throws(() => rollingCovariance([1], [1], { window: 2, ddof: 2 as 1 }), /ddof must be/);
  assert.throws(() => rollingRSquared([1], [1, 2], { window: 2 }), /equally long/);
  assert.throws(() => rollingStats([1], { window: 1.5 }), /window must be/);
  assert.throws(() => new TimedStats({ windowMs: 0 }), /windowMs must be/);
  assert.throws(() => timedCoMovement([2, 1], [1, 1], [1, 1], { windowMs: 5 }), /go back/);
});
