const SAMPLE = 5_000;
const MOST_DECIMALS = 8;

/**
 * The largest step that all prices are multiples of; NaN where there are not two different ones, or they have more than
 * eight decimals.
 *
 * @example
 * ```ts
 * import { priceTick } from "./price_tick.ts";
 * import assert from "node:assert/strict";
 * assert.equal(priceTick(Float64Array.of(6904.25, 6904.75, 6905)), 0.25);
 * ```
 */
export function priceTick(prices: Float64Array): number {
  const step = Math.max(1, Math.floor(prices.length / SAMPLE));
  const sample = prices.filter((price, row) => row % step === 0 && Number.isFinite(price));
  if (new Set(sample).size < 2) return NaN;
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const unit = 10 ** decimals;
    const whole = (price: number) =>
      Math.abs(price * unit - Math.round(price * unit)) <=
        1e-9 * Math.max(1, Math.abs(price * unit));
    if (!sample.every(whole)) continue;
    const common = sample.reduce(
      (divisor, price) => gcd(divisor, Math.abs(Math.round(price * unit))),
      0,
    );
    return common / unit;
  }
  return NaN;
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
