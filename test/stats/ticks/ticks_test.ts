import assert from "node:assert/strict";
import fc from "fast-check";
import { crossCorrelation } from "../../../lib/stats/correlation/cross_correlation.ts";
import { eppsCurve } from "../../../lib/stats/ticks/epps_curve.ts";
import { HayashiYoshida, hayashiYoshida } from "../../../lib/stats/ticks/hayashi_yoshida.ts";
import { leadLag } from "../../../lib/stats/ticks/lead_lag.ts";
import { preAveragedCovariance } from "../../../lib/stats/ticks/pre_averaged_covariance.ts";
import {
  previousTickCovariance,
  subsampledCovariance,
} from "../../../lib/stats/ticks/previous_tick_covariance.ts";
import type { RealizedCovariance } from "../../../lib/stats/ticks/ticks.ts";
import { distance, farthest, type Golden, numbersOf, readAnswers } from "../closeness.ts";

interface Sides {
  t1: Golden;
  p1: Golden;
  t2: Golden;
  p2: Golden;
}
interface Answers {
  ticks: (Sides & { name: string; answer: Golden; lags: number[]; contrast: Golden })[];
  noisy: Sides & {
    preAveraged: Golden;
    refreshes: number;
    steps: number[];
    subsampled: Golden[];
    plain: Golden;
  };
  crossCorrelation: { x: Golden; y: Golden; lags: number[]; values: Golden };
}
type Columns = [Float64Array, Float64Array, Float64Array, Float64Array];

const golden = readAnswers<Answers>("ticks.jsonl");
const columnsOf = ({ t1, p1, t2, p2 }: Sides): Columns =>
  [t1, p1, t2, p2].map(numbersOf) as Columns;
const cells = ({ cov, corr, rv1, rv2 }: RealizedCovariance) => [cov, corr, rv1, rv2];

/** Feeds both sides in one order of time, as a live feed would. */
function stream([t1, p1, t2, p2]: Columns, secondFirst = false): HayashiYoshida {
  const running = new HayashiYoshida();
  for (let i = 0, j = 0; i < t1.length || j < t2.length;) {
    const a = t1[i] ?? Infinity, b = t2[j] ?? Infinity;
    if (a < b || (a === b && !secondFirst)) running.pushFirst(a, p1[i++]!);
    else running.pushSecond(b, p2[j++]!);
  }
  return running;
}

/** Covariances are compared in units of both sides' movement, the rest relatively. */
function covarianceError(actual: number, expected: number | null, answer: Golden): number {
  const unit = Math.sqrt((answer[2] ?? 0) * 1) * Math.sqrt(answer[3] ?? 0);
  return distance(actual, expected, unit > 0 ? unit : 1);
}

for (const expected of golden.ticks) {
  const { name, answer, lags } = expected, columns = columnsOf(expected);

  Deno.test(`hayashiYoshida equals all overlaps in exact arithmetic: ${name}`, () => {
    for (
      const actual of [
        hayashiYoshida(...columns),
        stream(columns).value,
        stream(columns, true).value,
      ]
    ) {
      assert.ok(covarianceError(actual.cov, answer[0]!, answer) < 1e-10, `cov ${actual.cov}`);
      assert.ok(distance(actual.corr, answer[1]!, 1) < 1e-10, `corr ${actual.corr}`);
      if (answer[0] === null) continue;
      assert.ok(distance(actual.rv1, answer[2]!, 0) < 1e-12, `rv1 ${actual.rv1}`);
      assert.ok(distance(actual.rv2, answer[3]!, 0) < 1e-12, `rv2 ${actual.rv2}`);
    }
  });

  Deno.test(`leadLag's contrast equals all overlaps in exact arithmetic: ${name}`, () => {
    const { contrast } = leadLag(...columns, { lagsMs: lags });
    expected.contrast.forEach((value, i) => {
      const error = covarianceError(contrast[i]!, value, answer);
      assert.ok(error < 1e-10, `lag ${lags[i]} is off by ${error}`);
    });
  });
}

const side = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: -9, max: 9 })), {
  maxLength: 40,
  size: "max",
});
const asColumns = (first: [number, number][], second: [number, number][]): Columns => {
  const times = (of: [number, number][]) => {
    let time = 0;
    return Float64Array.from(of, ([step]) => time += step);
  };
  const prices = (of: [number, number][]) => Float64Array.from(of, ([, price]) => price);
  return [times(first), prices(first), times(second), prices(second)];
};

