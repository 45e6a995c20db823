import { MINUTE, SECOND } from "../../model/time.ts";

/**
 * Limits of IBKR's history service, in venue ms. They bind bars of 30 seconds and less (and each new
 * real-time-bar stream counts); minutes are throttled softly. Comove keeps within them for everything.
 * Source: TWS API documentation, "Historical Data Limitations".
 */
const SAME_REQUEST_MS = 15 * SECOND;
const CONTRACT_WINDOW_MS = 2 * SECOND;
const CONTRACT_REQUESTS = 5;
const TOTAL_WINDOW_MS = 10 * MINUTE;
/** Below the 60 allowed: other programs of the same login count too. */
const TOTAL_REQUESTS = 50;

interface Spent {
  readonly at: number;
  readonly contract: string;
  readonly request: string;
}

/**
 * Says how long a request has to wait so that no limit is broken. Pure bookkeeping; it outlives single
 * connections, as the venue's own does.
 */
export class HistoryBudget {
  #spent: Spent[] = [];

  /**
   * @param contract what is asked about; @param request all that makes two requests the same.
   * @param now venue pace, ms.
   * @returns venue ms to wait; 0 when it may be sent now.
   */
  waitMs(contract: string, request: string, now: number): number {
    this.#spent = this.#spent.filter(({ at }) => now - at < TOTAL_WINDOW_MS);
    const same = this.#spent.findLast((s) => s.request === request && s.contract === contract);
    const ofContract = this.#spent.filter((s) => s.contract === contract);
    return Math.max(
      0,
      same === undefined ? 0 : same.at + SAME_REQUEST_MS - now,
      untilFree(ofContract, CONTRACT_REQUESTS, CONTRACT_WINDOW_MS, now),
      untilFree(this.#spent, TOTAL_REQUESTS, TOTAL_WINDOW_MS, now),
    );
  }

  /** How long until the last of `count` new requests may be sent, were nothing else asked meanwhile. */
  waitForMs(contract: string, count: number, now: number): number {
    const ahead = new HistoryBudget();
    ahead.#spent = [...this.#spent];
    let at = now;
    for (let i = 0; i < count; i++) {
      const request = `${i} ahead`;
      at += ahead.waitMs(contract, request, at);
      ahead.spend(contract, request, at);
    }
    return at - now;
  }

  /** Records a request that is being sent. */
  spend(contract: string, request: string, now: number): void {
    this.#spent.push({ at: now, contract, request });
  }
}

/** How long until fewer than `limit` of the requests lie within the window. */
function untilFree(spent: readonly Spent[], limit: number, windowMs: number, now: number): number {
  const oldest = spent.at(-limit);
  return oldest === undefined ? 0 : oldest.at + windowMs - now;
}
