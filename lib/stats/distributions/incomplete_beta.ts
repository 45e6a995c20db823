import { binomialDensity } from "./saddle_point.ts";

/** More steps than convergence ever takes for shapes within 1e9: about 4 √(a + b). */
const STEPS = 200_000;

/**
 * Regularised incomplete beta function `I_p(a, b)`, with its relative precision kept in the lower tail:
 * about 1e-13 down to the smallest doubles.
 *
 * The continued fraction of DiDonato & Morris (ACM TOMS 18, 1992, formula 9) in Lentz' evaluation, times
 * Loader's saddle-point factor.
 *
 * @param p within 0..1, and `q = 1 - p` beside it: whichever is small must be given with its own digits.
 * @param a first shape, above 0.
 * @param b second shape, above 0.
 */
export function incompleteBeta(p: number, q: number, a: number, b: number): number {
  if (Number.isNaN(p + q) || !(a > 0 && b > 0)) return NaN;
  if (p <= 0) return 0;
  if (q <= 0) return 1;
  const lower = p <= (a + 1) / (a + b + 2);
  return lower ? fraction(p, q, a, b) : 1 - fraction(q, p, b, a);
}

function fraction(p: number, q: number, a: number, b: number): number {
  // p^a q^b / B(a, b), from the binomial probability.
  const front = binomialDensity(a, b, p, q) * (a * b / (a + b));
  // a - (a + b) p, from whichever of p and q says it without cancellation.
  const distance = a > b ? (a + b) * q - b : a - (a + b) * p;
  const first = 1 + 1 / a;
  let d = first / (distance + 1);
  let c = Infinity;
  let value = d;
  let t = 0;
  for (let k = 1; k < STEPS; k++) {
    const w = k * (b - k) * p;
    const e = a / (a + 2 * k - 1);
    const alpha = (1 + t) * (1 + t + b / a) * e * e * (w * p);
    // (1 + t) above is that of the step before; from here on this step's.
    t = k / a;
    const beta = k + w / (a + 2 * k - 1) +
      (t + 1) / (first + 2 * t) * (distance + 1 + k * (1 + q));
    d = 1 / (beta + alpha * d);
    c = beta + alpha / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 2e-16) break;
  }
  return front * value;
}
