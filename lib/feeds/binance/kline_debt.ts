/**
 * Of two trades closer than this the second may be in no kline until another one follows, venue ms. Captured
 * USD-M streams send a kline with the first trade after 250 ms; the trades up to the next are in none.
 */
const THROTTLE_MS = 1_000;

/**
 * What a kline stream owes: a kline for each trade that came well after its newest one. Tells a kline stream
 * that died from an instrument that nobody trades, for as long as its trade stream lives. Pure: event times
 * are the venue's, `now` is local monotonic ms.
 *
 * @example
 * ```ts
 * import { KlineDebt } from "./kline_debt.ts";
 * import assert from "node:assert/strict";
 * const debt = new KlineDebt();
 * debt.takeKline({ lastTradeId: 7, eventTime: 60_000 }, 0);
 * debt.takeTrade({ id: 8, tradeTime: 62_000 }, 2_000);
 * assert.equal(debt.since, 2_000);
 * ```
 */
export class KlineDebt {
  #since: number | undefined;
  /** The newest trade that is owed a kline. */
  #trade = { id: -1, tradeTime: -Infinity };
  /** The newest kline; before it, the first trade stands in: it may have followed one not heard here. */
  #kline = { lastTradeId: -1, eventTime: NaN };
  #hasKline = false;

  /** Since when a kline is due; undefined while none is. */
  get since(): number | undefined {
    return this.#since;
  }

  takeTrade(trade: { readonly id: number; readonly tradeTime: number }, now: number): void {
    if (Number.isNaN(this.#kline.eventTime)) this.#kline.eventTime = trade.tradeTime;
    if (!this.#isOwed(trade)) return;
    this.#trade = trade;
    this.#since ??= now;
  }

  takeKline(
    kline: { readonly lastTradeId: number; readonly eventTime: number },
    now: number,
  ): void {
    // One that came late or twice pays nothing.
    if (this.#hasKline && kline.eventTime < this.#kline.eventTime) return;
    this.#hasKline = true;
    this.#kline = { ...kline };
    if (this.#since !== undefined) this.#since = this.#isOwed(this.#trade) ? now : undefined;
  }

  clear(): void {
    this.#since = undefined;
    this.#hasKline = false;
    this.#trade = { id: -1, tradeTime: -Infinity };
    this.#kline = { lastTradeId: -1, eventTime: NaN };
  }

  #isOwed({ id, tradeTime }: { readonly id: number; readonly tradeTime: number }): boolean {
    return id > this.#kline.lastTradeId && tradeTime > this.#kline.eventTime + THROTTLE_MS;
  }
}
