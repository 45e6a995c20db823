import assert from "node:assert/strict";
import fc from "fast-check";
import { huber } from "../../../lib/stats/regression/huber.ts";
import { selectSlopes } from "../../../lib/stats/regression/pair_slopes.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import { theilSen } from "../../../lib/stats/regression/theil_sen.ts";
import { TheilSenLines } from "../../../lib/stats/regression/theil_sen_lines.ts";
import {
  hedgeRatios,
  totalLeastSquares,
} from "../../../lib/stats/regression/total_least_squares.ts";
import { distance, farthest, readAnswers } from "../closeness.ts";

const golden = readAnswers<{
  huber: {
    y: number[];
    X: number[][];
    params: number[];
    bse: number[];
    scale: number;
    weights: number[];
  }[];
  theilSen: {
    y: number[];
    x: number[];
    method: "separate" | "joint";
    level: number;
    slope: number;
    intercept: number;
    lo: number;
    hi: number;
  }[];
  totalLeastSquares: {
    y: number[];
    x: number[];
    ratio: number;
    slope: number;
    intercept: number;
  }[];
}>("regression.json");

Deno.test("huber gives statsmodels' RLM at convergence, to 1e-9", () => {
  for (const { y, X, params, bse, scale, weights } of golden.huber) {
    const fit = huber(y, X);
    assert.ok(fit.converged, `${fit.iterations} rounds`);
    assert.ok(farthest(fit.params, params, 1e-2) < 1e-9);
    assert.ok(farthest(fit.bse, bse, 0) < 1e-9);
    assert.ok(distance(fit.scale, scale, 0) < 1e-9);
    assert.ok(farthest(fit.weights, weights, 1) < 1e-9);
  }
});

Deno.test("huber does not depend on level or unit, and leaves out missing rows", () => {
  const { y, X: [x] } = golden.huber[1]!;
  const base = huber(y, x!);
  for (const [shift, unit] of [[1e9, 1], [0, 2 ** 330], [0, 2 ** -330], [1e5, 2 ** -20]] as const) {
    const moved = huber(y.map((v) => (v + shift) * unit), x!.map((v) => v + shift));
    // The data itself is rounded when it is moved.
    const rounding = 1e-9 + shift * 1e-14;
    assert.ok(distance(moved.params[1]! / unit, base.params[1]!, 0) < rounding);
    assert.ok(distance(moved.bse[1]! / unit, base.bse[1]!, 0) < rounding);
    assert.ok(distance(moved.scale / unit, base.scale, 0) < rounding);
  }
  const gappy = huber([...y, NaN, 3], [...x!, 1, NaN]);
  assert.deepEqual(gappy.params, base.params);
  assert.ok(Number.isNaN(gappy.weights[y.length]!));
});

Deno.test("huber throws where there is no scale, no x or too few rows", () => {
  const x = [1, 2, 3, 4, 5, 6, 7];
  const code = (error: unknown) => error instanceof StatisticsError ? error.code : "other";
  for (
    const [y, columns, expected] of [
      [[1, 2, 3, 4, 5, 6, 70], [x], "other"],
      [x.map((v) => 2 * v + 1e9), [x], "perfect-fit"],
      [x, [[2, 2, 2, 2, 2, 2, 2]], "constant"],
      [x, [x, x.map((v) => 2 * v)], "singular"],
      [[1, 2], [[1, 3]], "too-few"],
    ] as const
  ) {
    let got = "other";
    try {
      huber(y, columns);
    } catch (error) {
      got = code(error);
    }
    // Six rows of seven on a line: the least-squares start hides it, later rounds find it.
    if (expected !== "other") assert.equal(got, expected);
    else assert.equal(got, "perfect-fit");
  }
});

Deno.test("theilSen gives scipy's theilslopes, ties included", () => {
  for (const { y, x, method, level, slope, intercept, lo, hi } of golden.theilSen) {
    const line = theilSen(y, x, { intercept: method, level });
    assert.ok(distance(line.slope, slope, 1e-3) < 1e-12);
    assert.ok(distance(line.intercept, intercept, 1e-3) < 1e-12);
    assert.ok(farthest([line.lo, line.hi], [lo, hi], 1e-3) < 1e-12);
  }
});

Deno.test("theilSen is NaN for a constant x or nothing at all", () => {
  for (const line of [theilSen([1, 2, 3], [5, 5, 5]), theilSen([], []), theilSen([1], [NaN])]) {
    assert.ok([line.slope, line.intercept, line.lo, line.hi].every(Number.isNaN));
  }
  assert.equal(theilSen([NaN, 1, 3], [9, 0, 1]).slope, 2);
  assert.throws(() => theilSen([1, 2], [1, 2], { level: 0 }), RangeError);
});

Deno.test("selectSlopes finds among many what it finds in a list of all", () => {
  const point = fc.tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -1e6, max: 1e6 }));
  const offset = fc.constantFrom(0, 1e9, -1e9);
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 30, maxLength: 80, size: "max" }),
      offset,
      (points, shift) => {
        const x = Float64Array.from(points, ([a]) => a + shift);
        const y = Float64Array.from(points, ([, b]) => b - shift);
        const slopes: number[] = [];
        for (let i = 0; i < x.length; i++) {
          for (let j = 0; j < i; j++) {
            if (x[i] !== x[j]) slopes.push((y[i]! - y[j]!) / (x[i]! - x[j]!));
          }
        }
        if (slopes.length === 0) return true;
        slopes.sort((a, b) => a - b);
        const ranks = [0, slopes.length >> 2, slopes.length >> 1, slopes.length - 1];
        const all = selectSlopes(x, y, ranks), some = selectSlopes(x, y, ranks, 50);
        return ranks.every((rank, i) => all[i] === slopes[rank]) &&
          farthest(some, all, 1e-6) < 1e-12;
      },
    ),
  );
});

