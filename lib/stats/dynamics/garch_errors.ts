import type { GarchParameters } from "./garch_variance.ts";

type Triple = readonly [number, number, number];

/**
 * Robust standard errors of (omega, alpha, beta): the root of the diagonal of `H⁻¹ J H⁻¹ / n`, J the mean
 * outer product of the scores, H the mean Hessian. Scores by the recursion's own derivatives, H by central
 * differences of them. NaN where H is not positive definite, as at a boundary.
 *
 * T. Bollerslev & J. M. Wooldridge, Econometric Reviews 11 (1992).
 *
 * @param returns of unit size (root mean square 1).
 */
export function garchErrors(
  returns: Float64Array,
  parameters: Required<GarchParameters>,
): Triple {
  const { omega, alpha, beta } = parameters;
  const point: Triple = [omega, alpha, beta];
  const { outer, n } = scores(returns, parameters);
  const hessian = point.map((value, j) => {
    const step = 1e-5 * Math.max(value, 1e-3);
    const shifted = (sign: number) => {
      const [o, a, b] = point.map((v, i) => i === j ? v + sign * step : v) as [
        number,
        number,
        number,
      ];
      return scores(returns, { ...parameters, omega: o, alpha: a, beta: b }).sum;
    };
    const up = shifted(1), down = shifted(-1);
    return up.map((value, i) => -(value - down[i]!) / (2 * step) / n);
  });
  const inverse = invert3(hessian);
  if (inverse === undefined || alpha === 0 || beta === 0) return [NaN, NaN, NaN];
  const error = (i: number) => {
    let sum = 0;
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++) sum += inverse[i]![j]! * outer[j]![k]! / n * inverse[i]![k]!;
    }
    return Math.sqrt(sum / n);
  };
  return [error(0), error(1), error(2)];
}

/** Sum and outer products of the derivatives of the log-likelihood by (omega, alpha, beta). */
function scores(returns: Float64Array, parameters: Required<GarchParameters>) {
  const { omega, alpha, beta, initialVariance } = parameters;
  let h = omega + (alpha + beta) * initialVariance;
  let byOmega = 1, byAlpha = initialVariance, byBeta = initialVariance, n = 0;
  const sum = [0, 0, 0], outer = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  for (let row = 0; row < returns.length; row++) {
    const value = returns[row]!, isKnown = Number.isFinite(value);
    const square = isKnown ? value * value : h;
    if (isKnown) {
      n++;
      const factor = (square / h - 1) / (2 * h);
      const score = [factor * byOmega, factor * byAlpha, factor * byBeta];
      for (let i = 0; i < 3; i++) {
        sum[i]! += score[i]!;
        for (let j = 0; j < 3; j++) outer[i]![j]! += score[i]! * score[j]!;
      }
    }
    // A missing return stands for h itself, so alpha works through it as beta does.
    const carry = isKnown ? beta : alpha + beta;
    byOmega = 1 + carry * byOmega;
    byAlpha = square + carry * byAlpha;
    byBeta = h + carry * byBeta;
    h = omega + alpha * square + beta * h;
  }
  return { sum, outer, n };
}

/** Inverse of a symmetric positive definite matrix of three rows; undefined when it is not. */
function invert3(m: readonly (readonly number[])[]): number[][] | undefined {
  // Differences make it symmetric to rounding only.
  const at = (i: number, j: number) => (m[i]![j]! + m[j]![i]!) / 2;
  const minor = (i: number, j: number) => {
    const [r, s] = [0, 1, 2].filter((k) => k !== i) as [number, number];
    const [c, d] = [0, 1, 2].filter((k) => k !== j) as [number, number];
    return ((i + j) % 2 === 0 ? 1 : -1) * (at(r, c) * at(s, d) - at(r, d) * at(s, c));
  };
  const determinant = at(0, 0) * minor(0, 0) + at(0, 1) * minor(0, 1) + at(0, 2) * minor(0, 2);
  if (!(at(0, 0) > 0 && minor(2, 2) > 0 && determinant > 0)) return undefined;
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => minor(j, i) / determinant));
}
