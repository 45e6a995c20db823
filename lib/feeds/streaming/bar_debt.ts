/**
 * Of two trades closer than this the second may be in no bar until another one follows, venue ms. Captured
 * USD-M streams send a kline with the first trade after 250 ms; the trades up to the next are in none.
 */
const THROTTLE_MS = 1_000;

/**
 * Detects a dead bar stream by its trade stream: a trade well after the newest bar means that another bar is due.
 * An instrument without trades owes none, so a quiet market is not mistaken for a dead stream. Pure: event times
 * are the venue's, `now` is local monotonic ms.
 *
 * @example
 * ```ts
 * import { BarDebt } from "./bar_debt.ts";
 * import assert from "node:assert/strict";
 * const debt = new BarDebt();
 * debt.takeBar({ lastTrade: 7, eventTime: 60_000 }, 0);
 * debt.takeTrade({ id: 8, time: 62_000 }, 2_000);
 * assert.equal(debt.since, 2_000);
 * ```
 */
export class BarDebt {
  #since: number | undefined;
  /** The newest trade that no bar covers yet. */
  #trade = { id: -1, time: -Infinity };
  /** The newest bar; before any, the first trade, whose bar may have been sent before we subscribed. */
  #bar = { lastTrade: -1, eventTime: NaN };
  #hasBar = false;

  /** Since when a bar is due; undefined while none is. */
  get since(): number | undefined {
    return this.#since;
  }

  takeTrade(trade: { readonly id: number; readonly time: number }, now: number): void {
    if (Number.isNaN(this.#bar.eventTime)) this.#bar.eventTime = trade.time;
    if (!this.#isOwed(trade)) return;
    this.#trade = trade;
    this.#since ??= now;
  }

  takeBar(
    bar: { readonly lastTrade: number; readonly eventTime: number },
    now: number,
  ): void {
    // One that came late or twice pays nothing.
    if (this.#hasBar && bar.eventTime < this.#bar.eventTime) return;
    this.#hasBar = true;
    this.#bar = { lastTrade: bar.lastTrade, eventTime: bar.eventTime };
    if (this.#since !== undefined) this.#since = this.#isOwed(this.#trade) ? now : undefined;
  }

  clear(): void {
    this.#since = undefined;
    this.#hasBar = false;
    this.#trade = { id: -1, time: -Infinity };
    this.#bar = { lastTrade: -1, eventTime: NaN };
  }

  #isOwed({ id, time }: { readonly id: number; readonly time: number }): boolean {
    return id > this.#bar.lastTrade && time > this.#bar.eventTime + THROTTLE_MS;
  }
}
