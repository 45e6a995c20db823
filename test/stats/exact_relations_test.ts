import assert from "node:assert/strict";
import { dcc } from "../../lib/stats/dynamics/dcc.ts";
import { partialCorrelation } from "../../lib/stats/correlation/partial_correlation.ts";
import { huber } from "../../lib/stats/regression/huber.ts";
import { ols } from "../../lib/stats/regression/ols.ts";
import { type RandomSource, seededRandom } from "../../lib/stats/seeded_random.ts";
import { adf } from "../../lib/stats/stationarity/adf.ts";
import { engleGranger } from "../../lib/stats/stationarity/engle_granger.ts";
import { granger } from "../../lib/stats/stationarity/granger.ts";
import { johansen } from "../../lib/stats/stationarity/johansen.ts";
import { kpss } from "../../lib/stats/stationarity/kpss.ts";
import { StatisticsError, type StatisticsErrorCode } from "../../lib/stats/statistics_error.ts";
import { gaussians } from "./gaussian_pairs.ts";

const ROWS = 300;
const series = (of: (t: number) => number) => Float64Array.from({ length: ROWS }, (_, t) => of(t));

/** Series that follow their own past exactly, up to rounding. */
const recursions = {
  "a sine": series((t) => Math.sin(t / 5)),
  "a slow sine": series((t) => Math.sin(t / 60)),
  "a fast and tiny sine": series((t) => 1e-9 * Math.sin(2.3 * t)),
  "a sine at a level": series((t) => 1e6 + Math.sin(t / 5)),
  "a sine about a trend": series((t) => 0.1 * t + Math.sin(t / 5)),
  "two sines": series((t) => Math.sin(t / 5) + 0.3 * Math.cos(t / 3)),
  "a decay": series((t) => 0.97 ** t),
  "a growth": series((t) => 1.01 ** t),
  "a period of two": series((t) => t % 2),
  "a period of five": series((t) => (t * t) % 5),
  "a parabola": series((t) => t * t),
};

/** Scale by which an exact relation may come: 1e-`most` to 1e`most`. */
const scaleBy = (random: RandomSource, most: number) => 10 ** ((2 * random() - 1) * most);

function code(act: () => unknown): StatisticsErrorCode | "an answer" {
  try {
    act();
    return "an answer";
  } catch (error) {
    if (error instanceof StatisticsError) return error.code;
    throw error;
  }
}

function walks(seed: number): { walk: Float64Array; noise: Float64Array } {
  const normal = gaussians(seededRandom(seed));
  let level = 0;
  return { walk: series(() => level += normal()), noise: series(() => normal()) };
}

for (const [name, x] of Object.entries(recursions)) {
  Deno.test(`adf takes ${name} for the exact recursion it is, by every lag rule`, () => {
    for (const autolag of ["aic", "bic", "t-stat", null] as const) {
      for (const regression of ["n", "c", "ct"] as const) {
        assert.equal(code(() => adf(x, { autolag, regression })), "perfect-fit");
      }
    }
  });
}

Deno.test("adf still answers for a sine in noise and for next to no noise", () => {
  const { noise } = walks(3);
  for (const size of [1, 1e-3, 1e-6]) {
    const { stat } = adf(recursions["a sine"].map((value, t) => value + size * noise[t]!));
    assert.ok(Number.isFinite(stat), `noise of ${size}`);
  }
});

Deno.test("adf of a stretch of whole numbers without a rule still answers", () => {
  const { walk } = walks(5);
  assert.ok(Number.isFinite(adf(walk.map(Math.round)).stat));
  assert.ok(Number.isFinite(adf(walk.map((value) => 1e9 + value)).stat));
});

Deno.test("granger and johansen take an exact past for what it is", () => {
  const { walk, noise } = walks(7);
  for (const [name, x] of Object.entries(recursions)) {
    if (name === "two sines" || name === "a period of five") continue; // four rows back, not two
    if (name === "a sine about a trend") continue;
    assert.equal(code(() => granger(x, noise, { lag: 2 })), "perfect-fit", name);
    assert.equal(code(() => johansen([x, walk], { lagDiff: 2 })), "perfect-fit", name);
  }
  for (const name of ["two sines", "a period of five", "a sine about a trend"] as const) {
    assert.equal(code(() => granger(recursions[name], noise, { lag: 4 })), "perfect-fit", name);
  }
  assert.equal(code(() => granger(noise, recursions["a sine"], { lag: 4 })), "singular");
  const later = series((t) => walk[Math.max(0, t - 1)]!);
  assert.equal(code(() => granger(later, walk, { lag: 2 })), "perfect-fit");
  assert.equal(code(() => johansen([walk, later])), "perfect-fit");
  const circle = [recursions["a sine"], series((t) => Math.cos(t / 5))];
  assert.equal(code(() => johansen(circle, { lagDiff: 0 })), "perfect-fit");
});