Deno.test("HayashiYoshida equals the batch form on whole numbers exactly, at every tick", () => {
  fc.assert(fc.property(side, side, (first, second) => {
    const columns = asColumns(first, second);
    assert.deepEqual(stream(columns).value, hayashiYoshida(...columns));
    assert.deepEqual(stream(columns, true).value, hayashiYoshida(...columns));
  }));
});

Deno.test("HayashiYoshida.peekFirst and peekSecond tell the next value and change nothing", () => {
  fc.assert(fc.property(side, (ticks) => {
    const running = new HayashiYoshida();
    let time = 0;
    ticks.forEach(([step, price], i) => {
      time += step;
      const before = running.value;
      const foretold = i % 2 === 0
        ? running.peekFirst(time, price)
        : running.peekSecond(time, price);
      assert.deepEqual(running.value, before);
      if (i % 2 === 0) running.pushFirst(time, price);
      else running.pushSecond(time, price);
      assert.deepEqual(running.value, foretold);
    });
  }));
});

Deno.test("hayashiYoshida is symmetric and follows scale and shift", () => {
  fc.assert(fc.property(side, side, (first, second) => {
    const [t1, p1, t2, p2] = asColumns(first, second);
    const plain = hayashiYoshida(t1, p1, t2, p2), swapped = hayashiYoshida(t2, p2, t1, p1);
    assert.deepEqual([swapped.cov, swapped.rv1, swapped.rv2], [plain.cov, plain.rv2, plain.rv1]);
    const moved = hayashiYoshida(t1, p1.map((p) => 2 ** 30 - 4 * p), t2, p2);
    assert.ok(distance(moved.cov, -4 * plain.cov, 1) < 1e-12);
    assert.ok(distance(moved.corr, -plain.corr, 1) < 1e-12);
  }));
});

Deno.test("hayashiYoshida equals all overlaps when one side ticks far more often", () => {
  const steps = (max: number) =>
    fc.array(fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: -9, max: 9 })), {
      minLength: 2,
      maxLength: 60,
      size: "max",
    });
  fc.assert(fc.property(steps(30), steps(2), (slow, fast) => {
    const [t1, p1, t2, p2] = asColumns(slow, fast);
    let all = 0;
    for (let i = 1; i < t1.length; i++) {
      for (let j = 1; j < t2.length; j++) {
        const meets = t1[i - 1]! < t2[j]! && t2[j - 1]! < t1[i]!;
        if (meets) all += (p1[i]! - p1[i - 1]!) * (p2[j]! - p2[j - 1]!);
      }
    }
    assert.equal(hayashiYoshida(t1, p1, t2, p2).cov, all);
    assert.equal(hayashiYoshida(t2, p2, t1, p1).cov, all);
  }));
});

Deno.test("hayashiYoshida and HayashiYoshida refuse a time that goes back", () => {
  assert.throws(() => hayashiYoshida([2, 1], [0, 0], [1], [0]), /times must not go back/);
  assert.throws(() => hayashiYoshida([1, NaN], [0, 0], [1], [0]), /times must not go back/);
  assert.throws(() => hayashiYoshida([1], [0, 0], [1], [0]), /equally many/);
  const running = new HayashiYoshida();
  running.pushFirst(5, 1);
  assert.throws(() => running.pushSecond(4, 1), /time must not go back, got 4 after 5/);
});

Deno.test("previous-tick, subsampled and pre-averaged covariances equal numpy", () => {
  const { noisy } = golden, columns = columnsOf(noisy);
  noisy.steps.forEach((stepMs, i) => {
    const actual = cells(subsampledCovariance(...columns, { stepMs }));
    assert.ok(farthest(actual, numbersOf(noisy.subsampled[i]!), 0) < 1e-9, `step ${stepMs}`);
  });
  const { cov, rv1, rv2 } = previousTickCovariance(...columns, { stepMs: 7_000, offsetMs: 500 });
  assert.ok(farthest([cov, rv1, rv2], numbersOf(noisy.plain), 0) < 1e-9);
  const averaged = preAveragedCovariance(...columns);
  assert.ok(farthest(cells(averaged), numbersOf(noisy.preAveraged), 0) < 1e-9);
  assert.equal(averaged.n, noisy.refreshes);
  assert.ok(averaged.isCorrected);
});

