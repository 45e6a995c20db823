const BINANCE_DECIMALS = 8;
const MAX_DECIMALS = 100;

/**
 * A number as Binance writes it, with eight decimals; where those do not give back the same double, the
 * shortest plain text that does.
 *
 * @example
 * ```ts
 * import { decimalText } from "./decimal_text.ts";
 * import assert from "node:assert/strict";
 * assert.equal(decimalText(97_000.1), "97000.10000000");
 * assert.equal(decimalText(0.1 + 0.2), "0.30000000000000004");
 * ```
 */
export function decimalText(value: number): string {
  const usual = value.toFixed(BINANCE_DECIMALS);
  if (Number(usual) === value) return usual;
  const shortest = String(value);
  if (!shortest.includes("e")) return shortest;
  for (let decimals = BINANCE_DECIMALS + 1; decimals < MAX_DECIMALS; decimals++) {
    const text = value.toFixed(decimals);
    if (Number(text) === value) return text;
  }
  return usual;
}

/** A sum of amounts with what binary addition adds beyond Binance's eight decimals taken off. */
export function roundedSum(value: number): number {
  return Number(value.toFixed(BINANCE_DECIMALS));
}
