/**
 * The bars' open times of several series as one axis: position `i` is the `i`-th of them. Positions may lie
 * between and beyond the times. Charts that share an axis show the same moment at the same place, though
 * each misses other bars.
 */
export class TimeAxis {
  /** Epoch ms UTC, ascending, each once. */
  readonly times: readonly number[];
  readonly stepMs: number;
  readonly #positions: ReadonlyMap<number, number>;

  /** @param columns ascending times of each series. */
  constructor(columns: readonly (readonly number[])[], stepMs: number) {
    this.times = [...new Set(columns.flat())].sort((a, b) => a - b);
    this.stepMs = stepMs;
    this.#positions = new Map(this.times.map((time, i) => [time, i]));
  }

  /** Position of the newest bar; -1 when there is none. */
  get last(): number {
    return this.times.length - 1;
  }

  /** Position of a bar that opens exactly then. */
  positionOf(openTime: number): number | undefined {
    return this.#positions.get(openTime);
  }

  /** Position of the first bar that opens then or later; one after the last when there is none. */
  firstFrom(time: number): number {
    let low = 0, high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The time at a position, on straight lines between the bars and with even steps beyond them. */
  timeAt(position: number): number {
    const { times, stepMs, last } = this;
    if (last < 0) return NaN;
    if (position <= 0) return times[0]! + position * stepMs;
    if (position >= last) return times[last]! + (position - last) * stepMs;
    const before = Math.floor(position);
    const share = position - before;
    return times[before]! + share * (times[before + 1]! - times[before]!);
  }

  /** The position at a time: the inverse of {@link timeAt}. */
  positionAt(time: number): number {
    const { times, stepMs, last } = this;
    if (last < 0) return NaN;
    if (time <= times[0]!) return (time - times[0]!) / stepMs;
    if (time >= times[last]!) return last + (time - times[last]!) / stepMs;
    const after = this.firstFrom(time);
    const from = times[after - 1]!, to = times[after]!;
    return after - 1 + (time - from) / (to - from);
  }

  /** Positions after which the axis leaves out time: no series has a bar there. */
  jumps(): number[] {
    const { times, stepMs } = this;
    return times.slice(1).flatMap((time, i) => time - times[i]! > stepMs ? [i] : []);
  }
}
