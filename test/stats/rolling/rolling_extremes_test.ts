import assert from "node:assert/strict";
import fc from "fast-check";
import {
  RollingBeta,
  rollingBeta,
  rollingRSquared,
} from "../../../lib/stats/rolling/rolling_beta.ts";
import {
  RollingCorrelation,
  rollingCorrelation,
} from "../../../lib/stats/rolling/rolling_correlation.ts";
import {
  RollingCovariance,
  rollingCovariance,
} from "../../../lib/stats/rolling/rolling_covariance.ts";
import { exactCorrelation } from "../exact_correlation.ts";
import { maxError } from "../golden.ts";

/** Stretches of a column that plain formulas get wrong; `at` runs within the stretch. */
const stretches: Record<string, (noise: number, at: number) => number> = {
  plain: (noise) => noise,
  constant: () => 0.1,
  "constant and high": () => 1e9 + 1 / 3,
  "high level": (noise) => 1e9 + noise,
  "tiny spread at a level": (noise) => 1e5 + 1e-6 * noise,
  spikes: (noise, at) => at % 5 === 2 ? 1e12 * (noise - 0.5) : noise,
  "one spike on a constant": (_, at) => at === 3 ? 1e12 : 7,
  missing: () => NaN,
  gaps: (noise, at) => at % 3 === 1 ? NaN : noise,
  rare: (noise, at) => at % 7 === 0 ? noise : Infinity,
};
const stretch = fc.record({
  kind: fc.constantFrom(...Object.keys(stretches)),
  noise: fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => whole / 1e6), {
    minLength: 4,
    maxLength: 30,
    size: "max",
  }),
});
const column = fc.array(stretch, { minLength: 2, maxLength: 6, size: "max" }).map((parts) =>
  parts.flatMap(({ kind, noise }) => noise.map((value, at) => stretches[kind]!(value, at)))
);
const scale = fc.constantFrom(1, -3, 1e100, 1e-100, 2 ** -340);

interface Case {
  x: number[];
  y: number[];
  window: number;
  minPeriods: number;
}
const cases: fc.Arbitrary<Case> = fc.record({
  a: column,
  b: column,
  scaleX: scale,
  scaleY: scale,
  window: fc.integer({ min: 1, max: 20 }),
  minPeriods: fc.constantFrom(0, 2, 2, 4, 14),
}).map(({ a, b, scaleX, scaleY, window, minPeriods }) => {
  const rows = Math.min(a.length, b.length);
  return {
    x: a.slice(0, rows).map((value) => scaleX * value),
    y: b.slice(0, rows).map((value) => scaleY * value),
    window,
    minPeriods: Math.min(window, minPeriods),
  };
});

function exactWindows({ x, y, window, minPeriods }: Case): number[] {
  return x.map((_, row) => {
    const a = x.slice(Math.max(0, row + 1 - window), row + 1);
    const b = y.slice(Math.max(0, row + 1 - window), row + 1);
    const pairs = a.filter((value, i) => Number.isFinite(value) && Number.isFinite(b[i])).length;
    return pairs < Math.max(2, minPeriods) ? NaN : exactCorrelation(a, b);
  });
}

