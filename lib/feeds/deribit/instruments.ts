import type { Instrument } from "../../model/instrument.ts";

/** Currencies of which Deribit publishes a volatility index. */
export const CURRENCIES = ["BTC", "ETH"] as const;
export type DeribitCurrency = (typeof CURRENCIES)[number];

/** Names of a volatility index. */
export interface DeribitIndex {
  readonly currency: DeribitCurrency;
  /** As Comove names it. */
  readonly id: string;
  /** As Deribit's channels name it. */
  readonly name: string;
}

const IDS: Readonly<Record<DeribitCurrency, string>> = { BTC: "DVOL", ETH: "DVOL-ETH" };

export function indexOf(currency: DeribitCurrency): DeribitIndex {
  return { currency, id: IDS[currency], name: `${currency.toLowerCase()}_usd` };
}

/** The index behind an instrument's id; undefined when Deribit has none of that name. */
export function indexOfId(id: string): DeribitIndex | undefined {
  const currency = CURRENCIES.find((one) => IDS[one] === id);
  return currency && indexOf(currency);
}

/** The instruments of a configuration's section. */
export function deribitInstruments(
  { enabled = true, indices }: {
    readonly enabled?: boolean;
    readonly indices: readonly DeribitCurrency[];
  },
): Instrument[] {
  if (!enabled) return [];
  return indices.map((currency) => {
    const { id } = indexOf(currency);
    return { id, venue: "deribit", kind: "index", exchange: "Deribit", currency: "%" };
  });
}
