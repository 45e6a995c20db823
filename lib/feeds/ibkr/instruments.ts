import { type Product, productOf } from "../../calendar/products.ts";
import type { Instrument } from "../../model/instrument.ts";

/** The instruments of some futures, each named by its root. @throws {RangeError} for an unknown root. */
export function ibkrInstruments(
  { futures }: { readonly futures: readonly { readonly symbol: string }[] },
): Instrument[] {
  return futures.map(({ symbol }) => instrumentOf(productOf(symbol)));
}

/** The instrument that a product is streamed as. */
export function instrumentOf({ root, exchange, currency }: Product): Instrument {
  return { id: root, venue: "ibkr", kind: "future", exchange, currency };
}