Deno.test("rollingCorrelation, RollingCorrelation and peek equal exact arithmetic on extremes", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const { x, y, ...options } = given, expected = exactWindows(given);
      const batch = maxError(rollingCorrelation(x, y, options), expected);
      assert.ok(batch < 1e-13, `batch is off by ${batch}`);
      const running = new RollingCorrelation(options);
      x.forEach((value, row) => {
        const foretold = maxError([running.peek(value, y[row]!)], [expected[row]!]);
        assert.ok(foretold < 1e-13, `row ${row}: peek is off by ${foretold}`);
        running.push(value, y[row]!);
        const error = maxError([running.value], [expected[row]!]);
        assert.ok(error < 1e-13, `row ${row}: stream is off by ${error}`);
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("rollingCovariance, rollingBeta and rollingRSquared follow their streams on extremes", () => {
  fc.assert(fc.property(cases, ({ x, y, window, minPeriods }) => {
    const options = { window, minPeriods: Math.max(Math.min(2, window), minPeriods) };
    const batch = {
      covariance: rollingCovariance(x, y, options),
      beta: rollingBeta(x, y, options),
      rSquared: rollingRSquared(x, y, options),
    };
    const covariance = new RollingCovariance(options), beta = new RollingBeta(options);
    const ownX = new RollingCovariance(options), ownY = new RollingCovariance(options);
    x.forEach((a, row) => {
      const b = y[row]!, isPair = Number.isFinite(a) && Number.isFinite(b);
      covariance.push(a, b);
      beta.push(a, b);
      ownX.push(isPair ? a : NaN, isPair ? a : NaN);
      ownY.push(isPair ? b : NaN, isPair ? b : NaN);
      const sdX = Math.sqrt(ownX.value), sdY = Math.sqrt(ownY.value);
      assert.ok(isNear(batch.covariance[row]!, covariance.value, sdX * sdY), `covariance ${row}`);
      assert.ok(isNear(batch.beta[row]!, beta.value, sdY / sdX), `beta ${row}`);
      assert.ok(isNear(batch.rSquared[row]!, beta.rSquared, 1), `rSquared ${row}`);
    });
  }));
});

/** Both NaN, or nearer than a part of the unit. */
function isNear(actual: number, expected: number, unit: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  return Math.abs(actual - expected) <= 1e-12 * unit;
}

for (const window of [60, 390, 2_048, 2_049]) {
  Deno.test(`rollingCorrelation and RollingCorrelation of ${window} rows forget a spike of 1e12`, () => {
    const rows = 3 * window;
    const noise = (row: number) => (row * 7_919 % 1_009) / 1_009 - 0.5;
    const x = Array.from({ length: rows }, (_, row) => 1e9 + noise(row));
    const y = x.map((value, row) => 1e-3 * (value - 1e9) + 1e-3 * noise(row + 13));
    // The origin of the plain sums twice over: the last row of a block, and the first of all.
    for (const row of [0, window - 1, window + 7]) x[row]! += 1e12;
    y[window + 7]! -= 1e12;
    const batch = rollingCorrelation(x, y, { window }),
      running = new RollingCorrelation({ window });
    const looked = new Set(
      [1, 2, 8, 9, window, window + 8, 2 * window - 1].map((n) => window + n - 1),
    );
    x.forEach((value, row) => {
      running.push(value, y[row]!);
      if (!looked.has(row)) return;
      const from = row + 1 - window;
      const exact = exactCorrelation(x.slice(from, row + 1), y.slice(from, row + 1));
      assert.ok(Math.abs(batch[row]! - exact) < 1e-12, `batch at ${row}: ${batch[row]}, ${exact}`);
      assert.ok(Math.abs(running.value - exact) < 1e-12, `stream at ${row}: ${running.value}`);
    });
  });
}

Deno.test("rolling correlations beyond the range of doubles are NaN, and only while that lasts", () => {
  const window = 4;
  // Each time another row is the origin of the sums.
  for (let lead = 0; lead < 9; lead++) {
    const before = Array.from({ length: lead }, (_, row) => row * 5 % 3);
    const x = [...before, 1.7e308, -1.7e308, 2, 5, 3, 8, 1, 4, 4, 7, 2];
    const y = x.map((_, row) => row * row % 7);
    const expected = x.map((_, row) => {
      const from = row + 1 - window;
      if (from < 0 || (row >= lead && from <= lead + 1)) return NaN;
      return exactCorrelation(x.slice(from, row + 1), y.slice(from, row + 1));
    });
    assert.ok(maxError(rollingCorrelation(x, y, { window }), expected) < 1e-14, `lead ${lead}`);
    const running = new RollingCorrelation({ window });
    const streamed = x.map((value, row) => {
      running.push(value, y[row]!);
      return running.value;
    });
    assert.ok(maxError(streamed, expected) < 1e-14, `lead ${lead}, streamed`);
  }
});

Deno.test("rollingCorrelation of a line is 1 to the last digits and never beyond", () => {
  fc.assert(fc.property(
    fc.array(fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.constant(NaN)), {
      minLength: 30,
      maxLength: 60,
      size: "max",
    }),
    fc.constantFrom(1 / 3, -0.7, 1e9 / 7),
    (whole, slope) => {
      const x = whole.map((value) => value / 1e6), y = x.map((value) => slope * value);
      const options = { window: 9, minPeriods: 5 }, running = new RollingCorrelation(options);
      const batches = [
        rollingCorrelation(x, y, options),
        rollingCorrelation(x.filter(Number.isFinite), y.filter(Number.isFinite), options),
      ];
      for (const r of batches.flatMap((batch) => [...batch])) {
        assert.ok(
          Number.isNaN(r) || (Math.abs(r) <= 1 && r * Math.sign(slope) > 1 - 1e-14),
          `${r}`,
        );
      }
      x.forEach((value, row) => {
        running.push(value, y[row]!);
        assert.ok(!(Math.abs(running.value) > 1), `${running.value}`);
      });
    },
  ));
});

Deno.test("RollingCorrelation counts the pairs of the window through long gaps", () => {
  const isPair = (row: number) => row % 40 < 3 || row % 11 === 0 && row < 200;
  for (const window of [1, 2, 7, 30]) {
    const running = new RollingCorrelation({ window, minPeriods: 0 });
    for (let row = 0; row < 400; row++) {
      running.push(isPair(row) ? row : NaN, -row);
      const rows = Array.from({ length: Math.min(window, row + 1) }, (_, back) => row - back);
      assert.equal(running.n, rows.filter(isPair).length, `window ${window}, row ${row}`);
    }
  }
});
