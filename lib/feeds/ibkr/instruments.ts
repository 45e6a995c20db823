import type { Instrument } from "../../model/instrument.ts";

/** The instruments of some futures, each named by its root. */
export function ibkrInstruments(
  { futures }: {
    readonly futures: readonly { readonly symbol: string; readonly exchange: string }[];
  },
): Instrument[] {
  return futures.map(({ symbol, exchange }): Instrument => ({
    id: symbol,
    venue: "ibkr",
    kind: "future",
    exchange,
    currency: "USD",
  }));
}
