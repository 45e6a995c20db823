import { checkTimeOrder } from "../numbers.ts";
import { NumberQueue } from "./number_queue.ts";

/** Times of the rows in the window `(now - windowMs, now]`. */
export class PassingTimes {
  readonly #windowMs: number;
  readonly #times = new NumberQueue();
  #now = -Infinity;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /**
   * How many of the oldest rows a later time leaves behind; nothing changes.
   *
   * @throws {RangeError} when the time goes back.
   */
  leaving(time: number): number {
    checkTimeOrder(time, this.#now);
    let count = 0;
    while (this.#times.at(count) <= time - this.#windowMs) count++;
    return count;
  }

  /**
   * Moves on to a time and drops the rows it leaves behind.
   *
   * @returns how many these are.
   * @throws {RangeError} when the time goes back.
   */
  pass(time: number): number {
    const left = this.leaving(time);
    for (let i = 0; i < left; i++) this.#times.shift();
    this.#now = time;
    return left;
  }

  /** A row of the time passed to. */
  add(): void {
    this.#times.push(this.#now);
  }
}
