import { overlapCovariance } from "./overlap_covariance.ts";
import { quantile } from "../rolling/quantile.ts";
import { randomBelow, type RandomSource, seededRandom } from "../seeded_random.ts";
import type { Ticks } from "./ticks.ts";

/** Options of the band by chance of `leadLag`. */
export interface LeadLagBandOptions {
  /** Rearrangements. @default 99 */
  readonly replications?: number;
  /** Chance that a band holds every lag of unrelated sides, strictly between 0 and 1. @default 0.95 */
  readonly level?: number;
  /** Ticks that stay together. @default the cube root of the second side's */
  readonly blockTicks?: number;
  /** Where the randomness comes from. @default seededRandom(1) */
  readonly random?: RandomSource;
}

/** How large a contrast pure chance gives. */
export interface LeadLagBand {
  /** The largest |contrast| over the whole grid stays below this with chance `level` by luck alone. */
  readonly threshold: number;
  /** Chance of a peak as high as the one seen, by luck: `(1 + rearrangements as high) / (1 + all)`. */
  readonly pvalue: number;
  readonly isSignificant: boolean;
  readonly level: number;
  readonly replications: number;
  readonly blockTicks: number;
}

/**
 * How high the contrast's peak would be were the sides unrelated: the intervals of the second side, each
 * with its price change, are cut into blocks and shuffled, and the largest |contrast| over all lags is
 * taken each time. The maximum pays for having looked at many lags; blocks keep bounce and bursts.
 *
 * @throws {RangeError} when an option is out of range.
 */
export function leadLagBand(
  first: Ticks,
  second: Ticks,
  lags: ArrayLike<number>,
  peak: number,
  options: LeadLagBandOptions,
): LeadLagBand {
  const { replications = 99, level = 0.95, random = seededRandom(1) } = options;
  const changes = Math.max(0, second.time.length - 1);
  const { blockTicks = Math.max(1, Math.ceil(Math.cbrt(changes))) } = options;
  if (!(Number.isSafeInteger(replications) && replications > 0)) {
    throw new RangeError(`replications must be a whole number above 0, got ${replications}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level must lie strictly between 0 and 1, got ${level}`);
  }
  if (!(Number.isSafeInteger(blockTicks) && blockTicks > 0)) {
    throw new RangeError(`blockTicks must be a whole number above 0, got ${blockTicks}`);
  }
  const peaks = Float64Array.from({ length: replications }, () => {
    const shuffled = shuffleBlocks(second, blockTicks, random);
    let highest = 0;
    for (let i = 0; i < lags.length; i++) {
      highest = Math.max(highest, Math.abs(overlapCovariance(first, shuffled, lags[i]!)));
    }
    return highest;
  });
  const asHigh = peaks.reduce((count, value) => value >= peak ? count + 1 : count, 0);
  const pvalue = (1 + asHigh) / (1 + replications);
  // 1 - level is a hair above the decimal meant, and a p-value equal to it must not pass.
  const isSignificant = pvalue < 1 - level - 1e-12;
  const threshold = quantile(peaks, level);
  return { threshold, pvalue, isSignificant, level, replications, blockTicks };
}

/** The same beginning and the same intervals with their changes, in another order of blocks. */
function shuffleBlocks({ time, price }: Ticks, size: number, random: RandomSource): Ticks {
  const blocks = Math.ceil((time.length - 1) / size);
  const order = Uint32Array.from({ length: Math.max(0, blocks) }, (_, block) => block);
  for (let i = order.length - 1; i > 0; i--) {
    const j = randomBelow(i + 1, random), held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  const times = time.slice(), prices = price.slice();
  let at = 0;
  for (const block of order) {
    const end = Math.min((block + 1) * size, time.length - 1);
    for (let tick = block * size; tick < end; tick++) {
      times[at + 1] = times[at]! + (time[tick + 1]! - time[tick]!);
      prices[at + 1] = prices[at]! + (price[tick + 1]! - price[tick]!);
      at++;
    }
  }
  return { time: times, price: prices };
}
