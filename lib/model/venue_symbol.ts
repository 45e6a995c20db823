/** Characters of the longest symbol of any venue; so many also fit into the name of a file. */
const LONGEST_SYMBOL = 50;

/** What the rule of {@link isVenueSymbol} is, for messages. */
export const SYMBOL_RULE = "upper-case letters and digits of any script, with _ between them";

/**
 * Whether a venue of coins may list a symbol of that name: `BTCUSDT`, `1000PEPEUSDT`, `BTCUSDT_260327`, and names in
 * any script, as Binance lists them. Letters that know no case count as upper-case. Symbols stand in addresses, names
 * of streams (in lower case), names of files and pages: what is invisible, turns the direction of writing or has
 * several forms is none.
 *
 * @example
 * ```ts
 * import { isVenueSymbol } from "./venue_symbol.ts";
 * import assert from "node:assert/strict";
 * assert.ok(["BTCUSDT", "1INCHUSDT", "币安人生USDT"].every(isVenueSymbol));
 * assert.ok(!["btcusdt", "BTC/USDT", "BTC USDT", "", "_", "BTC\u202eUSDT"].some(isVenueSymbol));
 * ```
 */
export function isVenueSymbol(text: string): boolean {
  if (text.length > 2 * LONGEST_SYMBOL || [...text].length > LONGEST_SYMBOL) return false;
  const isPlain =
    /^[\p{Lu}\p{Lo}\d][\p{Lu}\p{Lo}\p{Lm}\p{M}\d]*(?:_[\p{Lu}\p{Lo}\d][\p{Lu}\p{Lo}\p{Lm}\p{M}\d]*)*$/u
      .test(text);
  const isVisible = !/\p{Default_Ignorable_Code_Point}/u.test(text);
  return isPlain && isVisible && text === text.normalize("NFC") &&
    text === text.toLowerCase().toUpperCase();
}
