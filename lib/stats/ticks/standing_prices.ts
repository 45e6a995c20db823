import type { LagParts } from "./lag_parts.ts";
import type { Ticks } from "./ticks.ts";

/** Steps of the sampling grid in one change: changes that overlap use more of the ticks. */
const STEPS = 4;
/** Most steps of the grid: bounds the work where one side falls silent for long or ticks very often. */
const MOST_STEPS = 200_000;
/** Most blocks, and changes of full length in one. */
const MOST_BLOCKS = 400;
const LEAST_CHANGES = 4;

/**
 * Contrasts of two sides whose price is known at all times, because each reports all its changes: changes of
 * both over the same stretches of time of a grid, the second's taken `lag` later. Whatever makes a report late
 * or rare, tick size above all, falls on neither end of a stretch more than on the other.
 */
export class StandingPrices {
  /** Length of a change, ms. */
  readonly changeMs: number;
  readonly #first: Ticks;
  readonly #second: Ticks;
  readonly #stepMs: number;
  readonly #start: number;
  readonly #steps: number;

  /** @param changeMs @default twice the larger of the two mean times between reports */
  constructor(first: Ticks, second: Ticks, changeMs?: number) {
    this.#first = first;
    this.#second = second;
    this.changeMs = changeMs ?? 2 * Math.max(meanGap(first), meanGap(second));
    this.#start = first.time[0] ?? NaN;
    const span = (first.time.at(-1) ?? NaN) - this.#start;
    this.#stepMs = Math.max(this.changeMs / STEPS, span / MOST_STEPS);
    this.#steps = Math.max(0, Math.floor(span / this.#stepMs) - STEPS + 1) || 0;
  }

  /** Sum of squared changes of a side, on the scale of the contrasts. */
  variances(): { rv1: number; rv2: number } {
    const squares = (ticks: Ticks) => {
      const walk = new PriceWalk(ticks), back = new PriceWalk(ticks);
      let sum = 0;
      for (let step = 0; step < this.#steps; step++) {
        const time = this.#start + step * this.#stepMs;
        const change = walk.at(time + STEPS * this.#stepMs) - back.at(time);
        if (change === change) sum += change * change;
      }
      return sum / STEPS;
    };
    return { rv1: squares(this.#first), rv2: squares(this.#second) };
  }

  /** The contrast at each lag in blocks of time. @param blockTicks changes of full length in a block */
  parts(lags: Float64Array, blockTicks?: number): LagParts {
    const changes = this.#steps / STEPS;
    const least = blockTicks ?? Math.max(LEAST_CHANGES, Math.ceil(Math.cbrt(changes)));
    const held = Math.max(least, Math.ceil(changes / MOST_BLOCKS)), size = held * STEPS;
    const count = Math.ceil(this.#steps / size);
    const blocks = Array.from({ length: count }, () => new Float64Array(lags.length));
    lags.forEach((lag, index) => {
      const x1 = new PriceWalk(this.#first), x0 = new PriceWalk(this.#first);
      const y1 = new PriceWalk(this.#second), y0 = new PriceWalk(this.#second);
      for (let step = 0; step < this.#steps; step++) {
        const from = this.#start + step * this.#stepMs, to = from + STEPS * this.#stepMs;
        const product = (x1.at(to) - x0.at(from)) * (y1.at(to + lag) - y0.at(from + lag));
        if (product === product) blocks[Math.floor(step / size)]![index]! += product / STEPS;
      }
    });
    return { blocks, blockTicks: held };
  }
}

/** The price that stands at times that ascend; NaN before the first report and after the last. */
class PriceWalk {
  readonly #ticks: Ticks;
  #next = 0;

  constructor(ticks: Ticks) {
    this.#ticks = ticks;
  }

  at(time: number): number {
    const { time: times, price } = this.#ticks;
    while (this.#next < times.length && times[this.#next]! <= time) this.#next++;
    const isOver = this.#next === times.length && time > times[times.length - 1]!;
    return this.#next === 0 || isOver ? NaN : price[this.#next - 1]!;
  }
}

function meanGap({ time }: Ticks): number {
  return time.length < 2 ? NaN : (time[time.length - 1]! - time[0]!) / (time.length - 1);
}
