import { assetsOf, type Instrument, type Source } from "../model/instrument.ts";

export interface LabelOptions {
  /** Whether orders of the IBKR account would be real. @default unknown, and left out */
  readonly account?: "paper" | "live";
}

/**
 * How an instrument is named to a reader, with where its data comes from.
 *
 * @example
 * ```ts
 * import { instrumentLabel } from "./labels.ts";
 * import assert from "node:assert/strict";
 * const bitcoin = { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" } as const;
 * assert.equal(instrumentLabel(bitcoin), "BTC/USDT (Binance.com)");
 * const es = { id: "ES", venue: "ibkr", kind: "future", exchange: "CME", currency: "USD" } as const;
 * assert.equal(instrumentLabel(es, { account: "paper" }), "ES Futures (CME via IBKR Paper)");
 * ```
 */
export function instrumentLabel(instrument: Instrument, options: LabelOptions = {}): string {
  const { id, venue, kind, exchange } = instrument;
  const name = kind === "future" ? `${id} Futures` : slashed(instrument);
  if (venue === "binance") {
    return `${name} (Binance.com${exchange === "spot" ? "" : ` ${exchange}`})`;
  }
  const { account } = options;
  const kindOfAccount = account === undefined ? "" : account === "paper" ? " Paper" : " Live";
  return `${name} (${exchange} via IBKR${kindOfAccount})`;
}

/** `BTC/USDT` for `BTCUSDT`; the id itself where the quote currency is not plain. */
function slashed(instrument: Instrument): string {
  const { base, quote } = assetsOf(instrument);
  return quote === undefined ? base : `${base}/${quote}`;
}

const BADGES: Readonly<Record<Source, string>> = {
  simulated: "SIMULATED",
  live: "LIVE",
  // What IBKR delays futures by where the account has no live data.
  delayed: "DELAYED 15 min",
  replay: "REPLAY",
};

/** The few words on every chart and table that say what the data is. */
export function sourceBadge(source: Source): string {
  return BADGES[source];
}
