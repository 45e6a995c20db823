import assert from "node:assert/strict";
import { johansen, type JohansenTerms } from "../../../lib/stats/stationarity/johansen.ts";
import { JOHANSEN_TABLES } from "../../../lib/stats/stationarity/johansen_tables.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { farthest, readAnswers } from "../closeness.ts";
import { gaussians } from "../gaussian_pairs.ts";

const systems = readAnswers<{
  name: string;
  series: number[][];
  tests: {
    terms: JohansenTerms;
    lags: number;
    eigenvalues: number[];
    trace: number[];
    maxEigen?: number[];
    first?: number[];
    osterwaldLenum?: Record<"trace" | "maxEigen", number[][]> | null;
  }[];
}[]>("johansen_urca.json");

for (const { name, series, tests } of systems) {
  Deno.test(`johansen gives urca's ca.jo in its five deterministic cases: ${name}`, () => {
    for (const { terms, lags, eigenvalues, trace, maxEigen, first } of tests) {
      for (const [shift, unit] of [[0, 1], [2 ** 31, 1], [0, 2 ** 200]] as const) {
        if (terms === "none" && shift !== 0) continue;
        const moved = series.map((column) => column.map((value) => (value + shift) * unit));
        const test = johansen(moved, { terms, lagDiff: lags });
        const which = `${terms}, ${lags} lags, ${shift}, ${unit}`;
        assert.ok(farthest(test.eigenvalues, eigenvalues, 1e-2) < 1e-8, which);
        assert.ok(farthest(test.trace, trace, 1) < 1e-8, which);
        if (maxEigen) assert.ok(farthest(test.maxEigen, maxEigen, 1) < 1e-8, which);
        assert.deepEqual([test.usedLag, test.terms], [lags, terms]);
        if (!first || shift !== 0 || unit !== 1) continue;
        const vector = test.vectors[0]!.map((weight, _, all) => weight / all[0]!);
        const right = first.slice(0, vector.length);
        assert.equal(vector.length, series.length + (terms.startsWith("restricted") ? 1 : 0));
        assert.ok(farthest(vector, right, 1e-2) < 1e-6, `${which}: ${vector} ${right}`);
      }
    }
  });
}

Deno.test("johansen's tables are near those of Osterwald-Lenum, which are coarser", () => {
  for (const { series, tests } of systems) {
    for (const { terms, osterwaldLenum } of tests) {
      if (!osterwaldLenum || terms === "constant") continue;
      for (const kind of ["trace", "maxEigen"] as const) {
        osterwaldLenum[kind].slice(0, series.length).forEach((row, i) => {
          assert.ok(
            farthest(JOHANSEN_TABLES[terms][kind][i]!, row, 1) < 0.04,
            `${terms} ${kind} ${i}`,
          );
        });
      }
    }
  }
});

Deno.test("johansen's simulated tables hold the published 95 % values, and grow as they must", () => {
  // MacKinnon, Haug & Michelis 1999, as econometric programs print them.
  const published = {
    "restricted-constant": {
      trace: [9.164546, 20.26184, 35.19275, 54.07904, 76.97277, 103.8473],
      maxEigen: [9.164546, 15.8921, 22.29962, 28.58808, 34.80587, 40.9568],
    },
    "restricted-trend": {
      trace: [12.51798, 25.87211, 42.91525, 63.8761, 88.8038, 117.7082],
      maxEigen: [12.51798, 19.38704, 25.82321, 32.11832, 38.33101, 44.4972],
    },
  } as const;
  for (const terms of ["restricted-constant", "restricted-trend"] as const) {
    for (const kind of ["trace", "maxEigen"] as const) {
      const table = JOHANSEN_TABLES[terms][kind];
      assert.equal(table.length, 12);
      const found = published[terms][kind].map((_, i) => table[i]![1]);
      assert.ok(farthest(found, published[terms][kind], 1) < 5e-3, `${terms} ${kind} ${found}`);
      table.forEach(([ten, five, one], i) => {
        assert.ok(ten < five && five < one, `${terms} ${kind} ${i}`);
        if (i > 0) table[i - 1]!.forEach((value, at) => assert.ok(value < [ten, five, one][at]!));
      });
    }
  }
});

/** Independent walks with drift, seen through bid-ask bounce. */
function walks(seed: number, rows: number, drift: number, bounce: number): number[][] {
  const normal = gaussians(seededRandom(seed));
  return [0, 1].map(() => {
    let level = 0;
    return Array.from({ length: rows }, () => (level += drift + normal()) + bounce * normal());
  });
}

Deno.test("johansen by default rejects unrelated walks in 5 %, with drift and with bounce", () => {
  for (const [drift, bounce] of [[0, 0], [0.3, 0], [0, 3]] as const) {
    let rejected = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { trace, criticalTrace } = johansen(walks(seed, 250, drift, bounce));
      if (trace[0]! > criticalTrace[0]![1]) rejected++;
    }
    assert.ok(
      rejected >= 6 && rejected <= 26,
      `drift ${drift}, bounce ${bounce}: ${rejected} of 300`,
    );
  }
});

