import { MINUTE } from "../model/time.ts";
import { SLOT_MS } from "./price_path.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** What the trades of one minute are drawn from. */
export interface PrintSource {
  /** Underlying price at slot starts. */
  readonly prices: Float64Array;
  /** Index in `prices` of the minute's first slot. */
  readonly slot: number;
  /** Standard deviation of a log return over a slot. */
  readonly deviation: number;
  /** Ticks of the traded thing in one unit of the underlying's price. */
  readonly ticks: number;
  /** Size steps to share out. */
  readonly steps: number;
  /** Number of trades, at least 1. */
  readonly count: number;
}

/** How far trades stray from the straight line between slot prices, 1 = as a random walk would. */
const STRAY = 0.7;

/**
 * The trades of one minute in whole ticks and size steps, in time order; refilled for the next minute, so
 * that a day is made without garbage. Whole numbers make every sum exact.
 */
export class MinutePrints {
  count = 0;
  /** Ms since the minute's start, whole. */
  times = new Int32Array(64);
  /** Prices in ticks. */
  ticks = new Float64Array(64);
  /** Sizes in steps, at least 1. */
  steps = new Float64Array(64);
  buyerIsMaker = new Uint8Array(64);

  /**
   * Draws the minute's trades. The first always falls into the first five seconds: then the minute opens
   * with a trade, and five-second bars without trades only repeat a price of the minute. The last of two
   * or more falls into the last five: then the minute closes where the path is, not where it was.
   */
  draw(random: SeededRandom, source: PrintSource): void {
    this.#makeRoom(source.count);
    this.count = source.count;
    this.#drawTimes(random);
    this.#drawPrices(random, source);
    this.#drawSizes(random, source.steps);
  }

  #makeRoom(count: number): void {
    if (count <= this.times.length) return;
    this.times = new Int32Array(2 * count);
    this.ticks = new Float64Array(2 * count);
    this.steps = new Float64Array(2 * count);
    this.buyerIsMaker = new Uint8Array(2 * count);
  }

  /** Uniform times in order, from exponential waits; the prices' room serves until they are drawn. */
  #drawTimes(random: SeededRandom): void {
    const { count, times, ticks: arrivals } = this;
    let total = 0;
    for (let i = 0; i < count; i++) arrivals[i] = total += random.exponential();
    total += random.exponential();
    for (let i = 0; i < count; i++) {
      times[i] = Math.min(MINUTE - 1, Math.floor(arrivals[i]! / total * MINUTE));
    }
    const early = Math.floor(random.next() * SLOT_MS), late = MINUTE - 1 - early;
    if (count > 1 && times[count - 1]! < MINUTE - SLOT_MS) times[count - 1] = late;
    if (times[0]! >= SLOT_MS) times[0] = early;
  }

  /**
   * Prices along each slot's way, the last trade of a slot at its end: so a slot's return is the path's
   * own, however few trades there are, and correlations planted in the paths show in five-second bars.
   */
  #drawPrices(random: SeededRandom, { prices, slot, deviation, ticks: ticksPerUnit }: PrintSource) {
    const { count, times, ticks, buyerIsMaker } = this;
    for (let first = 0, end = 0; first < count; first = end) {
      const part = Math.floor(times[first]! / SLOT_MS);
      while (end < count && times[end]! < (part + 1) * SLOT_MS) end++;
      const from = prices[slot + part]!, to = prices[slot + part + 1]!;
      for (let i = first; i < end; i++) {
        const share = (i + 1 - first) / (end - first);
        const stray = STRAY * deviation * Math.sqrt(share * (1 - share)) * random.gaussian();
        ticks[i] = Math.round((from + (to - from) * share) * (1 + stray) * ticksPerUnit);
        const change = i === 0 ? 0 : ticks[i]! - ticks[i - 1]!;
        buyerIsMaker[i] = Number(change === 0 ? random.next() < 0.5 : change < 0);
      }
    }
  }

  /** Sizes of very different weight that come to about `total`. */
  #drawSizes(random: SeededRandom, total: number): void {
    const { count, steps } = this;
    let weights = 0;
    for (let i = 0; i < count; i++) weights += steps[i] = random.exponential() ** 1.5;
    const each = total / weights;
    for (let i = 0; i < count; i++) steps[i] = Math.max(1, Math.round(steps[i]! * each));
  }
}
