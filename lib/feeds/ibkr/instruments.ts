import { type Product, productOf } from "../../calendar/products.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { IndexQuery } from "./gateway.ts";

/** The instruments of some futures, each named by its root. @throws {RangeError} for an unknown root. */
export function ibkrInstruments(
  { futures, indices = [] }: {
    readonly futures: readonly { readonly symbol: string }[];
    readonly indices?: readonly IndexQuery[];
  },
): Instrument[] {
  return [
    ...futures.map(({ symbol }) => instrumentOf(productOf(symbol))),
    ...indices.map(indexInstrument),
  ];
}

/** The instrument that an index is streamed as. */
export function indexInstrument({ symbol, exchange }: IndexQuery): Instrument {
  return { id: symbol, venue: "ibkr", kind: "index", exchange, currency: "USD" };
}

/** The instrument that a product is streamed as. */
export function instrumentOf({ root, exchange, currency }: Product): Instrument {
  return { id: root, venue: "ibkr", kind: "future", exchange, currency };
}
