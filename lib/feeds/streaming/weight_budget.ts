/** Limits of a {@link WeightBudget}. */
export interface WeightBudgetOptions {
  /** Weight the venue allows in a window. */
  readonly limit: number;
  /** Part of it that is used at most. @default 0.8 */
  readonly share?: number;
  /** Length of the window, ms. */
  readonly windowMs: number;
}

/**
 * What may still be asked of one REST host: request weight over a sliding window, corrected by
 * what the venue itself counts for this address, and closed while the venue wants none at all (429, 418).
 * Pure: times are given, in ms on any steady clock.
 *
 * @example
 * ```ts
 * import { WeightBudget } from "./weight_budget.ts";
 * import assert from "node:assert/strict";
 * const budget = new WeightBudget({ limit: 10, share: 0.8, windowMs: 60_000 });
 * budget.spend(8, 0);
 * assert.equal(budget.waitMs(2, 1_000), 59_000);
 * ```
 */
export class WeightBudget {
  readonly #limit: number;
  readonly #share: number;
  readonly #windowMs: number;
  #spent: { readonly at: number; readonly weight: number }[] = [];
  #observed = { at: -Infinity, used: 0 };
  #closedUntil = -Infinity;

  constructor({ limit, share = 0.8, windowMs }: WeightBudgetOptions) {
    if (!(limit > 0)) throw new RangeError(`limit must be above 0, got ${limit}`);
    if (!(share > 0 && share <= 1)) throw new RangeError(`share must be in (0, 1], got ${share}`);
    this.#limit = limit;
    this.#share = share;
    this.#windowMs = windowMs;
  }

  /**
   * How long to wait before spending `weight`; 0 when it may be spent now. What is more than a window allows
   * is spent a window at a time, as soon as it may be, and the wait is that for the last of it.
   *
   * @param share part of the limit that may be used then. @default that of the budget
   */
  waitMs(weight: number, now: number, share = this.#share): number {
    const usable = this.#limit * Math.min(share, this.#share);
    const windows = Math.max(0, Math.ceil(weight / usable) - 1);
    const last = weight - windows * usable;
    let from = Math.max(now, this.#closedUntil);
    // Each step passes the end of one spend or of what the venue counted, so it ends.
    while (this.used(from) > 0 && this.used(from) + last > usable) {
      from = this.#nextRelief(from);
    }
    return from - now + windows * this.#windowMs;
  }

  /** Weight counted against us at a time not before the newest call. */
  used(now: number): number {
    const since = (from: number) =>
      this.#spent.reduce((sum, { at, weight }) => at > from ? sum + weight : sum, 0);
    const own = since(now - this.#windowMs);
    const isObserved = now < this.#observed.at + this.#windowMs;
    return isObserved ? Math.max(own, this.#observed.used + since(this.#observed.at)) : own;
  }

  spend(weight: number, now: number): void {
    this.#spent = this.#spent.filter(({ at }) => at > now - this.#windowMs);
    this.#spent.push({ at: now, weight });
  }

  /** Takes the venue's own count, which includes other programs on this address. */
  observe(used: number, now: number): void {
    this.#observed = { at: now, used };
  }

  /** Nothing may be asked before `time`. */
  closeUntil(time: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, time);
  }

  #nextRelief(now: number): number {
    const ends = this.#spent.map(({ at }) => at + this.#windowMs);
    ends.push(this.#observed.at + this.#windowMs);
    return Math.min(...ends.filter((end) => end > now));
  }
}
