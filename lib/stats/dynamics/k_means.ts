import { centred, checkLengths, type Column, completeRows } from "../regression/columns.ts";
import { norm } from "../regression/least_squares.ts";
import { type RandomSource, seededRandom } from "../seeded_random.ts";
import { StatisticsError } from "../statistics_error.ts";

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** Clusters. @default 2 */
  readonly k?: number;
  /** Random starts, of which the tightest result is kept. @default 10 */
  readonly starts?: number;
  /** Where the starts come from. @default seededRandom(1) */
  readonly random?: RandomSource;
}

/** Clusters of rows, ordered by the first coordinate of their centres. */
export interface KMeans {
  /** Centre of each cluster, in the units of the columns. */
  readonly centres: readonly (readonly number[])[];
  /** Cluster of each row; 255 where a value is missing. */
  readonly labels: Uint8Array;
  /** Sum of squared distances to the nearest centre, each column in units of its standard deviation. */
  readonly inertia: number;
  /** Rows without a missing value. */
  readonly nobs: number;
  /** Cluster of a new row, with the centres frozen: for live use. -1 where a value is missing. */
  labelOf(row: ArrayLike<number>): number;
}

/** Label of a row with a missing value. */
export const NO_CLUSTER = 255;

/**
 * k-means: the fast baseline to hidden Markov regimes, which knows nothing of time. Columns are brought to
 * unit variance; starts by k-means++, Lloyd's rounds to the end, then single rows are moved to another
 * cluster as long as that lowers the inertia. What it returns no move of one row can better; the best of all
 * partings it finds nearly always for few clusters and never surely (the problem is NP-hard): raise `starts`.
 *
 * S. P. Lloyd, IEEE Transactions on Information Theory 28 (1982); D. Arthur & S. Vassilvitskii, "k-means++",
 * SODA 2007; J. A. Hartigan & M. A. Wong, Applied Statistics 28 (1979).
 *
 * The centres have seen all rows: in a backtest fit on a training part and use `labelOf`.
 *
 * @param columns features, such as atanh of correlations of blocks that do not overlap, and log volatility.
 * @throws {StatisticsError} `too-few` (fewer distinct complete rows than clusters).
 * @throws {RangeError} when an option is out of range or columns differ in length.
 *
 * @example
 * ```ts
 * import { kMeans } from "./k_means.ts";
 * import assert from "node:assert/strict";
 * const { labels, centres, labelOf } = kMeans([[1, 2, 1, 9, 8, 9], [0, 1, 1, 5, 5, 6]]);
 * assert.deepEqual([...labels], [0, 0, 0, 1, 1, 1]);
 * assert.equal(centres[1]![0]!.toFixed(4), "8.6667");
 * assert.equal(labelOf([7, 4]), 1);
 * ```
 */
export function kMeans(columns: readonly Column[], options: KMeansOptions = {}): KMeans {
  const { k = 2, starts = 10, random = seededRandom(1) } = options;
  for (const [name, value, most] of [["k", k, 64], ["starts", starts, 1e4]] as const) {
    if (!Number.isSafeInteger(value) || value < 1 || value > most) {
      throw new RangeError(`${name} must be a whole number within 1..${most}, got ${value}`);
    }
  }
  const length = columns[0]?.length ?? 0;
  checkLengths(columns, length, "columns");
  const { columns: known, rows } = completeRows(columns);
  const scales = known.map(scaleOf);
  const points = Array.from(rows, (_, t) => known.map((column, j) => column[t]! / scales[j]!));
  if (new Set(points.map(String)).size < k) {
    throw new StatisticsError("too-few", `${k} clusters need as many distinct complete rows`);
  }
  let best = { centres: [] as number[][], inertia: Infinity };
  for (let start = 0; start < starts; start++) {
    const found = exchange(points, lloyd(points, spreadCentres(points, k, random)));
    if (found.inertia < best.inertia) best = found;
  }
  const centres = best.centres.sort((a, b) => a[0]! - b[0]!);
  const labels = new Uint8Array(length).fill(NO_CLUSTER);
  points.forEach((point, t) => labels[rows[t]!] = nearest(point, centres).index);
  return {
    centres: centres.map((centre) => centre.map((value, j) => value * scales[j]!)),
    labels,
    inertia: best.inertia,
    nobs: points.length,
    labelOf: (row) => {
      const point = scales.map((scale, j) => row[j]! / scale);
      return point.every((value) => Number.isFinite(value)) ? nearest(point, centres).index : -1;
    },
  };
}

