import assert from "node:assert/strict";
import fc from "fast-check";
import {
  filterRegimes,
  RegimeFilter,
  regimeLabels,
  smoothRegimes,
} from "../../../lib/stats/dynamics/regime_filter.ts";
import { longRunShares, type RegimeModel } from "../../../lib/stats/dynamics/regime_model.ts";
import { regimes } from "../../../lib/stats/dynamics/regimes.ts";
import { assertNoLookAhead } from "../../../lib/stats/no_look_ahead.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { StatisticsError } from "../../../lib/stats/statistics_error.ts";
import { normals } from "../../pairs/synthetic.ts";
import { readAnswers } from "../closeness.ts";
import { readDynamicsGolden } from "../dynamics_golden.ts";

const { regimeOne, regimeTwo } = readDynamicsGolden();
const modelOne = {
  initial: longRunShares(regimeOne.transition),
  transition: regimeOne.transition,
  means: regimeOne.means.map((mean) => [mean]),
  covariances: regimeOne.variances.map((variance) => [[variance]]),
};

Deno.test("filterRegimes and smoothRegimes equal statsmodels' MarkovRegression with fixed constants", () => {
  const filtered = filterRegimes([regimeOne.x], modelOne);
  assert.ok(Math.abs(filtered.llf - regimeOne.llf) < 1e-10 * Math.abs(regimeOne.llf));
  const smoothed = smoothRegimes([regimeOne.x], modelOne);
  regimeOne.filtered.forEach((p, i) => {
    assert.ok(Math.abs(filtered.probabilities[0]![25 * i]! - p) < 1e-10);
    assert.ok(Math.abs(smoothed.probabilities[0]![25 * i]! - regimeOne.smoothed[i]!) < 1e-9);
  });
});

Deno.test("filterRegimes equals scipy's densities on three bivariate regimes", () => {
  const { probabilities, llf } = filterRegimes(regimeTwo.rows, regimeTwo);
  assert.ok(Math.abs(llf - regimeTwo.llf) < 1e-11 * Math.abs(regimeTwo.llf));
  regimeTwo.filtered.forEach((row, i) =>
    row.forEach((p, state) => assert.ok(Math.abs(probabilities[state]![20 * i]! - p) < 1e-10))
  );
});

Deno.test("regimes reaches the likelihood that statsmodels reaches", () => {
  const fit = regimes(regimeOne.x);
  assert.ok(fit.llf >= regimeOne.fittedLlf - 1e-6 * Math.abs(regimeOne.fittedLlf), `${fit.llf}`);
  assert.ok(fit.llf < regimeOne.fittedLlf + 3, "only the start of the chain is freer");
  assert.ok(fit.converged);
});

/** A pair whose correlation is `r[state]`, with the state of each row. */
function planted(rows: number, r: readonly number[], stay: number, seed: number) {
  const normal = normals(seed), random = seededRandom(seed);
  const x = new Float64Array(rows), y = new Float64Array(rows), states = new Uint8Array(rows);
  let state = 0;
  for (let t = 0; t < rows; t++) {
    if (random() > stay) state = (state + 1) % r.length;
    states[t] = state;
    x[t] = 1e-4 * normal();
    y[t] = r[state]! * x[t]! + 1e-4 * Math.sqrt(1 - r[state]! ** 2) * normal();
  }
  return { x, y, states };
}

Deno.test("regimes recovers planted regimes of correlation, ordered by it", () => {
  const rows = 2_000, { x, y, states } = planted(rows, [-0.2, 0.85], 0.99, 31);
  const fit = regimes([x, y], { starts: 5 });
  assert.ok(Math.abs(fit.correlations[0]! + 0.2) < 0.06, `${fit.correlations}`);
  assert.ok(Math.abs(fit.correlations[1]! - 0.85) < 0.03, `${fit.correlations}`);
  fit.durations.forEach((stay, state) => {
    const stays = states.filter((s, t) => s === state && states[t - 1] !== state).length;
    const lasted = states.filter((s) => s === state).length / stays;
    assert.ok(stay > 0.7 * lasted && stay < 1.4 * lasted, `${stay} for a planted ${lasted}`);
  });
  const labels = regimeLabels(fit.probabilities);
  const right = labels.reduce((sum, label, t) => sum + (label === states[t] ? 1 : 0), 0);
  assert.ok(right / rows > 0.9, `${right} of ${rows} rows right, from filtered probabilities`);
  const [one, three] = [1, 3].map((k) => regimes([x, y], { states: k, starts: 2 }).bic);
  assert.ok(fit.bic < one! && fit.bic < three!, `BIC ${one} ${fit.bic} ${three}`);
});

