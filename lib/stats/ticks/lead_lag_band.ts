import { quantile } from "../rolling/quantile.ts";
import { type RandomSource, seededRandom } from "../seeded_random.ts";
import type { LagParts } from "./lag_parts.ts";

/** Options of the tests of `leadLag`. */
export interface LeadLagBandOptions {
  /** Draws of signs. @default 499 */
  readonly replications?: number;
  /**
   * Chance that the band holds every lag of unrelated sides, and that the interval holds the lag; strictly
   * between 0 and 1. @default 0.95
   */
  readonly level?: number;
  /** Ticks of the slower side that stay together. @default the cube root of all of them */
  readonly blockTicks?: number;
  /** Where the randomness comes from. @default seededRandom(1) */
  readonly random?: RandomSource;
}

/** How large a contrast pure chance gives. */
export interface LeadLagBand {
  /** The largest |contrast| over the whole grid stays below this with chance `level` by luck alone. */
  readonly threshold: number;
  /** Chance of a peak as high as the one seen, by luck: `(1 + draws as high) / (1 + all)`. */
  readonly pvalue: number;
  readonly isSignificant: boolean;
  readonly level: number;
  readonly replications: number;
  readonly blockTicks: number;
}

/** The lags that may well be the true one. */
export interface LagInterval {
  /** The least and the largest of them, ms; the peak's own lies between. */
  readonly loMs: number;
  readonly hiMs: number;
  readonly level: number;
}

/** Contrasts with signs at random: for each draw a value a lag, and the sum of its signs. */
interface Draw {
  readonly contrast: Float64Array;
  readonly signs: number;
}

/** Both tests of a peak. */
export interface LeadLagTests {
  readonly band: LeadLagBand;
  readonly interval: LagInterval;
}

/**
 * How high the peak would be were the sides unrelated, and which lags it may belong to.
 *
 * **Band.** Each block's part of the contrast keeps its place and its size and gets a sign at random, the same
 * at all lags; the largest |contrast| over all lags is taken each time (a wild bootstrap of blocks:
 * C. F. J. Wu, Annals of Statistics 14, 1986; X. Shao, JASA 105, 2010). So the hours that are violent on both
 * sides stay where they are, which moving blocks in time would pull apart; bounce and bursts stay within their
 * block; and the maximum pays for having looked at many lags.
 *
 * **Interval.** Where the peak comes to lie when each block's part, less the mean of all, is added to the contrast
 * once more with a random sign: the middle `level` of those places (block bootstrap). Where the contrast is flat about its peak, as with slow ticks or bounce, the place jumps,
 * and the interval is as wide as the plateau.
 *
 * O(draws × blocks × lags), at most 400 blocks.
 *
 * @throws {RangeError} when an option is out of range.
 */
export function testPeak(
  { blocks, blockTicks }: LagParts,
  lagsMs: Float64Array,
  contrast: Float64Array,
  peak: number,
  options: LeadLagBandOptions,
): LeadLagTests {
  const { replications = 499, level = 0.95, random = seededRandom(1) } = options;
  const draws = Array.from({ length: replications }, () => drawSigns(blocks, contrast, random));
  const height = Math.abs(contrast[peak]!);
  const peaks = Float64Array.from(draws, (draw) => largestOf(draw.contrast));
  const asHigh = peaks.reduce((count, value) => value >= height ? count + 1 : count, 0);
  const pvalue = (1 + asHigh) / (1 + replications);
  const band = {
    threshold: quantile(peaks, level),
    pvalue,
    // 1 - level is a hair above the decimal meant, and a p-value equal to it must not pass.
    isSignificant: pvalue < 1 - level - 1e-12,
    level,
    replications,
    blockTicks,
  };
  const places = placesOfPeak(peak, contrast, draws, blocks.length).map((lag) => lagsMs[lag]!);
  const interval = {
    loMs: Math.min(lagsMs[peak]!, quantile(places, (1 - level) / 2)),
    hiMs: Math.max(lagsMs[peak]!, quantile(places, (1 + level) / 2)),
    level,
  };
  return { band, interval };
}

/** @throws {RangeError} when an option is out of range. */
export function checkBand(options: LeadLagBandOptions): void {
  const { replications = 499, level = 0.95, blockTicks = 1 } = options;
  if (!(Number.isSafeInteger(replications) && replications > 0)) {
    throw new RangeError(`replications must be a whole number above 0, got ${replications}`);
  }
  if (!(Number.isSafeInteger(blockTicks) && blockTicks > 0)) {
    throw new RangeError(`blockTicks must be a whole number above 0, got ${blockTicks}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
}

function drawSigns(
  blocks: readonly Float64Array[],
  contrast: Float64Array,
  random: RandomSource,
): Draw {
  const drawn = new Float64Array(contrast.length);
  let signs = 0;
  for (const block of blocks) {
    const sign = random() < 0.5 ? -1 : 1;
    signs += sign;
    for (let lag = 0; lag < drawn.length; lag++) drawn[lag]! += sign * block[lag]!;
  }
  return { contrast: drawn, signs };
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

/** Where the peak lies in each draw added to the contrast: indices of lags. */
function placesOfPeak(
  peak: number,
  contrast: Float64Array,
  draws: readonly Draw[],
  blocks: number,
): Float64Array {
  const side = Math.sign(contrast[peak]!);
  return Float64Array.from(draws, ({ contrast: drawn, signs }) => {
    let highest = -Infinity, at = peak;
    for (let lag = 0; lag < drawn.length; lag++) {
      const height = side * (contrast[lag]! + drawn[lag]! - signs / blocks * contrast[lag]!);
      if (height > highest) {
        highest = height;
        at = lag;
      }
    }
    return at;
  });
}
