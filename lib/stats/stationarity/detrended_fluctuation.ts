import type { ScalingLaw } from "./scaling_law.ts";

/** Shortest box: a line through fewer points leaves next to nothing. */
const SHORTEST = 4;
/** Each box is this many times the one before. */
const GROWTH = 1.2;

/**
 * Detrended fluctuation of `x`, taken as the profile (the running sum) of its steps: the root mean square
 * about the straight line of each box, over boxes that overlap by half, for box sizes from 4 rows, growing
 * by a fifth, to a tenth of the series.
 *
 * Source: Peng et al., Phys. Rev. E 49, 1994 (DFA-1).
 */
export function fluctuations(x: Float64Array): ScalingLaw {
  const law: ScalingLaw = { sizes: [], values: [] };
  let last = 0;
  for (let exact = SHORTEST; exact <= x.length / 10; exact *= GROWTH) {
    const size = Math.floor(exact);
    if (size === last) continue;
    last = size;
    law.sizes.push(size);
    law.values.push(fluctuation(x, size));
  }
  return law;
}

function fluctuation(x: Float64Array, size: number): number {
  const centre = (size - 1) / 2;
  const spread = size * (size * size - 1) / 12;
  const stride = Math.floor(size / 2);
  let sum = 0, boxes = 0;
  for (let start = 0; start + size <= x.length; start += stride) {
    let level = 0, tilt = 0;
    const anchor = x[start]!;
    for (let i = 0; i < size; i++) {
      level += x[start + i]! - anchor;
      tilt += (x[start + i]! - anchor) * (i - centre);
    }
    level /= size;
    tilt /= spread;
    let squares = 0;
    for (let i = 0; i < size; i++) {
      squares += (x[start + i]! - anchor - level - tilt * (i - centre)) ** 2;
    }
    sum += Math.sqrt(squares / size);
    boxes++;
  }
  return sum / boxes;
}
