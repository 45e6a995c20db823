import { checkWhole } from "../stats/check_whole.ts";
import { givenOptions } from "../stats/given_options.ts";
import { checkNumbers } from "../stats/numbers.ts";

/** Rows `[from, to)`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Options of {@link walkForward}. */
export interface WalkForwardOptions {
  /** Rows that parameters are fitted on. */
  readonly train: number;
  /** Rows they are then used on, unseen. Folds follow each other by as many. */
  readonly test: number;
  /** Rows left out between the two, so that overlapping horizons do not touch. @default 0 */
  readonly embargo?: number;
  /** Whether training always begins at row 0 and grows. @default false */
  readonly anchored?: boolean;
}

/** One fit and where it is used. */
export interface Fold {
  readonly train: RowRange;
  readonly test: RowRange;
}

/**
 * Training and test parts that walk through the rows: every test row lies after its training part, and in
 * exactly one test part. The last test part may be shorter.
 *
 * @throws {RangeError} when a length is not a whole number of at least 1 (`embargo` 0).
 *
 * @example
 * ```ts
 * import { walkForwardFolds } from "./walk_forward.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(walkForwardFolds(10, { train: 4, test: 4, embargo: 1 }), [
 *   { train: { from: 0, to: 4 }, test: { from: 5, to: 9 } },
 *   { train: { from: 4, to: 8 }, test: { from: 9, to: 10 } },
 * ]);
 * ```
 */
export function walkForwardFolds(length: number, options: WalkForwardOptions): Fold[] {
  const { train, test, embargo = 0, anchored = false } = givenOptions(
    options,
  ) as WalkForwardOptions;
  checkWhole("length", length, 0);
  checkWhole("train", train, 1);
  checkWhole("test", test, 1);
  checkWhole("embargo", embargo, 0);
  const folds: Fold[] = [];
  for (let from = train + embargo; from < length; from += test) {
    const end = from - embargo;
    folds.push({
      train: { from: anchored ? 0 : end - train, to: end },
      test: { from, to: Math.min(length, from + test) },
    });
  }
  return folds;
}

/** Columns of equal length, by name. */
export type NamedColumns<Name extends string> = Readonly<Record<Name, ArrayLike<number>>>;
/** The same, cut. */
export type CutColumns<Name extends string> = Readonly<Record<Name, Float64Array>>;

/** How rows are cut into folds. */
export interface WalkForwardPlan<Name extends string, Model> extends WalkForwardOptions {
  /** Rows before the test part that `apply` also gets, for windows to fill. @default 0 */
  readonly warmUp?: number;
  /** Learns from training rows; it is given no others. */
  fit(train: CutColumns<Name>): Model;
  /** Uses what was learnt: one value a row of `rows`, of which those of the warm-up are dropped. */
  apply(model: Model, rows: CutColumns<Name>): ArrayLike<number>;
}

/**
 * Runs a rule out of sample from end to end: for each fold, `fit` sees the training rows only and `apply`
 * the test rows (and `warmUp` rows before them) only, so that parameters cannot look ahead. Within the test
 * part `apply` must itself go row by row; `assertNoLookAhead` checks that.
 *
 * @returns one value a row, NaN before the first test part; and the folds with their models.
 * @throws {RangeError} when columns differ in length or an option is out of range.
 * @throws {TypeError} when `apply` does not give one value a row.
 *
 * @example
 * ```ts
 * import { walkForward } from "./walk_forward.ts";
 * import assert from "node:assert/strict";
 * const { values } = walkForward({ price: [1, 3, 5, 9, 2] }, {
 *   train: 2,
 *   test: 2,
 *   fit: ({ price }) => (price[0]! + price[1]!) / 2,
 *   apply: (mean, { price }) => price.map((p) => p - mean),
 * });
 * assert.deepEqual([...values], [NaN, NaN, 3, 7, -5]);
 * ```
 */
export function walkForward<Name extends string, Model>(
  columns: NamedColumns<Name>,
  plan: WalkForwardPlan<Name, Model>,
): { values: Float64Array; folds: readonly (Fold & { readonly model: Model })[] } {
  const names = Object.keys(columns) as Name[];
  const length = names.length === 0 ? 0 : columns[names[0]!].length;
  const { warmUp = 0, fit, apply } = givenOptions(plan);
  for (const [name, rule] of Object.entries({ fit, apply })) {
    if (typeof rule !== "function") throw new TypeError(`${name} must be a function, got ${rule}`);
  }
  checkWhole("warmUp", warmUp, 0);
  for (const name of names) {
    if (columns[name].length !== length) {
      throw new RangeError(`${name} must have ${length} rows, got ${columns[name].length}`);
    }
    checkNumbers(columns[name], name);
  }
  const values = new Float64Array(length).fill(NaN);
  const folds = walkForwardFolds(length, plan).map((fold) => {
    const model = plan.fit(cut(columns, names, fold.train));
    const from = Math.max(0, fold.test.from - warmUp);
    const found = plan.apply(model, cut(columns, names, { from, to: fold.test.to }));
    if (found.length !== fold.test.to - from) {
      throw new TypeError(
        `apply must give one value a row, got ${found.length} for ${fold.test.to - from} rows`,
      );
    }
    for (let row = fold.test.from; row < fold.test.to; row++) values[row] = found[row - from]!;
    return { ...fold, model };
  });
  return { values, folds };
}

function cut<Name extends string>(
  columns: NamedColumns<Name>,
  names: readonly Name[],
  { from, to }: RowRange,
): CutColumns<Name> {
  const entries = names.map((name) =>
    [
      name,
      Float64Array.from({ length: to - from }, (_, i) => columns[name][from + i] ?? NaN),
    ] as const
  );
  return Object.fromEntries(entries) as CutColumns<Name>;
}
