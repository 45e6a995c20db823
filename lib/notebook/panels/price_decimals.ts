import { PRODUCTS } from "../../calendar/products.ts";
import { decimalsOf } from "../../charts/packed_bars.ts";
import type { Market } from "../../market/market.ts";

/** Newest closes that are looked at: enough that not all of them end in 0. */
const CLOSES = 60;
/** Where no price is known yet. */
const USUAL = 2;

/**
 * Decimals that an instrument's prices are written with: those of a future's tick, else as many as its newest closes
 * need, so that 0.1716 stands as 0.17160 among others with five.
 */
export function priceDecimals(
  market: Pick<Market, "instruments" | "minuteGrid" | "forming">,
  id: string,
): number {
  const instrument = market.instruments.find((one) => one.id === id);
  const product = instrument?.kind === "future"
    ? PRODUCTS.find(({ root }) => root === id)
    : undefined;
  if (product !== undefined) return decimalsOf([product.tick]);
  const { close, length } = market.minuteGrid(id);
  const prices = [...close.subarray(Math.max(0, length - CLOSES), length)];
  const forming = market.forming(id);
  if (forming !== undefined) prices.push(forming.close);
  const known = prices.filter((price) => !Number.isNaN(price));
  return known.length === 0 ? USUAL : decimalsOf(known);
}
