import { givenOptions } from "../stats/given_options.ts";
import { checkAboveZero, checkNumber } from "../stats/numbers.ts";
import type { OrnsteinUhlenbeck } from "../stats/stationarity/ornstein_uhlenbeck.ts";

/** Where to trade a spread that returns. NaN where it does not. */
export interface OptimalThresholds {
  /** Distance from `mu` at which a position is opened against the deviation, and turned at the other side. */
  readonly distance: number;
  /** The same in long-run standard deviations. */
  readonly z: number;
  /** Levels of the spread: long at or below, short at or above. */
  readonly long: number;
  readonly short: number;
  /** Bars that a round trip from one level to the other and back takes on average. */
  readonly cycle: number;
  /** Profit a bar that is expected, after costs, units of the spread. */
  readonly profit: number;
}

/** Beyond this many long-run deviations nothing is traded in a lifetime. */
const FURTHEST = 6;

/**
 * The thresholds that earn most a bar from an Ornstein–Uhlenbeck spread that is held long from the lower to
 * the upper one and short on the way back: of all distances d the one with the largest `2 (2 d - cost) /
 * cycle`, the cycle from one to the other and back being `2 π / θ · erfi(d √θ / σ)`. By golden section, O(1).
 *
 * They are for the constants given, as if these were known: those of a training part only look good on it.
 *
 * W. K. Bertram, Physica A 389 (2010), eq. 8 to 12.
 *
 * @param process from `ornsteinUhlenbeck`.
 * @param options.cost cost of a round trip in one unit of the spread, above 0: what opening and closing both
 * legs costs. Without any the best would be to trade without end.
 * @throws {RangeError} when `cost` is not above 0.
 *
 * @example
 * ```ts
 * import { optimalThresholds } from "./optimal_thresholds.ts";
 * import assert from "node:assert/strict";
 * const process = { theta: 0.1, mu: 0, sigma: Math.sqrt(0.2) }; // a long-run deviation of 1
 * const cheap = optimalThresholds(process, { cost: 0.01 }), dear = optimalThresholds(process, { cost: 1 });
 * assert.deepEqual([cheap.z.toFixed(3), dear.z.toFixed(3)], ["0.248", "1.264"]);
 * ```
 */
export function optimalThresholds(
  process: Pick<OrnsteinUhlenbeck, "theta" | "mu" | "sigma">,
  options: { readonly cost: number },
): OptimalThresholds {
  const { cost } = givenOptions(options);
  checkAboveZero("cost", cost);
  const { theta, mu, sigma } = process;
  for (const [name, value] of Object.entries({ theta, mu, sigma })) checkNumber(name, value);
  const sd = sigma / Math.sqrt(2 * theta);
  if (!(theta > 0 && sigma > 0 && sd < Infinity && Number.isFinite(mu))) {
    return { distance: NaN, z: NaN, long: NaN, short: NaN, cycle: NaN, profit: NaN };
  }
  const lost = cost! / sd;
  // In long-run deviations: d √θ / σ = z / √2.
  const profitAt = (z: number) => theta * (2 * z - lost) / (Math.PI * erfi(z / Math.SQRT2));
  const z = lost / 2 >= FURTHEST ? NaN : goldenSection(profitAt, lost / 2, FURTHEST);
  return {
    distance: z * sd,
    z,
    long: mu - z * sd,
    short: mu + z * sd,
    cycle: 2 * Math.PI / theta * erfi(z / Math.SQRT2),
    profit: profitAt(z) * sd,
  };
}

/** `2/√π ∫₀ˣ exp(t²) dt`, by its series of positive terms. */
function erfi(x: number): number {
  let term = x, sum = x;
  for (let k = 1; k < 500 && term > 1e-17 * sum; k++) {
    term *= x * x / k;
    sum += term / (2 * k + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

/** Where a function with one peak between two points has it. */
function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = from, high = to;
  for (let step = 0; step < 80; step++) {
    const left = high - ratio * (high - low), right = low + ratio * (high - low);
    if (f(left) < f(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}