Deno.test("noise buries Hayashi-Yoshida, and eppsCurve and pre-averaging dig the 0.7 out", () => {
  const columns = columnsOf(golden.noisy);
  const curve = eppsCurve(...columns, { stepsMs: [500, 5_000, 60_000] });
  assert.ok(curve.hayashiYoshida.corr < 0.5, `raw ${curve.hayashiYoshida.corr}`);
  assert.ok(curve.corr[0]! < 0.25 && curve.corr[0]! < curve.corr[1]!, `fine ${curve.corr[0]}`);
  assert.ok(Math.abs(curve.corr[2]! - 0.7) < 0.15, `coarse ${curve.corr[2]}`);
  assert.ok(Math.abs(preAveragedCovariance(...columns).corr - 0.7) < 0.15);
  const [, at5s] = curve.corr;
  assert.equal(at5s, subsampledCovariance(...columns, { stepMs: 5_000 }).corr);
});

Deno.test("grids and refresh times say NaN where there is too little", () => {
  const few: Columns = [[0, 9], [1, 2], [3, 8], [4, 5]].map((c) => Float64Array.from(c)) as Columns;
  assert.ok(Number.isNaN(previousTickCovariance(...few, { stepMs: 50 }).cov));
  assert.equal(subsampledCovariance(...few, { stepMs: 50 }).n, 0);
  assert.ok(Number.isNaN(preAveragedCovariance(...few).corr));
  assert.ok(Number.isNaN(previousTickCovariance([], [], [1], [1], { stepMs: 1 }).cov));
  assert.throws(() => previousTickCovariance(...few, { stepMs: 0 }), /stepMs must/);
  assert.throws(() => previousTickCovariance(...few, { stepMs: 1, offsetMs: -1 }), /offsetMs must/);
  assert.throws(() => subsampledCovariance(...few, { stepMs: 1, grids: 0 }), /grids must/);
  assert.throws(() => eppsCurve(...few, { stepsMs: [1, NaN] }), /stepsMs must/);
  assert.throws(() => preAveragedCovariance(...few, { theta: 0 }), /theta must/);
});

Deno.test("preAveragedCovariance falls back on wider windows where the correction takes all", () => {
  // Alternating prices: all movement is noise, and the corrected variances are not positive.
  const t = Float64Array.from({ length: 200 }, (_, i) => i);
  const p = t.map((i) => i % 2 + (i % 50 === 0 ? 1e-3 : 0));
  const { isCorrected, rv1, rv2 } = preAveragedCovariance(t, p, t, p);
  assert.equal(isCorrected, false);
  assert.ok(rv1 >= 0 && rv2 >= 0);
});

Deno.test("crossCorrelation equals numpy on each overlap, and finds x leading at a positive lag", () => {
  const { x, y, lags, values } = golden.crossCorrelation;
  const actual = crossCorrelation(numbersOf(x), numbersOf(y), { maxLag: 12 });
  assert.deepEqual(actual.lags, lags);
  assert.ok(farthest(actual.values, numbersOf(values), 1) < 1e-13);
  assert.equal(lags[actual.values.indexOf(Math.max(...actual.values))], 3);
  const swapped = crossCorrelation(numbersOf(y), numbersOf(x), { maxLag: 12 });
  assert.ok(farthest(swapped.values.toReversed(), actual.values, 1) < 1e-15);
  assert.ok(actual.band > 0.2 && actual.band < 0.24);
});

Deno.test("crossCorrelation says NaN beyond the data and names the option out of range", () => {
  const { values, n } = crossCorrelation([1, 2, NaN], [3, 5, 4], { maxLag: 4, minPairs: 2 });
  assert.deepEqual([...n], [0, 0, 0, 1, 2, 2, 1, 0, 0]);
  assert.deepEqual([...values].map(Number.isNaN), [
    ...[true, true, true, true],
    ...[false, false, true, true, true],
  ]);
  assert.throws(() => crossCorrelation([1], [1], { maxLag: -1 }), /maxLag must/);
  assert.throws(() => crossCorrelation([1], [1], { maxLag: 0, minPairs: 1 }), /minPairs must/);
  assert.throws(() => crossCorrelation([1], [1], { maxLag: 0, level: 0 }), /level must/);
});
