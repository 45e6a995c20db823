import type { AccountKind } from "../feeds/feed.ts";
import { venues } from "../feeds/venues.ts";
import { assetsOf, type Instrument } from "../model/instrument.ts";

export interface LabelOptions {
  /** Whether orders of the IBKR account would be real. @default unknown, and left out */
  readonly account?: AccountKind;
}

/**
 * How an instrument is named to a reader, with where its data comes from.
 *
 * @example
 * ```ts
 * import { instrumentLabel } from "./instrument_label.ts";
 * import assert from "node:assert/strict";
 * const bitcoin = { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" } as const;
 * assert.equal(instrumentLabel(bitcoin), "BTC/USDT (Binance.com)");
 * const es = { id: "ES", venue: "ibkr", kind: "future", exchange: "CME", currency: "USD" } as const;
 * assert.equal(instrumentLabel(es, { account: "paper" }), "ES Futures (CME via IBKR Paper)");
 * ```
 */
export function instrumentLabel(instrument: Instrument, { account }: LabelOptions = {}): string {
  const venue = venues().find(({ id }) => id === instrument.venue);
  const where = venue?.describe(instrument, account) ?? "from a file";
  return `${nameOf(instrument)} (${where})`;
}

/** `BTC/USDT` for `BTCUSDT`, `ES Futures`; the id itself where the quote currency is not plain. */
function nameOf(instrument: Instrument): string {
  const { base, quote } = assetsOf(instrument);
  if (instrument.kind === "future") return `${base} Futures`;
  return quote === undefined ? base : `${base}/${quote}`;
}
