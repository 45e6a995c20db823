import { digamma } from "../distributions/log_gamma.ts";
import { longRunShares, RegimeDensities, type RegimeModel } from "./regime_model.ts";
import { randomBelow, type RandomSource } from "../seeded_random.ts";
import { StatisticsError } from "../statistics_error.ts";
import { symmetricFactor } from "./symmetric_factor.ts";

/** Columns to fit on, about their mean in units of their spread. */
export interface Rows {
  readonly values: readonly Float64Array[];
  readonly length: number;
  /** Rows without a missing value, and 1 for each of them. */
  readonly known: number;
  readonly isKnown: Uint8Array;
  readonly scaled: readonly { readonly centre: number; readonly scale: number }[];
}

/** Passages are never taken for impossible: a regime seen once may come again. */
const LEAST_PASSAGE = 1e-8;
/** Below this a density is as good as none, and zero in every regime would be no number. */
const LEAST_LOG_DENSITY = -690;
/** Variances below this share of the whole would let a regime shrink onto a single row. */
const LEAST_VARIANCE = 1e-6;

/** A first guess: each regime has the moments of a stretch of rows drawn at random. */
export function startModel(
  rows: Rows,
  states: number,
  random: RandomSource,
  degrees?: number,
): RegimeModel {
  const span = Math.max(20, Math.floor(rows.length / (4 * states)));
  const stay = states === 1 ? 1 : 0.95;
  const weights = Array.from({ length: states }, () => {
    const from = states === 1 ? 0 : randomBelow(Math.max(1, rows.length - span), random);
    const to = states === 1 ? rows.length : from + span;
    return Float64Array.from({ length: rows.length }, (_, t) => t >= from && t < to ? 1 : 1e-3);
  });
  const transition = Array.from(
    { length: states },
    (_, i) => Array.from({ length: states }, (_, j) => i === j ? stay : (1 - stay) / (states - 1)),
  );
  const moments = momentsOf(rows, weights, weights.map(() => undefined));
  const model = { initial: longRunShares(transition), transition, ...moments };
  return degrees === undefined ? model : { ...model, degrees };
}

/** Expectation and maximisation in turn, until a round gains less than `tolerance`. */
export function baumWelch(
  rows: Rows,
  start: RegimeModel,
  maxIterations: number,
  tolerance: number,
): { model: RegimeModel; llf: number; iterations: number; converged: boolean } {
  let model = start, llf = -Infinity;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const expected = expectation(rows, model);
    const gain = expected.llf - llf;
    llf = expected.llf;
    if (gain < tolerance) return { model, llf, iterations: iteration, converged: true };
    model = maximisation(rows, expected, model);
  }
  return { model, llf, iterations: maxIterations, converged: false };
}

interface Expected {
  readonly llf: number;
  /** Probability of each regime in each row, given all rows. */
  readonly weights: readonly Float64Array[];
  /** Expected number of passages. */
  readonly passages: readonly (readonly number[])[];
  /** Of each row in each regime, see `RegimeDensities.fill`. */
  readonly distances: readonly Float64Array[];
}

function expectation(rows: Rows, model: RegimeModel): Expected {
  const states = model.initial.length, { length } = rows;
  const density = new Float64Array(states * length);
  const forward = new Float64Array(states * length), scale = new Float64Array(length);
  const distances = model.initial.map(() => new Float64Array(length));
  let llf = fillDensities(rows, model, density, distances);
  for (let t = 0; t < length; t++) {
    let total = 0;
    for (let to = 0; to < states; to++) {
      let predicted = 0;
      if (t === 0) predicted = model.initial[to]!;
      else {
        for (let from = 0; from < states; from++) {
          predicted += forward[(t - 1) * states + from]! * model.transition[from]![to]!;
        }
      }
      total += forward[t * states + to] = predicted * density[t * states + to]!;
    }
    scale[t] = total;
    llf += Math.log(total);
    for (let to = 0; to < states; to++) forward[t * states + to]! /= total;
  }
  return { llf, distances, ...backward(model, density, forward, scale) };
}

function backward(
  model: RegimeModel,
  density: Float64Array,
  forward: Float64Array,
  scale: Float64Array,
): Omit<Expected, "llf" | "distances"> {
  const states = model.initial.length, length = scale.length;
  const weights = model.initial.map(() => new Float64Array(length));
  const passages = model.initial.map(() => model.initial.map(() => 0));
  const later = new Float64Array(states).fill(1), message = new Float64Array(states);
  for (let t = length - 1; t >= 0; t--) {
    for (let state = 0; state < states; state++) {
      weights[state]![t] = forward[t * states + state]! * later[state]!;
      message[state] = density[t * states + state]! * later[state]! / scale[t]!;
    }
    if (t === 0) break;
    for (let from = 0; from < states; from++) {
      let sum = 0;
      for (let to = 0; to < states; to++) {
        const step = model.transition[from]![to]! * message[to]!;
        sum += step;
        passages[from]![to]! += forward[(t - 1) * states + from]! * step;
      }
      later[from] = sum;
    }
  }
  return { weights, passages };
}

/** Densities of each row relative to its likeliest regime; the sum of what was divided out. */
function fillDensities(
  rows: Rows,
  model: RegimeModel,
  into: Float64Array,
  distances: readonly Float64Array[],
): number {
  const states = model.initial.length;
  const densities = new RegimeDensities(model);
  const far = new Float64Array(states);
  const logs = new Float64Array(states), row = new Float64Array(rows.values.length);
  let sum = 0;
  for (let t = 0; t < rows.length; t++) {
    for (let j = 0; j < row.length; j++) row[j] = rows.values[j]![t]!;
    densities.fill(row, logs, far);
    let most = logs[0]!;
    for (let state = 1; state < states; state++) most = Math.max(most, logs[state]!);
    sum += most;
    for (let state = 0; state < states; state++) {
      distances[state]![t] = far[state]!;
      into[t * states + state] = Math.exp(Math.max(LEAST_LOG_DENSITY, logs[state]! - most));
    }
  }
  return sum;
}

