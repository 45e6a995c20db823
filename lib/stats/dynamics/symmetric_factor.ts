/** The lower factor L of a positive definite matrix, `L L'`, with what is read off it. */
export interface SymmetricFactor {
  /** ln det. */
  readonly logDeterminant: number;
  /** `v' M⁻¹ v`. */
  quadratic(v: ArrayLike<number>): number;
}

/**
 * Cholesky's factor of a small symmetric matrix given as rows (the lower half is read); undefined when it
 * is not positive definite to rounding.
 *
 * @example
 * ```ts
 * import { symmetricFactor } from "./symmetric_factor.ts";
 * import assert from "node:assert/strict";
 * const factor = symmetricFactor([[4, 2], [2, 5]])!;
 * assert.equal(factor.logDeterminant.toFixed(12), Math.log(16).toFixed(12));
 * assert.equal(factor.quadratic([2, 1]), 1);
 * assert.equal(symmetricFactor([[1, 2], [2, 1]]), undefined);
 * ```
 */
export function symmetricFactor(
  matrix: readonly (ArrayLike<number>)[],
): SymmetricFactor | undefined {
  const size = matrix.length;
  const lower: Float64Array[] = [];
  let logDeterminant = 0;
  for (let i = 0; i < size; i++) {
    const row = new Float64Array(size);
    lower.push(row);
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= row[k]! * lower[j]![k]!;
      if (j < i) row[j] = rest / lower[j]![j]!;
      else if (!(rest > 1e-14 * matrix[i]![i]!)) return undefined;
      else {
        row[i] = Math.sqrt(rest);
        logDeterminant += Math.log(rest);
      }
    }
  }
  const solved = new Float64Array(size);
  return {
    logDeterminant,
    quadratic(v) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        let rest = v[i]!;
        for (let k = 0; k < i; k++) rest -= lower[i]![k]! * solved[k]!;
        solved[i] = rest / lower[i]![i]!;
        sum += solved[i]! * solved[i]!;
      }
      return sum;
    },
  };
}
