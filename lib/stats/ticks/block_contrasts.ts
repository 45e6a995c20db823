import type { Ticks } from "./ticks.ts";

/** Ticks of one side, as numbered by a {@link TickWindow}. */
export interface NumberedTicks extends Ticks {
  /** Number of the oldest. */
  readonly first: number;
}

/**
 * Hayashi–Yoshida covariances of a moving window at many lags, without going through all ticks each time.
 * The sum at a lag runs over the price changes of the first side, each times what the second side did over
 * an interval that overlaps. Changes are kept in blocks of a fixed number: once both sides have passed the
 * whole of a block at a lag, its sum never changes, and is kept until its ticks leave the window. What
 * stands before the first whole block and after the last is summed anew.
 *
 * Reading costs O(lags × (ticks / block + 2 block)); memory is a number a block and lag.
 */
export class BlockContrasts {
  readonly #lags: ArrayLike<number>;
  readonly #size: number;
  /** Sums of whole blocks by number, a value for each lag; NaN where not yet known. */
  readonly #blocks = new Map<number, Float64Array>();

  /** @param size price changes in a block. */
  constructor(lags: ArrayLike<number>, size = 64) {
    this.#lags = lags;
    this.#size = size;
  }

  /** Blocks kept. */
  get length(): number {
    return this.#blocks.size;
  }

  /**
   * The covariance at each lag.
   *
   * @param settled ticks before this time will not be replaced any more.
   */
  read(first: NumberedTicks, second: Ticks, settled: number): Float64Array {
    this.#forget(first.first + 1);
    const contrasts = new Float64Array(this.#lags.length).fill(NaN);
    if (first.time.length < 2 || second.time.length < 2) return contrasts;
    // Changes and ticks that a block may rest on.
    const lastChange = lowerBound(first.time, 0, settled) - 1;
    const lastTick = lowerBound(second.time, 0, settled) - 1;
    for (let index = 0; index < contrasts.length; index++) {
      contrasts[index] = this.#sum(index, first, second, lastChange, lastTick);
    }
    return contrasts;
  }

  #sum(
    index: number,
    first: NumberedTicks,
    second: Ticks,
    lastChange: number,
    lastTick: number,
  ): number {
    const lag = this.#lags[index]!, { time: t } = first, { time: s } = second;
    // Changes outside these meet nothing: they end before the second side begins or begin after its end.
    const from = Math.max(1, upperBound(t, lag, s[0]!));
    const to = Math.min(t.length - 1, lowerBound(t, lag, s[s.length - 1]!));
    // Changes that lie within the settled ticks of the second side from their beginning to their end.
    const inner = Math.max(1, lowerBound(t, lag, s[0]!) + 1);
    const outer = lastTick < 0 ? 0 : Math.min(lastChange, upperBound(t, lag, s[lastTick]!) - 1);
    const size = this.#size;
    const firstBlock = Math.ceil((first.first + Math.max(from, inner)) / size);
    const endBlock = Math.floor((first.first + outer + 1) / size);
    if (firstBlock >= endBlock) return sumChanges(first, second, lag, from, to);
    const start = firstBlock * size - first.first, end = endBlock * size - first.first;
    let sum = sumChanges(first, second, lag, from, start - 1);
    for (let block = firstBlock; block < endBlock; block++) {
      let sums = this.#blocks.get(block);
      if (sums === undefined) {
        this.#blocks.set(block, sums = new Float64Array(this.#lags.length).fill(NaN));
      }
      if (Number.isNaN(sums[index])) {
        const at = block * size - first.first;
        sums[index] = sumChanges(first, second, lag, at, at + size - 1);
      }
      sum += sums[index]!;
    }
    return sum + sumChanges(first, second, lag, end, to);
  }

  /** Forgets the blocks that hold a change before this one. */
  #forget(change: number): void {
    for (const block of this.#blocks.keys()) {
      if (block * this.#size < change) this.#blocks.delete(block);
    }
  }
}

/** The part of `overlapCovariance` that belongs to the changes `from..to` of the first side. */
export function sumChanges(
  first: Ticks,
  second: Ticks,
  lag: number,
  from: number,
  to: number,
): number {
  if (from > to) return 0;
  const { time: t, price: x } = first, { time: s, price: y } = second;
  const last = s.length - 1;
  let sum = 0, next = Math.min(last, lowerBound(s, 0, t[from - 1]! + lag));
  for (let tick = from; tick <= to; tick++) {
    const begin = s[next]! <= t[tick - 1]! + lag || next === 0 ? next : next - 1;
    const end = t[tick]! + lag;
    while (next < last && s[next]! < end) next++;
    sum += (x[tick]! - x[tick - 1]!) * (y[next]! - y[begin]!);
  }
  return sum;
}

/** First place whose value, moved by `shift`, is not below `bound`; the length where all are. */
function lowerBound(values: Float64Array, shift: number, bound: number): number {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! + shift < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First place whose value, moved by `shift`, is above `bound`; the length where none is. */
function upperBound(values: Float64Array, shift: number, bound: number): number {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! + shift <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
