import { checkNumbers } from "../numbers.ts";
import { checkWhole } from "../check_whole.ts";
import { checkLengths, type Column } from "../regression/columns.ts";
import { givenOptions } from "../given_options.ts";
import { RegimeDensities, type RegimeModel } from "./regime_model.ts";

/**
 * Probability of each regime given the rows up to now (Hamilton's filter), with a frozen model: O(K²) a
 * row, live. It never revises what it said. A row with a missing value moves the probabilities by the
 * transitions only.
 *
 * J. D. Hamilton, Econometrica 57 (1989).
 *
 * @example
 * ```ts
 * import { RegimeFilter } from "./regime_filter.ts";
 * import assert from "node:assert/strict";
 * const filter = new RegimeFilter({
 *   initial: [0.5, 0.5],
 *   transition: [[0.95, 0.05], [0.05, 0.95]],
 *   means: [[0], [0]],
 *   covariances: [[[1]], [[25]]],
 * });
 * for (const r of [0.1, -0.4, 0.2, 0.3]) filter.push([r]);
 * assert.ok(filter.probabilities[0]! > 0.95);
 * filter.push([9]);
 * assert.ok(filter.probabilities[1]! > 0.99);
 * ```
 */
export class RegimeFilter {
  readonly states: number;
  readonly #densities: RegimeDensities;
  readonly #transition: readonly (readonly number[])[];
  /** Probabilities for the next row, before it is seen. */
  readonly #predicted: Float64Array;
  readonly #filtered: Float64Array;
  readonly #logs: Float64Array;

  /** @throws {RangeError} when probabilities do not add up to one or a covariance is not positive definite. */
  constructor(model: RegimeModel) {
    const { initial = [], transition = [] } = givenOptions(model);
    const states = initial.length;
    if (states === 0 || transition.length !== states) {
      throw new RangeError(
        `initial and transition must have a row for each regime, got ${states} and ${transition.length}`,
      );
    }
    for (const row of [initial, ...transition]) {
      const total = row.reduce((sum, value) => sum + value, 0);
      if (
        row.length !== states || row.some((p) => !(Number.isFinite(p) && p >= 0)) ||
        !(Math.abs(total - 1) < 1e-6)
      ) {
        throw new RangeError(
          `initial and transition must be ${states} probabilities a row, got ${row}`,
        );
      }
    }
    this.states = states;
    this.#densities = new RegimeDensities(model);
    this.#transition = model.transition;
    this.#predicted = Float64Array.from(model.initial);
    this.#filtered = Float64Array.from(model.initial);
    this.#logs = new Float64Array(states);
  }

  /** Probability of each regime given all rows pushed; before the first row, `initial`. A copy. */
  get probabilities(): Float64Array {
    return this.#filtered.slice();
  }

  /** Probability of each regime in the next row, given all rows pushed. A copy. */
  get predicted(): Float64Array {
    return this.#predicted.slice();
  }

  /** The likelier regime now. */
  get regime(): number {
    return this.#filtered.indexOf(Math.max(...this.#filtered));
  }

