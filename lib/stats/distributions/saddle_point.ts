const HALF_LN_TWO_PI = 0.918938533204672741780329736406;

/**
 * What Stirling's formula leaves out: `ln Γ(n + 1) - (n + 1/2) ln n + n - ln √(2π)`, for n > 0.
 * The asymptotic series from 16 on, the recurrence below it.
 */
export function stirlingError(n: number): number {
  let error = 0;
  // Γ itself is exact enough for so few, and the recurrence would lose the digits of 1/n there.
  if (n < 1e-8) return -(n + 0.5) * Math.log(n) + n - HALF_LN_TWO_PI;
  for (; n < 16; n++) error += (n + 0.5) * Math.log1p(1 / n) - 1;
  const square = 1 / (n * n);
  const series = 1 / 12 -
    square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 -
                    square * 691 / 360360))));
  return error + series / n;
}

/** The deviance `x ln(x / m) + m - x`, without cancellation for x near m; both positive. */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * `m^x e^-m / Γ(x + 1)` for real x > 0: the Poisson probability, relative error about 1e-16 times its
 * own logarithm at any size, where `exp` of a difference of log-gammas would lose log10(x) digits more.
 *
 * C. Loader, "Fast and accurate computation of binomial probabilities", 2000 (saddle-point expansion).
 */
export function poissonDensity(x: number, m: number): number {
  return Math.exp(-stirlingError(x) - deviance(x, m)) / Math.sqrt(2 * Math.PI * x);
}

/**
 * `Γ(a+b+1) / (Γ(a+1) Γ(b+1)) p^a q^b` for real a, b > 0 and p + q = 1, likewise. Both p and q are
 * asked for because 1 - p would lose the digits of a small q.
 */
export function binomialDensity(a: number, b: number, p: number, q: number): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) -
    deviance(a, n * p) - deviance(b, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * a * b));
}
