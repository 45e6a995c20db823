/** From here on the asymptotic series below are exact to a double. */
const FAR = 8;

/**
 * `ln Γ(x)` for x above 0, by Stirling's series after steps up the recurrence.
 *
 * Abramowitz & Stegun, Handbook of Mathematical Functions, 6.1.41.
 *
 * @example
 * ```ts
 * import { logGamma } from "./log_gamma.ts";
 * import assert from "node:assert/strict";
 * assert.ok(Math.abs(logGamma(5) - Math.log(24)) < 1e-14);
 * ```
 */
export function logGamma(x: number): number {
  let product = 1;
  for (; x < FAR; x++) product *= x;
  const s = 1 / (x * x);
  const series = 1 / 12 -
    s *
      (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360_360 - s / 156)))));
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series / x - Math.log(product);
}

/** The derivative of {@link logGamma}, for x above 0. Abramowitz & Stegun 6.3.18. */
export function digamma(x: number): number {
  let sum = 0;
  for (; x < FAR; x++) sum -= 1 / x;
  const s = 1 / (x * x);
  const series = s *
    (1 / 12 -
      s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32_760 - s / 12))))));
  return sum + Math.log(x) - 1 / (2 * x) - series;
}