  /** Adds a row; its log-likelihood given those before it (0 for a row with a missing value). */
  push(row: ArrayLike<number>): number {
    const logs = this.#logs, filtered = this.#filtered;
    checkNumbers(row, "row");
    const isKnown = this.#densities.fill(row, logs);
    let most = -Infinity;
    for (let state = 0; state < this.states; state++) {
      if (this.#predicted[state]! > 0) most = Math.max(most, logs[state]!);
    }
    let total = 0;
    for (let state = 0; state < this.states; state++) {
      filtered[state] = this.#predicted[state]! * Math.exp(logs[state]! - most);
      total += filtered[state]!;
    }
    for (let state = 0; state < this.states; state++) filtered[state]! /= total;
    for (let to = 0; to < this.states; to++) {
      let sum = 0;
      for (let from = 0; from < this.states; from++) {
        sum += filtered[from]! * this.#transition[from]![to]!;
      }
      this.#predicted[to] = sum;
    }
    return isKnown ? most + Math.log(total) : 0;
  }
}

/** Regimes of whole columns, row by row, from rows up to each. */
export interface RegimePath {
  /** One column a regime. */
  readonly probabilities: readonly Float64Array[];
  readonly llf: number;
}

/**
 * {@link RegimeFilter} over whole columns: row t rests on rows up to t.
 *
 * @example
 * ```ts
 * import { filterRegimes } from "./regime_filter.ts";
 * import assert from "node:assert/strict";
 * const { probabilities } = filterRegimes([[0.1, -0.2, 9]], {
 *   initial: [0.5, 0.5],
 *   transition: [[0.9, 0.1], [0.1, 0.9]],
 *   means: [[0], [0]],
 *   covariances: [[[1]], [[25]]],
 * });
 * assert.ok(probabilities[0]![1]! > 0.9 && probabilities[1]![2]! > 0.99);
 * ```
 */
export function filterRegimes(columns: readonly Column[], model: RegimeModel): RegimePath {
  const length = columns[0]?.length ?? 0;
  checkLengths(columns, length, "columns");
  checkSize(columns, model);
  const filter = new RegimeFilter(model);
  const probabilities = model.initial.map(() => new Float64Array(length));
  const row = new Float64Array(columns.length);
  let llf = 0;
  for (let t = 0; t < length; t++) {
    for (let j = 0; j < columns.length; j++) row[j] = columns[j]![t] ?? NaN;
    llf += filter.push(row);
    const now = filter.probabilities;
    for (let state = 0; state < now.length; state++) probabilities[state]![t] = now[state]!;
  }
  return { probabilities, llf };
}

/**
 * Probability of each regime given **all** rows (Kim's smoother). It looks ahead: for study of the past
 * only, never for a signal or a backtest.
 *
 * C.-J. Kim, Journal of Econometrics 60 (1994).
 *
 * @example
 * ```ts
 * import { smoothRegimes } from "./regime_filter.ts";
 * import assert from "node:assert/strict";
 * const { probabilities } = smoothRegimes([[9, 1, 9]], {
 *   initial: [0.5, 0.5],
 *   transition: [[0.9, 0.1], [0.1, 0.9]],
 *   means: [[0], [0]],
 *   covariances: [[[1]], [[25]]],
 * });
 * assert.ok(probabilities[1]![1]! > 0.9); // the row between two storms, known only afterwards
 * ```
 */
export function smoothRegimes(columns: readonly Column[], model: RegimeModel): RegimePath {
  const { probabilities: filtered, llf } = filterRegimes(columns, model);
  const states = model.initial.length, length = columns[0]?.length ?? 0;
  const probabilities = filtered.map((column) => column.slice());
  for (let t = length - 2; t >= 0; t--) {
    for (let from = 0; from < states; from++) {
      let sum = 0;
      for (let to = 0; to < states; to++) {
        let predicted = 0;
        for (let each = 0; each < states; each++) {
          predicted += filtered[each]![t]! * model.transition[each]![to]!;
        }
        if (predicted > 0) {
          sum += model.transition[from]![to]! * probabilities[to]![t + 1]! / predicted;
        }
      }
      probabilities[from]![t] = filtered[from]![t]! * sum;
    }
  }
  return { probabilities, llf };
}

/**
 * One regime a row: the likelier one, once it has been so for `minDwell` rows on end; until then the regime
 * before. Rests on rows up to each; the first regime is taken at once.
 *
 * @param probabilities one column a regime, as {@link filterRegimes} gives them.
 * @throws {RangeError} when `minDwell` is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { regimeLabels } from "./regime_filter.ts";
 * import assert from "node:assert/strict";
 * const calm = [0.9, 0.9, 0.2, 0.8, 0.1, 0.1, 0.3];
 * const labels = regimeLabels([calm, calm.map((p) => 1 - p)], { minDwell: 2 });
 * assert.deepEqual([...labels], [0, 0, 0, 0, 0, 1, 1]);
 * ```
 */
export function regimeLabels(
  probabilities: readonly Column[],
  options: { /** @default 5 */ readonly minDwell?: number } = {},
): Uint8Array {
  const { minDwell = 5 } = options;
  checkWhole("minDwell", minDwell, 1);
  const length = probabilities[0]?.length ?? 0;
  checkLengths(probabilities, length, "probabilities");
  for (const column of probabilities) checkShares(column);
  const labels = new Uint8Array(length);
  let label = -1, candidate = -1, rows = 0;
  for (let t = 0; t < length; t++) {
    let likeliest = 0;
    for (let state = 1; state < probabilities.length; state++) {
      if ((probabilities[state]![t] ?? NaN) > (probabilities[likeliest]![t] ?? NaN)) {
        likeliest = state;
      }
    }
    rows = likeliest === candidate ? rows + 1 : 1;
    candidate = likeliest;
    if (label < 0 || rows >= minDwell) label = likeliest;
    labels[t] = label;
  }
  return labels;
}

function checkShares(probabilities: Column): void {
  for (let row = 0; row < probabilities.length; row++) {
    const p = probabilities[row] ?? NaN;
    if (p < 0 || p > 1) throw new RangeError(`probabilities must be within 0..1, got ${p}`);
  }
}

function checkSize(columns: readonly Column[], model: RegimeModel): void {
  const size = model.means[0]?.length ?? 0;
  if (columns.length !== size) {
    throw new RangeError(`columns must be ${size}, as the model has it, got ${columns.length}`);
  }
}
