import { checkWhole } from "../check_whole.ts";
import { givenOptions } from "../given_options.ts";
import { checkAboveZero, copyNumbers } from "../numbers.ts";
import { checkSameLength } from "../rolling/window_options.ts";
import { type LeadLag, readParts } from "./lead_lag.ts";
import { checkBand, type LeadLagBandOptions } from "./lead_lag_band.ts";
import type { LagParts } from "./lag_parts.ts";

/** Most blocks: bounds the work of the tests. */
const MOST_BLOCKS = 400;
const LEAST_ROWS = 4;

/** Options of {@link barLeadLag}. */
export interface BarLeadLagOptions {
  /** Length of a bar, ms, above 0. */
  readonly stepMs: number;
  /** Furthest lag either way, bars; a whole number from 1. */
  readonly maxLag: number;
  /** Asks for the tests that a verdict needs, see `leadLag`; `blockTicks` are bars. */
  readonly band?: LeadLagBandOptions;
}

/**
 * `leadLag` of returns of bars, for markets whose trades are not at hand: the contrast at a lag is the sum of
 * `x_t · y_{t + lag}` about the means of both sides. A bar that is missing on either side counts at no lag where it
 * would be needed, so that nothing reaches over a break. A lead that is shorter than a bar shows as `together`.
 *
 * @param x returns of the first side, in time order; NaN where there is none.
 * @throws {RangeError} when the columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { barLeadLag } from "./bar_lead_lag.ts";
 * import assert from "node:assert/strict";
 * const x = Float64Array.from({ length: 300 }, (_, t) => Math.sin(t * t));
 * const y = x.map((_, t) => x[t - 2] ?? NaN); // the second side repeats the first two bars later
 * const { lagMs, verdict } = barLeadLag(x, y, { stepMs: 60_000, maxLag: 5, band: {} });
 * assert.equal(lagMs, 120_000);
 * assert.equal(verdict, "first leads");
 * ```
 */
export function barLeadLag(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: BarLeadLagOptions,
): LeadLag {
  const { stepMs, maxLag, band } = givenOptions(options);
  checkSameLength(x, y);
  checkAboveZero("stepMs", stepMs);
  checkWhole("maxLag", maxLag, 1);
  if (band !== undefined) checkBand(band);
  const a = deviations(copyNumbers(x, "x")), b = deviations(copyNumbers(y, "y"));
  const lags = Array.from({ length: 2 * maxLag! + 1 }, (_, i) => i - maxLag!);
  const parts = partsOf(a, b, lags, band?.blockTicks);
  const contrast = Float64Array.from(
    lags,
    (_, i) => parts.blocks.reduce((sum, block) => sum + block[i]!, 0),
  );
  const settings = {
    lagsMs: Float64Array.from(lags, (lag) => lag * stepMs!),
    clockUncertaintyMs: 0,
  };
  const variances = { rv1: squares(a, b), rv2: squares(b, a) };
  return readParts(contrast, settings, { variances, parts: () => parts, band });
}

/** About the mean of what is there. */
function deviations(values: Float64Array): Float64Array {
  let sum = 0, n = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    n++;
  }
  return values.map((value) => Number.isFinite(value) ? value - sum / n : NaN);
}

/** Of the bars that both sides have. */
function squares(side: Float64Array, other: Float64Array): number {
  return side.reduce((sum, value, t) => {
    const product = value * other[t]!;
    return product === product ? sum + value * value : sum;
  }, 0);
}

function partsOf(
  a: Float64Array,
  b: Float64Array,
  lags: readonly number[],
  blockRows?: number,
): LagParts {
  const length = a.length, least = blockRows ?? Math.max(LEAST_ROWS, Math.ceil(Math.cbrt(length)));
  const held = Math.max(least, Math.ceil(length / MOST_BLOCKS));
  const blocks: Float64Array[] = [];
  for (let from = 0; from < length; from += held) {
    const to = Math.min(length, from + held);
    blocks.push(Float64Array.from(lags, (lag) => {
      let sum = 0;
      for (let t = Math.max(from, -lag); t < Math.min(to, length - lag); t++) {
        const product = a[t]! * b[t + lag]!;
        if (product === product) sum += product;
      }
      return sum;
    }));
  }
  return { blocks, blockTicks: held };
}