Deno.test("regimes sees a single planted break within a few rows of it", () => {
  const { x, y } = planted(600, [0.1], 1, 33);
  const after = planted(600, [0.9], 1, 34);
  const joinedX = Float64Array.from([...x, ...after.x]),
    joinedY = Float64Array.from([...y, ...after.y]);
  const { probabilities } = regimes([joinedX, joinedY], { starts: 5 });
  const labels = regimeLabels(probabilities);
  const first = labels.findIndex((label, t) => t > 500 && label === 1);
  assert.ok(first >= 600 && first < 640, `break seen at row ${first}`);
});

Deno.test("regimes is the same again with the same seed and in any unit", () => {
  const rows = 400, { x, y } = planted(rows, [0, 0.8], 0.98, 35);
  const options = { starts: 4 };
  const fit = regimes([x, y], options);
  assert.deepEqual(regimes([x, y], options), fit);
  const scaled = regimes([x.map((v) => v * 2 ** 60), y.map((v) => v * 2 ** -40)], options);
  fit.correlations.forEach((r, i) => assert.ok(Math.abs(r - scaled.correlations[i]!) < 1e-9));
  assert.ok(Math.abs(scaled.llf - (fit.llf - rows * 20 * Math.LN2)) < 1e-6);
});

Deno.test("filterRegimes and regimeLabels with constants of a training part never look ahead; smoothRegimes does", () => {
  const { x, y } = planted(700, [0, 0.8], 0.97, 36);
  const model = regimes([x.subarray(0, 500), y.subarray(0, 500)], { starts: 4 });
  const data = [x.subarray(500), y.subarray(500)];
  assertNoLookAhead((columns) => {
    const { probabilities } = filterRegimes(columns, model);
    return { calm: probabilities[0]!, label: regimeLabels(probabilities, { minDwell: 3 }) };
  }, data);
  assert.throws(
    () => assertNoLookAhead((columns) => smoothRegimes(columns, model).probabilities[0], data),
    /looks ahead/,
  );
});

Deno.test("RegimeFilter live equals filterRegimes; a missing row moves by the transitions alone", () => {
  const rows = regimeTwo.rows.map((column, j) =>
    column.map((value, t) => t % 37 === 5 * j ? NaN : value)
  );
  const { probabilities } = filterRegimes(rows, regimeTwo);
  const live = new RegimeFilter(regimeTwo);
  rows[0]!.forEach((_, t) => {
    const predicted = live.predicted;
    const gain = live.push(rows.map((column) => column[t]!));
    live.probabilities.forEach((p, state) => assert.equal(p, probabilities[state]![t]));
    if (t % 37 === 5) {
      assert.equal(gain, 0);
      live.probabilities.forEach((p, i) => assert.ok(Math.abs(p - predicted[i]!) < 1e-15));
    }
    const total = live.probabilities.reduce((sum, p) => sum + p, 0);
    assert.ok(Math.abs(total - 1) < 1e-12);
  });
});

Deno.test("RegimeFilter survives rows far from every regime", () => {
  const live = new RegimeFilter(modelOne);
  for (const value of [1e6, -1e8, 0]) {
    live.push([value]);
    assert.ok(live.probabilities.every((p) => p >= 0 && p <= 1));
  }
});

Deno.test("regimeLabels waits out the dwell, and never more", () => {
  const column = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: 1,
    maxLength: 60,
    size: "max",
  });
  fc.assert(fc.property(column, fc.integer({ min: 1, max: 6 }), (p, minDwell) => {
    const labels = regimeLabels([p, p.map((value) => 1 - value)], { minDwell });
    const likelier = p.map((value) => value >= 1 - value ? 0 : 1);
    labels.forEach((label, t) => {
      const run = likelier.slice(Math.max(0, t - minDwell + 1), t + 1);
      const isSettled = run.length === minDwell && run.every((state) => state === likelier[t]);
      assert.equal(label, isSettled || t === 0 ? likelier[t] : labels[t - 1]);
    });
  }));
  assert.throws(() => regimeLabels([[1]], { minDwell: 0 }), RangeError);
});

