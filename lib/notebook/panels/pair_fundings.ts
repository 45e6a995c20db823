import { fundingNote } from "../../charts/funding_text.ts";
import type { Market } from "../../market/market.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import { hasFunding } from "../../model/instrument.ts";
import { newestMinuteEnd } from "./newest_minute_end.ts";

/** What the venues say of the next funding of these, of those that are perpetuals; empty where none is. */
export function pairFundings(market: Market, ids: readonly string[]): string {
  const labelOf = shortLabels(market.instruments);
  const perpetuals = market.instruments.filter((one) => ids.includes(one.id) && hasFunding(one));
  return fundingNote(
    perpetuals.map(({ id }) => ({ label: labelOf(id), estimate: market.funding(id).estimate })),
    newestMinuteEnd(market, ids),
  );
}
