/** Limits of a {@link DialBudget}. */
export interface DialBudgetOptions {
  /** Attempts in a window. */
  readonly limit: number;
  /** Length of the window, ms. */
  readonly windowMs: number;
}

/**
 * How often one stream host is dialled, by everybody in the process together. Pure: times are given, in ms
 * on any steady clock.
 *
 * @example
 * ```ts
 * import { DialBudget } from "./dial_budget.ts";
 * import assert from "node:assert/strict";
 * const budget = new DialBudget({ limit: 2, windowMs: 1_000 });
 * budget.spend(0);
 * budget.spend(10);
 * assert.equal(budget.waitMs(20), 980);
 * ```
 */
export class DialBudget {
  readonly #limit: number;
  readonly #windowMs: number;
  #dials: number[] = [];

  constructor({ limit, windowMs }: DialBudgetOptions) {
    if (!(Number.isInteger(limit) && limit > 0)) {
      throw new RangeError(`limit must be a whole number above 0, got ${limit}`);
    }
    if (!(windowMs > 0)) throw new RangeError(`windowMs must be above 0, got ${windowMs}`);
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** How long to wait before the next attempt; 0 when it may be made now. */
  waitMs(now: number): number {
    this.#dials = this.#dials.filter((at) => at > now - this.#windowMs);
    const first = this.#dials.at(-this.#limit);
    return first === undefined ? 0 : first + this.#windowMs - now;
  }

  spend(now: number): void {
    this.#dials.push(now);
  }
}