Deno.test("longRunShares is left as it is by the transitions", () => {
  const weight = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(weight, weight, weight), { minLength: 3, maxLength: 3 }), (w) => {
      const transition = w.map((row) => row.map((value) => value / (row[0] + row[1] + row[2])));
      const shares = longRunShares(transition);
      shares.forEach((share, to) => {
        const next = shares.reduce((sum, p, from) => sum + p * transition[from]![to]!, 0);
        assert.ok(Math.abs(next - share) < 1e-14);
      });
    }),
  );
});

Deno.test("regimes and RegimeFilter tell what they cannot use", () => {
  const code = (columns: Float64Array[], states = 2) => {
    try {
      regimes(columns, { states });
    } catch (error) {
      return error instanceof StatisticsError ? error.code : error;
    }
  };
  const { x, y } = planted(200, [0.5], 1, 40);
  assert.equal(code([x.subarray(0, 99)]), "too-few");
  assert.equal(code([x, new Float64Array(200).fill(3)]), "constant");
  assert.equal(code([x, x.map((value) => 2 * value)]), "singular");
  assert.throws(() => regimes([x, y], { states: 0 }), /states must be/);
  assert.throws(() => regimes([x, y.subarray(1)]), RangeError);
  assert.throws(() => regimes(x, { orderBy: "correlation" }), RangeError);
  assert.throws(() => new RegimeFilter({ ...modelOne, initial: [0.5, 0.6] }), /probabilities/);
  assert.throws(() => new RegimeFilter({ ...modelOne, covariances: [[[0]], [[1]]] }), RangeError);
  assert.throws(() => filterRegimes([x, y], modelOne), /columns must be 1/);
});

Deno.test("regimes fits the tails: one fat-tailed market is one regime, two when its rows are taken for normal", () => {
  const normal = normals(41);
  const t5 = () => {
    let square = 0;
    for (let i = 0; i < 5; i++) square += normal() ** 2;
    return normal() / Math.sqrt(square / 5);
  };
  const x = Float64Array.from({ length: 600 }, t5);
  const fat = regimes(x, { states: "auto", starts: 2 });
  assert.equal(fat.means.length, 1);
  assert.ok(fat.degrees! > 3 && fat.degrees! < 9, `${fat.degrees}`);
  assert.equal(fat.bics!.length, 3);
  assert.ok(fat.bics!.every((bic) => bic >= fat.bic));
  const thin = regimes(x, { states: "auto", starts: 2, emissions: "normal" });
  assert.ok(thin.means.length > 1 && thin.degrees === undefined);
  // The covariance is that of the rows, not the narrower scale matrix.
  const variance = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  assert.ok(Math.abs(fat.covariances[0]![0]![0]! / variance - 1) < 0.2);
});

Deno.test("filterRegimes with Student's t equals scipy's densities", () => {
  const { studentRegimes } = readAnswers<
    { studentRegimes: RegimeModel & { rows: number[][]; llf: number; filtered: number[][] } }
  >("evidence.json");
  const { probabilities, llf } = filterRegimes(studentRegimes.rows, studentRegimes);
  assert.ok(Math.abs(llf - studentRegimes.llf) < 1e-11 * Math.abs(studentRegimes.llf), `${llf}`);
  studentRegimes.filtered.forEach((row, t) =>
    row.forEach((p, state) => assert.ok(Math.abs(probabilities[state]![t]! - p) < 1e-10))
  );
});

Deno.test("regimes reports runs of returns that are exactly 0, by column", () => {
  const { x, y } = planted(400, [0.5], 1, 42);
  x.fill(0, 50, 75);
  y.fill(0, 390);
  x.fill(0, 200, 205);
  const options = { states: 1 };
  assert.deepEqual(regimes([x, y], options).zeroRuns, [
    { column: 0, from: 50, to: 75 },
    { column: 1, from: 390, to: 400 },
  ]);
  assert.equal(regimes([x, y], { ...options, zeroRun: 5 }).zeroRuns.length, 3);
  assert.throws(() => regimes([x, y], { zeroRun: 1 }), /zeroRun must/);
  assert.throws(() => regimes([x, y], { emissions: "t" as never }), /emissions must/);
});
