import type { Market } from "../../market/market.ts";
import { DAY, MINUTE } from "../../model/time.ts";

type Prices = Pick<Market, "minuteGrid" | "forming">;

/** The forming minute's price, else the newest close; NaN when there is none. */
export function newestPrice(market: Prices, id: string): number {
  const { close, length } = market.minuteGrid(id);
  return market.forming(id)?.close ??
    close.subarray(0, length).findLast((price) => !Number.isNaN(price)) ?? NaN;
}

/** A close, and when it was, epoch ms UTC; both NaN where there is none. */
export interface PastPrice {
  readonly price: number;
  readonly time: number;
}

/** The last close at or before a day ago, or the first that is known since. */
export function priceADayAgo(
  market: Pick<Market, "minuteGrid" | "venueTime">,
  id: string,
): PastPrice {
  const { close, start, length } = market.minuteGrid(id);
  const rows = Math.floor((market.venueTime - DAY - start) / MINUTE);
  const past = close.subarray(0, Math.max(0, Math.min(length, rows)));
  const isKnown = (price: number) => !Number.isNaN(price);
  const last = past.findLastIndex(isKnown);
  const row = last >= 0 ? last : close.subarray(0, length).findIndex(isKnown);
  return row < 0
    ? { price: NaN, time: NaN }
    : { price: close[row]!, time: start + (row + 1) * MINUTE };
}
