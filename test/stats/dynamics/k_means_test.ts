import assert from "node:assert/strict";
import fc from "fast-check";
import { kMeans, NO_CLUSTER } from "../../../lib/stats/dynamics/k_means.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { normals } from "../../pairs/synthetic.ts";

/** Least inertia over every way to part the points in two, each column in units of its spread. */
function leastInertia(columns: readonly (readonly number[])[]): number {
  const n = columns[0]!.length;
  const scaled = columns.map((column) => {
    const mean = column.reduce((a, b) => a + b, 0) / n;
    const sd = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
    return column.map((value) => sd > 0 ? value / sd : value);
  });
  let least = Infinity;
  for (let mask = 1; mask < 2 ** (n - 1); mask++) {
    let inertia = 0;
    for (const side of [0, 1]) {
      const rows = Array.from({ length: n }, (_, t) => t).filter((t) => (mask >> t & 1) === side);
      for (const column of scaled) {
        const mean = rows.reduce((sum, t) => sum + column[t]!, 0) / rows.length;
        inertia += rows.reduce((sum, t) => sum + (column[t]! - mean) ** 2, 0);
      }
    }
    least = Math.min(least, inertia);
  }
  return least;
}

/** Inertia of a parting, each column in units of its spread. */
function inertiaOf(columns: readonly (readonly number[])[], labels: ArrayLike<number>): number {
  let inertia = 0;
  for (const column of columns) {
    for (const label of new Set(Array.from(labels))) {
      const values = column.filter((_, row) => labels[row] === label);
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      inertia += values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    }
  }
  return inertia;
}

function standardised(column: readonly number[]): number[] {
  const mean = column.reduce((a, b) => a + b, 0) / column.length;
  const sd = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / column.length);
  return column.map((value) => sd > 0 ? value / sd : value);
}

Deno.test("kMeans ends where no row can move to another cluster and lower the inertia", () => {
  const value = fc.integer({ min: -20, max: 20 });
  const points = fc.array(fc.tuple(value, value), { minLength: 3, maxLength: 40, size: "max" });
  fc.assert(
    fc.property(points, fc.integer({ min: 2, max: 5 }), fc.nat(), (rows, k, seed) => {
      if (new Set(rows.map(String)).size < k) return;
      const columns = [rows.map((row) => row[0]), rows.map((row) => row[1])];
      const random = seededRandom(seed);
      const { inertia, labels } = kMeans(columns, { k, starts: 1, random });
      const scaled = columns.map(standardised);
      assert.ok(Math.abs(inertiaOf(scaled, labels) - inertia) <= 1e-9 * (1 + inertia));
      for (let row = 0; row < labels.length; row++) {
        for (let label = 0; label < k; label++) {
          const moved = labels.slice();
          moved[row] = label;
          assert.ok(inertiaOf(scaled, moved) >= inertia * (1 - 1e-9) - 1e-9);
        }
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("kMeans finds the tightest of all partings of a few points in all but 1 % of 400 cases", () => {
  // No rule of this kind finds it surely; these cases are always the same.
  const random = seededRandom(7);
  let cases = 0, missed = 0, missedWithOne = 0;
  while (cases < 400) {
    const length = 3 + Math.floor(7 * random());
    const columns = [0, 1].map(() => {
      return Array.from({ length }, () => Math.floor(41 * random()) - 20);
    });
    if (new Set(columns[0]!.map((v, row) => `${v} ${columns[1]![row]}`)).size < 2) continue;
    cases++;
    const least = leastInertia(columns) * (1 + 1e-9) + 1e-9;
    if (kMeans(columns).inertia > least) missed++;
    if (kMeans(columns, { starts: 1 }).inertia > least) missedWithOne++;
  }
  assert.ok(missed <= 4, `${missed} missed`);
  assert.ok(
    missedWithOne > missed && missedWithOne < 100,
    `${missedWithOne} missed with one start`,
  );
});

Deno.test("kMeans recovers planted clusters, the same again with the same seed", () => {
  const normal = normals(2);
  const truth = Array.from({ length: 300 }, (_, i) => i % 3);
  const x = truth.map((c) => 10 * c + normal()),
    y = truth.map((c) => 1e-6 * (5 * (c % 2) + normal()));
  const found = kMeans([x, y], { k: 3, random: seededRandom(5) });
  assert.deepEqual([...found.labels], truth);
  assert.deepEqual(kMeans([x, y], { k: 3, random: seededRandom(5) }).centres, found.centres);
  found.centres.forEach((centre, c) => assert.ok(Math.abs(centre[0]! - 10 * c) < 0.4));
  truth.forEach((c, t) => assert.equal(found.labelOf([x[t]!, y[t]!]), c));
});

Deno.test("kMeans passes over rows with a missing value and refuses what it cannot part", () => {
  const { labels, nobs, labelOf } = kMeans([[1, NaN, 9], [1, 2, 9]]);
  assert.deepEqual([...labels], [0, NO_CLUSTER, 1]);
  assert.equal(nobs, 2);
  assert.equal(labelOf([NaN, 1]), -1);
  assert.throws(() => kMeans([[1, 1, 1]]), { name: "StatisticsError", code: "too-few" });
  assert.throws(() => kMeans([[1, 2]], { k: 0 }), RangeError);
  assert.throws(() => kMeans([[1, 2], [1]]), RangeError);
});
