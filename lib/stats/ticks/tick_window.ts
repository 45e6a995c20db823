import type { Ticks } from "./ticks.ts";

/**
 * The ticks of one side in a window of time, one a moment, as columns without copying. Ticks are numbered
 * from the first one ever pushed, so that a number keeps its meaning as older ones leave. Amortised O(1) a
 * tick; memory for at most four times the ticks in the window.
 */
export class TickWindow {
  #times = new Float64Array(64);
  #prices = new Float64Array(64);
  /** Places in use: `[from, to)`. */
  #from = 0;
  #to = 0;
  /** Number of the tick at place 0. */
  #base = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  /** Number of the oldest tick in the window. */
  get first(): number {
    return this.#base + this.#from;
  }

  /** Of several ticks at one moment the last stays. */
  push(time: number, price: number): void {
    if (this.#to > this.#from && this.#times[this.#to - 1] === time) {
      this.#prices[this.#to - 1] = price;
      return;
    }
    if (this.#to === this.#times.length) this.#makeRoom();
    this.#times[this.#to] = time;
    this.#prices[this.#to] = price;
    this.#to++;
  }

  /** Drops the ticks at or before `time`. */
  dropUntil(time: number): void {
    while (this.#from < this.#to && this.#times[this.#from]! <= time) this.#from++;
  }

  /** The ticks in the window. Good until the next push. */
  view(): Ticks {
    return {
      time: this.#times.subarray(this.#from, this.#to),
      price: this.#prices.subarray(this.#from, this.#to),
    };
  }

  #makeRoom(): void {
    const size = Math.max(64, 2 * this.length);
    const times = new Float64Array(size), prices = new Float64Array(size);
    times.set(this.#times.subarray(this.#from, this.#to));
    prices.set(this.#prices.subarray(this.#from, this.#to));
    this.#base += this.#from;
    this.#to -= this.#from;
    this.#from = 0;
    this.#times = times;
    this.#prices = prices;
  }
}
