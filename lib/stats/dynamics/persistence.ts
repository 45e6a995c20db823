import { normalSurvival } from "../distributions/distributions.ts";

/** How fast the past is forgotten; the best of these is taken, and paid for. */
const DECAYS = [0.5, 0.9, 0.97];

/**
 * One-sided p-value of "what came before says nothing about how large the next value is", against values that
 * follow their own exponentially weighted past: `z = Σ w_t m_t / √(Σ w_t² m_t²)`, `m_t = w_(t-1) + λ m_(t-1)`,
 * for three λ, times three. Each is the score test of a GARCH or DCC recursion whose news weight is 0, with errors
 * that allow for values of uneven size. O(n).
 *
 * @param values of mean 0; NaN where one is missing.
 */
export function persistencePValue(values: Float64Array): number {
  let least = 1;
  for (const decay of DECAYS) {
    let past = 0, sum = 0, squares = 0;
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!;
      past *= decay;
      if (value - value !== 0) continue;
      const product = value * past / decay;
      sum += product;
      squares += product * product;
      past += value;
    }
    if (squares > 0) least = Math.min(least, normalSurvival(sum / Math.sqrt(squares)));
  }
  return Math.min(1, DECAYS.length * least);
}
