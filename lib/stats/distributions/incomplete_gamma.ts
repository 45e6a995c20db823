import { poissonDensity } from "./saddle_point.ts";

/** More steps than convergence ever takes for shapes within 1e9: about 6 √shape. */
const STEPS = 200_000;

/**
 * Regularised upper incomplete gamma function `Q(a, x) = Γ(a, x) / Γ(a)`, with its relative precision
 * kept in the tail: about 1e-13 down to the smallest doubles.
 *
 * Power series below `a + 1`, Legendre's continued fraction above (W. J. Lentz' evaluation), both times
 * Loader's saddle-point factor.
 *
 * @param a shape, above 0.
 * @param x 0 or more; Infinity gives 0.
 */
export function upperGamma(a: number, x: number): number {
  if (Number.isNaN(x) || !(a > 0)) return NaN;
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : a * poissonDensity(a, x) * upperFraction(a, x);
}

/** `P(a, x) = 1 - Q(a, x)`, likewise precise where it is small. */
export function lowerGamma(a: number, x: number): number {
  if (Number.isNaN(x) || !(a > 0)) return NaN;
  if (x <= 0) return 0;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperGamma(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1, sum = 1;
  for (let k = 1; k < STEPS; k++) {
    term *= x / (a + k);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return poissonDensity(a, x) * sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < STEPS; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 2e-16) break;
  }
  return value;
}