type Point = readonly number[];

/** k-means++: each further centre is a row drawn in proportion to its squared distance from the others. */
function spreadCentres(points: readonly Point[], k: number, random: RandomSource): Point[] {
  const centres = [points[Math.floor(random() * points.length)]!];
  while (centres.length < k) {
    const distances = points.map((point) => nearest(point, centres).distance);
    const total = distances.reduce((sum, value) => sum + value, 0);
    let rest = random() * total;
    const at = distances.findIndex((value) => value > 0 && (rest -= value) <= 0);
    centres.push(points[at < 0 ? distances.indexOf(Math.max(...distances)) : at]!);
  }
  return centres;
}

function lloyd(points: readonly Point[], start: readonly Point[]): number[][] {
  let centres = start.map((centre) => [...centre]), inertia = Infinity;
  for (;;) {
    const sums = centres.map((centre) => centre.map(() => 0)), counts = centres.map(() => 0);
    let now = 0;
    for (const point of points) {
      const { index, distance } = nearest(point, centres);
      now += distance;
      counts[index]!++;
      point.forEach((value, j) => sums[index]![j]! += value);
    }
    // Each round lowers the inertia or is the last, so the rounds end.
    if (!(now < inertia)) return centres;
    inertia = now;
    centres = centres.map((centre, i) =>
      counts[i] === 0 ? centre : sums[i]!.map((sum) => sum / counts[i]!)
    );
  }
}

/**
 * Moves single points to the cluster where they lower the inertia most, until none does: leaving a cluster
 * of n saves `n/(n-1)` of the squared distance to its centre, joining one of m costs `m/(m+1)` of it. Lloyd's
 * rounds stop earlier, since they do not count that a centre follows its points.
 */
function exchange(points: readonly Point[], start: readonly Point[]) {
  const labels = points.map((point) => nearest(point, start).index);
  let { centres, counts, inertia } = centresOf(points, labels, start);
  for (;;) {
    let isMoved = false;
    points.forEach((point, t) => {
      const from = labels[t]!, n = counts[from]!;
      if (n < 2) return;
      const saved = n / (n - 1) * squaredDistance(point, centres[from]!);
      let to = from, cost = saved - 1e-12 * inertia;
      centres.forEach((centre, i) => {
        const m = counts[i]!, price = m / (m + 1) * squaredDistance(point, centre);
        if (i !== from && price < cost) [to, cost] = [i, price];
      });
      if (to === from) return;
      isMoved = true;
      labels[t] = to;
      point.forEach((value, j) => {
        centres[from]![j]! += (centres[from]![j]! - value) / (n - 1);
        centres[to]![j]! += (value - centres[to]![j]!) / (counts[to]! + 1);
      });
      counts[from]!--;
      counts[to]!++;
    });
    // Anew from the points: centres that were only ever moved would carry their rounding along.
    const before = inertia;
    ({ centres, counts, inertia } = centresOf(points, labels, centres));
    if (!isMoved || !(inertia < before)) return { centres, inertia };
  }
}

/** Means of the clusters; an empty one stays where it was. */
function centresOf(points: readonly Point[], labels: readonly number[], old: readonly Point[]) {
  const counts = old.map(() => 0);
  const centres = old.map((centre) => centre.map(() => 0));
  points.forEach((point, t) => {
    const centre = centres[labels[t]!]!, n = ++counts[labels[t]!]!;
    point.forEach((value, j) => centre[j]! += (value - centre[j]!) / n);
  });
  counts.forEach((n, i) => {
    if (n === 0) centres[i] = [...old[i]!];
  });
  const inertia = points.reduce(
    (sum, point, t) => sum + squaredDistance(point, centres[labels[t]!]!),
    0,
  );
  return { centres, counts, inertia };
}

function squaredDistance(a: Point, b: Point): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
}

function nearest(point: Point, centres: readonly Point[]): { index: number; distance: number } {
  let index = 0, distance = Infinity;
  for (let i = 0; i < centres.length; i++) {
    const squares = squaredDistance(point, centres[i]!);
    if (squares < distance) [index, distance] = [i, squares];
  }
  return { index, distance };
}

/** Standard deviation, or 1 for a column that never changes. */
function scaleOf(column: Float64Array): number {
  const spread = norm(centred(column).values);
  return spread > 0 ? spread / Math.sqrt(column.length) : 1;
}
