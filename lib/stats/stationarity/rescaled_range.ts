import { mean } from "../regression/columns.ts";
import { stirlingError } from "../distributions/saddle_point.ts";
import type { ScalingLaw } from "./scaling_law.ts";

/**
 * Mean rescaled range of the steps of `x` in blocks of 8, 16, 32, … rows, as long as a block fits: the
 * range of the running sum about the block's mean, over its sd (ddof 0). Blocks without movement are
 * left out.
 */
export function rescaledRanges(x: Float64Array): ScalingLaw {
  const steps = Float64Array.from(
    { length: Math.max(0, x.length - 1) },
    (_, t) => x[t + 1]! - x[t]!,
  );
  const law: ScalingLaw = { sizes: [], values: [] };
  for (let size = 8; size <= steps.length; size *= 2) {
    const ranges: number[] = [];
    for (let start = 0; start + size <= steps.length; start += size) {
      const range = rescaledRange(steps.subarray(start, start + size));
      if (range > 0) ranges.push(range);
    }
    law.sizes.push(size);
    law.values.push(mean(ranges));
  }
  return law;
}

function rescaledRange(steps: Float64Array): number {
  const centre = mean(steps);
  let sum = 0, low = 0, high = 0, squares = 0;
  for (const step of steps) {
    sum += step - centre;
    low = Math.min(low, sum);
    high = Math.max(high, sum);
    squares += (step - centre) ** 2;
  }
  return (high - low) / Math.sqrt(squares / steps.length);
}

/**
 * What independent normal steps give on average in a block of `n`:
 * `Γ((n-1)/2) / (√π Γ(n/2)) Σ_{i<n} √((n-i)/i)`.
 *
 * Source: Anis & Lloyd, Biometrika 63, 1976.
 */
export function expectedRescaledRange(n: number): number {
  let sum = 0;
  for (let i = 1; i < n; i++) sum += Math.sqrt((n - i) / i);
  return gammaRatio((n - 1) / 2) * sum / Math.sqrt(Math.PI);
}

/** Γ(a) / Γ(a + 1/2). */
function gammaRatio(a: number): number {
  const logGamma = (z: number) =>
    (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + stirlingError(z);
  return Math.exp(logGamma(a) - logGamma(a + 0.5));
}
