import { lagDots } from "../dot.ts";
import { finiteNumbers } from "../numbers.ts";
import { largest, mean, powerOfTwo } from "../regression/columns.ts";
import { lagProducts } from "./fast_fourier.ts";

/** Lags summed at a time. */
const STEP = 8;
/** Up to this lag products are summed as they are asked for; beyond, all at once by Fourier's transform. */
const DIRECT = 32;

/** A column about its mean, in a power of two near its largest. */
export interface RowDeviations {
  /** 0 in a row without a value. */
  readonly values: Float64Array;
  /** 1 where there is a value; undefined where all are there. */
  readonly known: Float64Array | undefined;
}

/** Deviations of a column from the mean of its finite values. */
export function deviationsInRows(x: Float64Array): RowDeviations {
  const values = new Float64Array(x.length);
  const finite = finiteNumbers(x, "x"), n = finite.length;
  const perUnit = 1 / powerOfTwo(largest(finite)), anchor = finite[0] ?? NaN;
  for (let i = 0; i < n; i++) finite[i]! -= anchor;
  const centre = mean(finite);
  for (let row = 0; row < x.length; row++) {
    const deviation = (x[row]! - anchor - centre) * perUnit;
    values[row] = deviation - deviation === 0 ? deviation : 0;
  }
  const known = n === x.length
    ? undefined
    : Float64Array.from(x, (value) => Number.isFinite(value) ? 1 : 0);
  return { values, known };
}

/**
 * Autocovariances of a column about the mean of its finite values, in the square of a power of two near its
 * largest, since only their ratios are asked for. At lag k they are the mean over **the products that
 * exist**, times `(T - k) / T` with T the rows: without gaps that is the sum over n, which forms a positive
 * semi-definite sequence, and with gaps they keep their size instead of fading with each missing value.
 *
 * Short lags cost O(n) each, all the longer ones together O(n log n).
 */
export class Autocovariances {
  /** Rows. */
  readonly rows: number;
  readonly #deviations: Float64Array;
  readonly #known: Float64Array | undefined;
  readonly #furthest: number;
  readonly #products: number[] = [];
  readonly #counts: number[] = [];
  #isWhole = false;

  /** @param furthest the longest lag that will be asked for. */
  constructor({ values, known }: RowDeviations, furthest: number) {
    this.rows = values.length;
    this.#deviations = values;
    this.#known = known;
    this.#furthest = furthest;
  }

  /** Autocovariance at a lag; 0 for a constant column, and where no two values are that far apart. */
  at(lag: number): number {
    this.#reach(lag);
    const count = this.count(lag);
    return count > 0 ? this.#products[lag]! / count * ((this.rows - lag) / this.rows) : 0;
  }

  /** Products that exist at a lag. */
  count(lag: number): number {
    if (this.#known === undefined) return this.rows - lag;
    this.#reach(lag);
    return this.#counts[lag]!;
  }

  #reach(lag: number): void {
    if (lag > DIRECT && !this.#isWhole) this.#all();
    while (this.#products.length <= lag) {
      const next = this.#products.length, last = Math.min(this.#furthest, next + STEP - 1);
      this.#products.push(...lagDots(this.#deviations, next, last));
      if (this.#known !== undefined) this.#counts.push(...lagDots(this.#known, next, last));
    }
  }

  #all(): void {
    this.#isWhole = true;
    const products = lagProducts(this.#deviations, this.#furthest);
    for (let lag = this.#products.length; lag <= this.#furthest; lag++) {
      this.#products.push(products[lag]!);
    }
    if (this.#known === undefined) return;
    const counts = lagProducts(this.#known, this.#furthest);
    for (let lag = this.#counts.length; lag <= this.#furthest; lag++) {
      this.#counts.push(Math.round(counts[lag]!));
    }
  }
}

/** Correlation in time of one column, as far as it stands out from noise. */
export interface Memory {
  readonly covariances: Autocovariances;
  /** First lag from which a run of autocorrelations is insignificant; at least 1. */
  readonly lag: number;
  /** Longest lag that may be asked for. */
  readonly furthest: number;
}

/**
 * How far back a column remembers, by the rule of Politis & White (Econometric Reviews 23, 2004): the
 * first lag from which `max(5, √log10 n)` autocorrelations in a row lie within `±2 √(log10 n / n)`,
 * looked for up to `√n` and that many more; the furthest lag looked at where there is none. With gaps, n is
 * the number of products that exist at the lag.
 */
export function memoryOf(x: Float64Array): Memory {
  return memoryOfDeviations(deviationsInRows(x));
}

/** {@link memoryOf} a column that is deviations already. */
export function memoryOfDeviations(deviations: RowDeviations): Memory {
  const rows = deviations.values.length;
  const run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(rows))));
  const furthest = Math.max(1, Math.min(rows - 1, Math.ceil(Math.sqrt(rows)) + run));
  const covariances = new Autocovariances(deviations, furthest);
  const isWhole = deviations.known === undefined, variance = covariances.at(0);
  let quiet = 0;
  for (let lag = 1; lag <= furthest; lag++) {
    const n = isWhole ? rows : Math.max(2, covariances.count(lag));
    const limit = 2 * Math.sqrt(Math.log10(n) / n) * variance;
    quiet = Math.abs(covariances.at(lag)) < limit ? quiet + 1 : 0;
    if (quiet === run) return { covariances, lag: lag - run + 1, furthest };
  }
  return { covariances, lag: furthest, furthest };
}