function maximisation(
  rows: Rows,
  { weights, passages, distances }: Expected,
  before: RegimeModel,
): RegimeModel {
  const transition = passages.map((row, from) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    const shares = row.map((value, to) =>
      Math.max(LEAST_PASSAGE, total > 0 ? value / total : from === to ? 1 : 0)
    );
    const sum = shares.reduce((most, value) => most + value, 0);
    return shares.map((value) => value / sum);
  });
  const initial = weights.map((weight) => weight[0]!);
  if (before.degrees === undefined) {
    const moments = momentsOf(rows, weights, weights.map(() => undefined));
    return { initial, transition, ...moments };
  }
  const { degrees: old } = before;
  const degrees = nextDegrees(rows, weights, distances, old);
  // What a row says of centre and spread: less the further out it lies, `(ν + d) / (ν + δ)`.
  const most = (old + rows.values.length) / old;
  const shares = distances.map((column) => column.map((distance) => most * Math.exp(-distance)));
  const { means, covariances: scales } = momentsOf(rows, weights, shares);
  // The covariance of Student's t is wider than its scale matrix.
  const wider = degrees / (degrees - 2);
  const covariances = scales.map((scale) => scale.map((row) => row.map((value) => value * wider)));
  return { initial, transition, means, covariances, degrees };
}

/** Fewest and most degrees of freedom: a variance must exist, and beyond the most rows are as good as normal. */
const LEAST_DEGREES = 2.05, MOST_DEGREES = 200, NEARLY_NORMAL = 40;

/**
 * The degrees of freedom that maximise the expected likelihood, one number for all regimes (C. Liu & D. B.
 * Rubin, Statistica Sinica 5, 1995): the root of a decreasing function, by bisection of its logarithm.
 */
function nextDegrees(
  rows: Rows,
  weights: readonly Float64Array[],
  distances: readonly Float64Array[],
  before: number,
): number {
  const most = (before + rows.values.length) / before, logOfMost = Math.log(most);
  let sum = 0, total = 0;
  weights.forEach((weight, state) => {
    const distance = distances[state]!;
    for (let t = 0; t < rows.length; t++) {
      if (rows.isKnown[t] !== 1) continue;
      sum += weight[t]! * (logOfMost - distance[t]! - most * Math.exp(-distance[t]!));
      total += weight[t]!;
    }
  });
  const all = (before + rows.values.length) / 2;
  const known = 1 + sum / total + digamma(all) - Math.log(all);
  const slope = (degrees: number) => known + Math.log(degrees / 2) - digamma(degrees / 2);
  let low = LEAST_DEGREES, high = MOST_DEGREES;
  if (slope(high) > 0) return high;
  if (slope(low) < 0) return low;
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(low * high);
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  const root = Math.sqrt(low * high);
  // So far out rows are as good as normal, and the steps grow too short to arrive.
  return root > NEARLY_NORMAL && root > before ? MOST_DEGREES : root;
}

/**
 * Weighted means and covariances of the known rows.
 *
 * @param shares how much of each row's weight counts for mean and spread; all of it where left out. The spread
 * is divided by what counts, which converges sooner (C. Liu, D. B. Rubin & Y. N. Wu, Biometrika 85, 1998).
 */
function momentsOf(
  rows: Rows,
  weights: readonly Float64Array[],
  shares: readonly (Float64Array | undefined)[],
): Pick<RegimeModel, "means" | "covariances"> {
  const size = rows.values.length, means: number[][] = [], covariances: number[][][] = [];
  weights.forEach((plain, state) => {
    const share = shares[state];
    const weight = share === undefined ? plain : plain.map((value, t) => value * share[t]!);
    let total = 0;
    const mean = new Array<number>(size).fill(0);
    for (let t = 0; t < rows.length; t++) {
      if (rows.isKnown[t] !== 1) continue;
      total += weight[t]!;
      for (let j = 0; j < size; j++) mean[j]! += weight[t]! * rows.values[j]![t]!;
    }
    for (let j = 0; j < size; j++) mean[j]! /= total;
    means.push(mean);
    covariances.push(covarianceOf(rows, weight, mean, total));
  });
  return { means, covariances };
}

function covarianceOf(
  rows: Rows,
  weight: Float64Array,
  mean: readonly number[],
  total: number,
): number[][] {
  const size = mean.length;
  const covariance = mean.map(() => new Array<number>(size).fill(0));
  for (let t = 0; t < rows.length; t++) {
    if (rows.isKnown[t] !== 1) continue;
    for (let i = 0; i < size; i++) {
      const left = weight[t]! * (rows.values[i]![t]! - mean[i]!);
      for (let j = 0; j <= i; j++) covariance[i]![j]! += left * (rows.values[j]![t]! - mean[j]!);
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) covariance[i]![j] = covariance[j]![i] = covariance[i]![j]! / total;
    covariance[i]![i] = Math.max(LEAST_VARIANCE, covariance[i]![i]!);
  }
  if (symmetricFactor(covariance) === undefined) {
    throw new StatisticsError("singular", "in a regime a column is a combination of the others");
  }
  return covariance;
}
