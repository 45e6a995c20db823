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
export function startModel(rows: Rows, states: number, random: RandomSource): RegimeModel {
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
  return { initial: longRunShares(transition), transition, ...momentsOf(rows, weights) };
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
    model = maximisation(rows, expected);
  }
  return { model, llf, iterations: maxIterations, converged: false };
}

interface Expected {
  readonly llf: number;
  /** Probability of each regime in each row, given all rows. */
  readonly weights: readonly Float64Array[];
  /** Expected number of passages. */
  readonly passages: readonly (readonly number[])[];
}

function expectation(rows: Rows, model: RegimeModel): Expected {
  const states = model.initial.length, { length } = rows;
  const density = new Float64Array(states * length);
  const forward = new Float64Array(states * length), scale = new Float64Array(length);
  let llf = fillDensities(rows, model, density);
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
  return { llf, ...backward(model, density, forward, scale) };
}

function backward(
  model: RegimeModel,
  density: Float64Array,
  forward: Float64Array,
  scale: Float64Array,
): Omit<Expected, "llf"> {
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
function fillDensities(rows: Rows, model: RegimeModel, into: Float64Array): number {
  const states = model.initial.length;
  const densities = new RegimeDensities(model);
  const logs = new Float64Array(states), row = new Float64Array(rows.values.length);
  let sum = 0;
  for (let t = 0; t < rows.length; t++) {
    for (let j = 0; j < row.length; j++) row[j] = rows.values[j]![t]!;
    densities.fill(row, logs);
    let most = logs[0]!;
    for (let state = 1; state < states; state++) most = Math.max(most, logs[state]!);
    sum += most;
    for (let state = 0; state < states; state++) {
      into[t * states + state] = Math.exp(Math.max(LEAST_LOG_DENSITY, logs[state]! - most));
    }
  }
  return sum;
}

function maximisation(rows: Rows, { weights, passages }: Expected): RegimeModel {
  const transition = passages.map((row, from) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    const shares = row.map((value, to) =>
      Math.max(LEAST_PASSAGE, total > 0 ? value / total : from === to ? 1 : 0)
    );
    const sum = shares.reduce((most, value) => most + value, 0);
    return shares.map((value) => value / sum);
  });
  return { initial: weights.map((weight) => weight[0]!), transition, ...momentsOf(rows, weights) };
}

/** Weighted means and covariances of the known rows. */
function momentsOf(
  rows: Rows,
  weights: readonly Float64Array[],
): Pick<RegimeModel, "means" | "covariances"> {
  const size = rows.values.length, means: number[][] = [], covariances: number[][][] = [];
  for (const weight of weights) {
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
  }
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
