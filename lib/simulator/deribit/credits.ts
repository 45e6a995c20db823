import { SECOND } from "../../model/time.ts";

/**
 * Source: Deribit, "Rate limits": calls outside the matching engine cost 500 of 50,000 credits, which come back at
 * 10,000 a second; `subscribe` has a pool of its own, 3,000 of 30,000. What holds for calls without an
 * account is not published; these stand in for it.
 */
export const CALL_POOL = { most: 50_000, perSecond: 10_000, cost: 500 } as const;
export const SUBSCRIBE_POOL = { most: 30_000, perSecond: 10_000, cost: 3_000 } as const;

export interface CreditPool {
  readonly most: number;
  readonly perSecond: number;
  readonly cost: number;
}

/** Credits that calls use up and time brings back. */
export class Credits {
  readonly #pool: CreditPool;
  #left: number;
  #at = -Infinity;
  /** Fewest ever left. */
  fewest: number;

  constructor(pool: CreditPool) {
    this.#pool = pool;
    this.#left = this.fewest = pool.most;
  }

  /** Pays for one call at a venue time; false when there is not enough. */
  take(now: number): boolean {
    const { most, perSecond, cost } = this.#pool;
    const passedMs = Number.isFinite(this.#at) ? Math.max(0, now - this.#at) : 0;
    this.#left = Math.min(most, this.#left + passedMs * perSecond / SECOND);
    this.#at = now;
    this.fewest = Math.min(this.fewest, this.#left - cost);
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }
}
