/** Decimals that are looked through for a text without an exponent. */
const MOST_DECIMALS = 20;

/**
 * A number in the shortest plain decimals that give it back, without an exponent.
 *
 * @example
 * ```ts
 * import { plainDecimal } from "./plain_decimal.ts";
 * import assert from "node:assert/strict";
 * assert.equal(plainDecimal(91_692.53), "91692.53");
 * assert.equal(plainDecimal(1e-8), "0.00000001");
 * ```
 */
export function plainDecimal(value: number): string {
  const shortest = String(value);
  if (!shortest.includes("e")) return shortest;
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals++) {
    const text = value.toFixed(decimals);
    if (Number(text) === value) return text;
  }
  return value.toFixed(MOST_DECIMALS);
}