Deno.test("kpss asks nothing of the past, and refuses its own trend", () => {
  assert.ok(Number.isFinite(kpss(recursions["a sine"]).stat));
  const line = series((t) => 1e6 - 0.7 * t);
  assert.ok(Number.isFinite(kpss(line).stat));
  assert.equal(code(() => kpss(line, { regression: "ct" })), "perfect-fit");
});

Deno.test("a series that is another one in other units is told by every test and regression", () => {
  const { walk, noise } = walks(11);
  const random = seededRandom(11);
  for (let run = 0; run < 60; run++) {
    const slope = scaleBy(random, 8) * (random() < 0.5 ? -1 : 1);
    const level = random() < 0.5 ? 0 : slope * scaleBy(random, 6);
    const copy = walk.map((value) => slope * value + level);
    const which = `${slope} x + ${level}`;
    for (const [a, b] of [[walk, copy], [copy, walk]] as const) {
      assert.equal(code(() => ols(a, [b])), "perfect-fit", which);
      assert.equal(code(() => huber(a, b)), "perfect-fit", which);
      assert.ok(engleGranger(a, [b]).collinear, which);
      assert.equal(code(() => johansen([a, noise, b])), "singular", which);
      assert.equal(code(() => granger(a, b, { lag: 2 })), "singular", which);
      assert.equal(code(() => ols(noise, [a, b])), "singular", which);
      assert.equal(code(() => engleGranger(noise, [a, b])), "singular", which);
      assert.equal(code(() => partialCorrelation([a, noise, b])), "singular", which);
    }
  }
  const long = Float64Array.from({ length: 600 }, (_, t) => noise[t % ROWS]! + 0.1 * (t % 7));
  assert.equal(code(() => dcc([long, long.map((value) => -3e7 * value)])), "singular");
});

/** Columns drawn apart from each other, of any scale, some at a level of up to 1e6 times their spread. */
function drawnColumns(random: RandomSource, count: number, rows: number): Float64Array[] {
  const normal = gaussians(random);
  const most = [0, 8, 100][Math.floor(3 * random())]!;
  return Array.from({ length: count }, () => {
    const scale = scaleBy(random, most);
    const level = random() < 0.5 ? 0 : scale * scaleBy(random, 6);
    return Float64Array.from({ length: rows }, () => level + scale * normal());
  });
}

Deno.test("ols refuses every column that is a combination of others, at any scale, and no other design", () => {
  const random = seededRandom(42), normal = gaussians(random);
  const seen = { singular: 0, answered: 0 };
  for (let run = 0; run < 1_500; run++) {
    const count = 1 + Math.floor(4 * random()), rows = count + 4 + Math.floor(150 * random());
    const constant = random() < 0.7;
    const columns = drawnColumns(random, count, rows);
    const y = Float64Array.from({ length: rows }, () => normal());
    const which = `run ${run}: ${count} columns of ${rows}, constant ${constant}`;
    assert.equal(code(() => ols(y, columns, { constant })), "an answer", which);
    seen.answered++;

    // Terms of the combination up to eight orders of magnitude apart.
    const unit = scaleBy(random, 50), spread = 8 * random();
    const weights = columns.map((column) => {
      const size = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return unit / size * scaleBy(random, spread) * (random() < 0.5 ? -1 : 1);
    });
    const offset = constant && random() < 0.3 ? unit * scaleBy(random, 8) : 0;
    const combination = y.map((_, row) =>
      columns.reduce((sum, column, j) => sum + weights[j]! * column[row]!, offset)
    );
    assert.equal(code(() => ols(combination, columns, { constant })), "perfect-fit", which);
    columns.splice(Math.floor((count + 1) * random()), 0, combination);
    assert.equal(code(() => ols(y, columns, { constant })), "singular", which);
    seen.singular++;
  }
  assert.deepEqual(seen, { singular: 1_500, answered: 1_500 });
});
