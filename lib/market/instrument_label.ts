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
  return `${nameOf(instrument)} (${whereOf(instrument, account)})`;
}

function whereOf(instrument: Instrument, account?: AccountKind): string {
  const venue = venues().find(({ id }) => id === instrument.venue);
  return venue?.describe(instrument, account) ?? "from a file";
}

/** `BTC/USDT` for `BTCUSDT`, `ES Futures`; the id itself where the quote currency is not plain. */
function nameOf(instrument: Instrument): string {
  const { base, quote } = assetsOf(instrument);
  if (instrument.kind === "future") return `${base} Futures`;
  return quote === undefined ? base : `${base}/${quote}`;
}

/**
 * Short names for readers, by id: `BTC/USDT`, `ES`; with the venue where two of them would have the same. Ids stay in
 * configuration, files and calls.
 *
 * @example
 * ```ts
 * import { shortLabels } from "./instrument_label.ts";
 * import assert from "node:assert/strict";
 * const bitcoin = { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" } as const;
 * assert.equal(shortLabels([bitcoin])("BTCUSDT"), "BTC/USDT");
 * ```
 */
export function shortLabels(instruments: readonly Instrument[]): (id: string) => string {
  const short = (instrument: Instrument) => {
    const { base, quote } = assetsOf(instrument);
    return quote === undefined ? base : `${base}/${quote}`;
  };
  const all = instruments.map(short);
  const labels = new Map(instruments.map((instrument, i) => {
    const isAlone = all.indexOf(all[i]!) === all.lastIndexOf(all[i]!);
    return [instrument.id, isAlone ? all[i]! : `${all[i]} (${whereOf(instrument)})`];
  }));
  return (id) => labels.get(id) ?? id;
}

/** `BTC/USDT – ES`. @param labelOf as of {@link shortLabels}. */
export function pairLabel(
  { a, b }: { readonly a: string; readonly b: string },
  labelOf: (id: string) => string,
): string {
  return `${labelOf(a)} – ${labelOf(b)}`;
}
