import { sumChanges } from "./block_contrasts.ts";
import type { Ticks } from "./ticks.ts";

/** Most blocks: bounds the memory and work of tests that go through all of them. */
const MOST_BLOCKS = 400;

/** The contrast at each lag as a sum over blocks of time, in their order. */
export interface LagParts {
  /** A value for each lag, for each block. */
  readonly blocks: readonly Float64Array[];
  /** Ticks of the slower side in a block. */
  readonly blockTicks: number;
}

/**
 * Cuts the contrasts of the first side's price changes into blocks that hold `blockTicks` ticks of the slower
 * side each, so that what neighbouring changes share stays together: a change of the faster side meets the
 * same slow interval as the next.
 *
 * @param blockTicks @default the cube root of the slower side's ticks
 */
export function overlapParts(
  first: Ticks,
  second: Ticks,
  lags: ArrayLike<number>,
  blockTicks?: number,
): LagParts {
  const slower = first.time.length <= second.time.length ? first : second;
  const ticks = blockTicks ?? Math.max(1, Math.ceil(Math.cbrt(slower.time.length - 1)));
  const held = Math.max(ticks, Math.ceil((slower.time.length - 1) / MOST_BLOCKS));
  const blocks: Float64Array[] = [];
  let from = 1;
  for (let cut = held; from < first.time.length; cut += held) {
    const end = slower.time[cut] ?? Infinity;
    let to = from;
    while (to < first.time.length && first.time[to]! <= end) to++;
    if (to === from) continue;
    const start = from, last = to - 1;
    blocks.push(Float64Array.from(lags, (lag) => sumChanges(first, second, lag, start, last)));
    from = to;
  }
  return { blocks, blockTicks: held };
}
