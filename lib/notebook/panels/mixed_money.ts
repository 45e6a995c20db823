import type { Instrument } from "../../model/instrument.ts";
import type { OfLegs } from "../../pairs/strategy_rows.ts";

/** What a pair of two currencies leaves out; empty where both sides are priced in the same one. */
export function mixedMoney({ y, x }: OfLegs<Pick<Instrument, "id" | "currency">>): string {
  if (y.currency === x.currency) return "";
  return `${y.id} is priced in ${y.currency} and ${x.id} in ${x.currency}: one is taken for the other, ` +
    "and what their rate of exchange does is not counted";
}
