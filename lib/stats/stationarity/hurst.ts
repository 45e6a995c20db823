import { type Column, gapless, scaledDown } from "../regression/columns.ts";
import { CoMoments } from "../rolling/co_moments.ts";
import { fluctuations } from "./detrended_fluctuation.ts";
import type { ScalingLaw } from "./scaling_law.ts";
import { expectedRescaledRange, rescaledRanges } from "./rescaled_range.ts";

/** Fewest values for an exponent. */
const LEAST = 100;

/** Options of {@link hurst}. */
export interface HurstOptions {
  /**
   * `structure-function`: sd of differences over τ rows. `dfa`: detrended fluctuation analysis with
   * straight lines. `rescaled-range`: Hurst's R/S. @default "structure-function"
   */
  readonly method?: "structure-function" | "dfa" | "rescaled-range";
  /** Shortest and longest τ of the structure function. @default [2, 20] */
  readonly lags?: readonly [number, number];
}

/** A Hurst exponent. */
export interface HurstResult {
  /**
   * Slope of log measure on log size: 0.5 for a random walk, less for reversion, more for trend. NaN with
   * fewer than 100 values.
   */
  readonly value: number;
  /**
   * For R/S: the exponent freed of its bias in short series, `value - (slope expected of independent
   * steps) + 0.5`. Otherwise `value`. Call nothing trending on an uncorrected R/S.
   */
  readonly corrected: number;
  readonly method: "structure-function" | "dfa" | "rescaled-range";
  /** What the slope was drawn through. */
  readonly law: ScalingLaw;
}

/**
 * The Hurst exponent of a level series (a log price, a spread), read from how its movement grows with
 * the horizon. By default the slope of `ln sd0(x_{t+τ} - x_t)` on `ln τ`, τ = 2..20, over the pairs that
 * are both finite; the other methods need every value. NaN with fewer than 100 values, or where a scale
 * shows no movement.
 *
 * Sources: Mandelbrot, Fractals and Scaling in Finance, 1997 (structure function); Peng et al., Phys. Rev.
 * E 49, 1994 (DFA); Hurst 1951 with Anis & Lloyd, Biometrika 63, 1976 and Peters, 1994 (R/S).
 *
 * @throws {StatisticsError} `missing` for dfa and rescaled-range.
 * @throws {RangeError} when an option is none of its values.
 *
 * @example
 * ```ts
 * import { hurst } from "./hurst.ts";
 * import assert from "node:assert/strict";
 * const line = Float64Array.from({ length: 300 }, (_, t) => t * Math.sqrt(t));
 * assert.ok(hurst(line).value > 0.95, "a trend");
 * const noise = Float64Array.from({ length: 300 }, (_, t) => Math.sin(t * t));
 * assert.ok(hurst(noise).value < 0.05, "no memory of its level");
 * ```
 */
export function hurst(x: Column, options: HurstOptions = {}): HurstResult {
  const { method = "structure-function", lags = [2, 20] } = options;
  const { values, unit } = scaledDown(x);
  let known = 0;
  for (const value of values) if (Number.isFinite(value)) known++;
  const slope = (law: ScalingLaw) => known < LEAST ? NaN : logSlope(law);
  if (method === "structure-function" || method === "dfa") {
    const law = method === "dfa"
      ? fluctuations(gapless(values, "x"))
      : structureFunction(values, lags);
    const value = slope(law);
    law.values.forEach((measure, i) => law.values[i] = measure * unit);
    return { value, corrected: value, method, law };
  }
  if (method !== "rescaled-range") {
    throw new RangeError(
      `method must be "structure-function", "dfa" or "rescaled-range", got ${method}`,
    );
  }
  const law = rescaledRanges(gapless(values, "x"));
  const value = slope(law);
  const expected = slope({ sizes: law.sizes, values: law.sizes.map(expectedRescaledRange) });
  return { value, corrected: value - expected + 0.5, method, law };
}

function structureFunction(x: Column, lags: readonly [number, number]): ScalingLaw {
  const [shortest, longest] = lags;
  if (!(Number.isSafeInteger(shortest) && Number.isSafeInteger(longest) && shortest >= 1)) {
    throw new RangeError(`lags must be whole numbers of at least 1, got ${lags}`);
  }
  if (longest <= shortest) throw new RangeError(`lags must ascend, got ${lags}`);
  const law: ScalingLaw = { sizes: [], values: [] };
  for (let lag = shortest; lag <= longest; lag++) {
    const moments = new CoMoments();
    for (let row = lag; row < x.length; row++) {
      const step = x[row]! - x[row - lag]!;
      if (Number.isFinite(step)) moments.add(step, step);
    }
    law.sizes.push(lag);
    law.values.push(Math.sqrt(moments.xx / moments.n));
  }
  return law;
}

/** Slope of ln value on ln size; NaN when a value is not above 0. */
function logSlope({ sizes, values }: ScalingLaw): number {
  const moments = new CoMoments();
  if (values.some((value) => !(value > 0 && value < Infinity))) return NaN;
  sizes.forEach((size, i) => moments.add(Math.log(size), Math.log(values[i]!)));
  return moments.n >= 2 ? moments.xy / moments.xx : NaN;
}