Deno.test("johansen chooses no lags for walks, many under bounce, and those planted by AIC and BIC", () => {
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  const plain = seeds.filter((seed) => johansen(walks(seed, 300, 0, 0)).usedLag === 0);
  assert.ok(plain.length >= 20, `${plain.length} of 30 without lags`);
  assert.ok(seeds.every((seed) => johansen(walks(seed, 300, 0, 3)).usedLag >= 5));
  const normal = gaussians(seededRandom(3));
  const planted = [0, 1].map(() => {
    const steps = [0, 0];
    let level = 0;
    return Array.from({ length: 600 }, () => {
      steps.push(0.4 * steps.at(-1)! - 0.5 * steps.at(-2)! + normal());
      return level += steps.at(-1)!;
    });
  });
  for (const lagDiff of ["aic", "bic"] as const) {
    assert.equal(johansen(planted, { lagDiff }).usedLag, 2, lagDiff);
  }
  assert.equal(johansen(planted, { maxLag: 1 }).usedLag, 1);
  assert.equal(johansen(planted, { lagDiff: 2 }).usedLag, 2);
});

Deno.test("johansen's rule for lags compares regressions of one sample", () => {
  const series = walks(5, 120, 0, 1);
  const most = 4, rows = 120 - 1 - most;
  // The criterion by hand: each model is fitted to the last rows alone, so that all have the same.
  const values = Array.from({ length: most + 1 }, (_, lags) => {
    const cut = series.map((column) => column.slice(most - lags));
    const { trace } = johansen(cut, { terms: "constant", lagDiff: lags });
    const s00 = residualDeterminant(cut, lags);
    return rows * Math.log(s00) - trace[0]! + 2 * 4 * lags;
  });
  const best = values.indexOf(Math.min(...values));
  const found = johansen(series, { terms: "constant", lagDiff: "aic", maxLag: most });
  assert.equal(found.usedLag, best);
});

/** Of the moments of two series' differences, cleared of a constant and their lags by Gram and Schmidt. */
function residualDeterminant(series: number[][], lags: number): number {
  const steps = series.map((column) => column.slice(1).map((value, t) => value - column[t]!));
  const columns = [steps[0]!.slice(lags).map(() => 1)];
  for (let lag = 1; lag <= lags; lag++) {
    for (const step of steps) columns.push(step.slice(lags - lag, step.length - lag));
  }
  columns.push(...steps.map((step) => step.slice(lags)));
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const done: number[][] = [];
  let determinant = 1;
  columns.forEach((column, j) => {
    let rest = column;
    for (let round = 0; round < 2; round++) {
      for (const other of done) {
        const share = dot(rest, other) / dot(other, other), before = rest;
        rest = before.map((value, i) => value - share * other[i]!);
      }
    }
    done.push(rest);
    if (j >= columns.length - 2) determinant *= dot(rest, rest) / rest.length;
  });
  return determinant;
}

Deno.test("johansen without lags takes the level a row before, not the level itself", () => {
  // In statsmodels, lagDiff 0 takes x_t, which the difference is part of: relations from nothing.
  let rejected = 0;
  for (let seed = 0; seed < 300; seed++) {
    const test = johansen(walks(seed, 100, 0.2, 0), { detOrder: 0, lagDiff: 0 });
    if (test.maxEigen[0]! > test.criticalMaxEigen[0]![1]) rejected++;
  }
  assert.ok(rejected < 45, `${rejected} of 300`);
});

Deno.test("johansen adjusts critical values for few rows, and not where statsmodels does not", () => {
  const series = walks(2, 100, 0, 0);
  const test = johansen(series, { lagDiff: 3 }), plain = JOHANSEN_TABLES["restricted-trend"];
  assert.equal(test.nobs, 96);
  assert.ok(farthest(test.criticalTrace[0]!, plain.trace[1]!.map((v) => v * 96 / 90), 1) < 1e-12);
  const asymptotic = johansen(series, { lagDiff: 3, critical: "asymptotic" });
  assert.deepEqual(asymptotic.criticalTrace[0], plain.trace[1]);
  assert.deepEqual(asymptotic.trace, test.trace);
  const compatible = johansen(series, { lagDiff: 3, detOrder: 0 });
  assert.deepEqual(compatible.criticalTrace[0], JOHANSEN_TABLES.constant.trace[1]);
  assert.ok(Number.isNaN(johansen(thirteen()).criticalTrace[0]![0]));
  assert.ok(Number.isNaN(johansen(thirteen()).rank));
});

function thirteen(): number[][] {
  const normal = gaussians(seededRandom(13));
  return Array.from({ length: 13 }, () => {
    let level = 0;
    return Array.from({ length: 200 }, () => level += normal());
  });
}

Deno.test("johansen refuses options that are none or contradict one another", () => {
  const series = walks(2, 60, 0, 0);
  for (
    const [options, message] of [
      [{ terms: "c" }, /terms must be one of none, .* got c/],
      [{ terms: "none", detOrder: 0 }, /terms and detOrder must not both be given/],
      [{ restrictedConstant: true }, /restrictedConstant needs detOrder -1/],
      [{ lagDiff: "hq" }, /lagDiff must be a whole number, .* got hq/],
      [{ lagDiff: 1.5 }, /lagDiff/],
      [{ maxLag: -1 }, /maxLag/],
      [{ critical: "exact" }, /critical must be .* got exact/],
    ] as const
  ) {
    assert.throws(() => johansen(series, options as Parameters<typeof johansen>[1]), {
      name: "RangeError",
      message,
    });
  }
});
