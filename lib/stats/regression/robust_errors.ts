import { checkWhole } from "../check_whole.ts";
import { largest, powerOfTwo } from "./columns.ts";
import type { LeastSquares } from "./least_squares.ts";
import { tTwoSided } from "../distributions/distributions.ts";

/**
 * Standard errors of the coefficients, in their order: an array of numbers, with the t-values and
 * two-sided p-values (Student's t with the regression's residual degrees of freedom) that go with them.
 */
export class RobustErrors extends Float64Array {
  readonly #params: Float64Array;
  readonly #dfResid: number;

  constructor(errors: ArrayLike<number>, params: Float64Array, dfResid: number) {
    super(errors);
    this.#params = params;
    this.#dfResid = dfResid;
  }

  /** What `map` and `slice` make: plain numbers. */
  static get [Symbol.species](): Float64ArrayConstructor {
    return Float64Array;
  }

  /** The standard errors themselves. */
  get bse(): Float64Array {
    return Float64Array.from(this);
  }

  get tvalues(): Float64Array {
    return this.#params.map((value, j) => value / this[j]!);
  }

  get pvalues(): Float64Array {
    return this.tvalues.map((t) => tTwoSided(t, this.#dfResid));
  }
}

/**
 * White's errors with a correction for few rows (MacKinnon & White, J. Econometrics 29, 1985):
 * `HC1` inflates by n/(n-k), `HC3` divides each residual by one minus its leverage.
 */
export function heteroscedasticErrors(fit: LeastSquares, kind: "HC1" | "HC3"): RobustErrors {
  const basis = fit.basis();
  const resid = fit.resid.map((value) => value / fit.scale);
  if (kind === "HC3") {
    for (let row = 0; row < resid.length; row++) {
      let leverage = 0;
      for (const column of basis) leverage += column[row]! * column[row]!;
      resid[row]! /= 1 - leverage;
    }
  }
  const middle = crossMoments(scores(basis, resid), 0);
  const inflation = kind === "HC1" ? Math.sqrt(fit.nobs / fit.dfResid) : 1;
  return sandwich(fit, middle, inflation);
}

/**
 * Errors good under heteroscedastic and autocorrelated noise (Newey & West, Econometrica 55, 1987):
 * Bartlett weights `1 - l/(maxLags+1)`, no correction for few rows.
 */
export function neweyWestErrors(fit: LeastSquares, maxLags: number): RobustErrors {
  checkWhole("maxLags", maxLags, 0);
  const basis = fit.basis();
  const weighted = scores(basis, fit.resid.map((value) => value / fit.scale));
  const middle = crossMoments(weighted, 0);
  for (let lag = 1; lag <= Math.min(maxLags, fit.nobs - 1); lag++) {
    const moments = crossMoments(weighted, lag);
    const weight = 1 - lag / (maxLags + 1);
    middle.forEach((row, i) => {
      for (let j = 0; j < row.length; j++) {
        row[j]! += weight * (moments[i]![j]! + moments[j]![i]!);
      }
    });
  }
  return sandwich(fit, middle, 1);
}

function scores(basis: readonly Float64Array[], resid: Float64Array): Float64Array[] {
  return basis.map((column) => column.map((value, row) => value * resid[row]!));
}

/** Sums over rows of `scores_i[row] scores_j[row - lag]`. */
function crossMoments(columns: readonly Float64Array[], lag: number): Float64Array[] {
  return columns.map((a) =>
    Float64Array.from(columns, (b) => {
      let sum = 0;
      for (let row = lag; row < a.length; row++) sum += a[row]! * b[row - lag]!;
      return sum;
    })
  );
}

function sandwich(
  fit: LeastSquares,
  middle: readonly Float64Array[],
  inflation: number,
): RobustErrors {
  const errors = Float64Array.from(fit.roots, (root) => {
    const scale = powerOfTwo(largest(root));
    let variance = 0;
    middle.forEach((row, i) => {
      for (let j = 0; j < row.length; j++) {
        variance += root[i]! / scale * row[j]! * (root[j]! / scale);
      }
    });
    return scale * Math.sqrt(Math.max(0, variance)) * inflation;
  });
  return new RobustErrors(errors, fit.params, fit.dfResid);
}