/** Markets as they are: ticks, halts, values that two or three slopes share among all pairs. */
const TIED: Readonly<Record<string, (random: () => number, t: number) => [number, number]>> = {
  "two values": (random) => [random() < 0.5 ? 0 : 1, random() < 0.5 ? 0 : 0.1],
  "mostly zeros": (random) => [
    random() < 0.2 ? random() - 0.5 : 0,
    random() < 0.2 ? random() - 0.5 : 0,
  ],
  "cents on time": (random, t) => [t, Math.floor(3 * random()) / 100 + 4_000],
  "a constant": (random) => [random(), 7.1],
  "few x": (random) => [Math.floor(3 * random()) + 1e9, Math.floor(5 * random()) * 0.25],
};

for (const [name, point] of Object.entries(TIED)) {
  Deno.test(`theilSen and every rank are those of the sorted list of all slopes: ${name}`, () => {
    const random = seededRandom(18);
    const points = Array.from({ length: 1_600 }, (_, t) => point(random, t));
    const x = Float64Array.from(points, ([a]) => a), y = Float64Array.from(points, ([, b]) => b);
    const all = new Float64Array(x.length * (x.length - 1) / 2);
    let count = 0;
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j < i; j++) {
        if (x[i] !== x[j]) all[count++] = (y[i]! - y[j]!) / (x[i]! - x[j]!);
      }
    }
    const sorted = all.subarray(0, count).sort();
    const ranks = [0, 0.1, 0.4, 0.499, 0.5, 0.501, 0.8].map((part) => Math.floor(part * count));
    ranks.push(count - 1);
    const right = ranks.map((rank) => sorted[rank]!);
    assert.ok(farthest(selectSlopes(x, y, ranks, 2_000), right, 1e-300) < 4e-16);
    const line = theilSen(y, x), half = count / 2;
    const middle = sorted[Math.ceil(half) - 1]! / 2 + sorted[Math.floor(half)]! / 2;
    assert.ok(distance(line.slope, middle, 1e-300) < 4e-16);
    assert.ok(line.lo <= line.slope && line.slope <= line.hi);
  });
}

Deno.test("totalLeastSquares gives the singular vectors' line, and inverts when sides are swapped", () => {
  for (const { y, x, ratio, slope, intercept } of golden.totalLeastSquares) {
    const line = totalLeastSquares(y, x, { noiseRatio: ratio });
    assert.ok(distance(line.slope, slope, 0) < 1e-12);
    assert.ok(distance(line.intercept, intercept, 0) < 1e-12);
    const back = totalLeastSquares(x, y, { noiseRatio: 1 / ratio });
    assert.ok(distance(back.slope, 1 / slope, 0) < 1e-12);
    const big = totalLeastSquares(y.map((v) => v * 2 ** 300), x.map((v) => v * 2 ** 300), {
      noiseRatio: ratio,
    });
    assert.ok(distance(big.slope, slope, 0) < 1e-12);
  }
  const { y, x } = golden.totalLeastSquares[1]!;
  const { yOnX, xOnY, total } = hedgeRatios(y, x);
  assert.ok(Math.abs(yOnX) < Math.abs(total) && Math.abs(total) < Math.abs(xOnY));
  assert.ok(distance(total * total, yOnX * xOnY, 0) < 1e-13);
  assert.ok(Number.isNaN(totalLeastSquares([1, 2], [3, 3]).slope));
  assert.throws(() => totalLeastSquares([1], [1], { noiseRatio: 0 }), RangeError);
});

Deno.test("TheilSenLines are the lines of theilSen to the last bit, whatever window came before", () => {
  const lines = new TheilSenLines();
  const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }));
  const rows = fc.array(fc.tuple(value, value), { minLength: 0, maxLength: 60 });
  fc.assert(fc.property(rows, (rows) => {
    const y = rows.map(([one]) => one), x = rows.map(([, other]) => other);
    const { slope, intercept } = theilSen(y, x);
    assert.deepEqual(lines.of(y, x), { slope, intercept });
  }));
  // Of so many rows that a bracket is chosen by a sample: of wild ones, of ticks, and of one x almost throughout.
  const next = seededRandom(7);
  for (let window = 0; window < 200; window++) {
    const steps = [Infinity, 5, 1][window % 3]!, isWild = window % 2 === 0;
    const price = () => {
      const value = isWild ? 1 / (next() - 0.5) : next();
      return steps === Infinity ? value : Math.round(value * steps) / steps;
    };
    const x = Array.from({ length: 95 + window }, price);
    const y = x.map((value) => 2 * value + price());
    if (window % 7 === 0) x.fill(1, 1);
    const { slope, intercept } = theilSen(y, x);
    assert.deepEqual(lines.of(y, x), { slope, intercept }, `window ${window}`);
  }
  // Of more pairs than are listed.
  const random = seededRandom(3);
  const y = Float64Array.from({ length: 1_500 }, random), x = y.map(random);
  const { slope, intercept } = theilSen(y, x);
  assert.deepEqual(lines.of(y, x), { slope, intercept });
  assert.throws(() => lines.of([1, 2], [1, 2, 3]), /x must have 2 rows, got 3/);
});
