import { frontMonth } from "../../lib/calendar/contract_month.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import type { Venue } from "../../lib/model/instrument.ts";
import { floorTo, MINUTE } from "../../lib/model/time.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import type { TruthAt } from "./checker/history.ts";

/** The truth as the checker wants it: one series an instrument, of the contract in front. */
export function truthAtOf(truth: Truth): TruthAt {
  return (instrument, openTime) => {
    const quarters = truth.listings(openTime).flatMap((listing) =>
      listing.root === instrument && listing.lastTradeDate !== undefined
        ? [{ symbol: listing.symbol, lastTradeDate: listing.lastTradeDate }]
        : []
    );
    const contract = frontMonth(quarters, openTime)?.symbol;
    const bar = truth.minute(contract ?? instrument, openTime);
    return bar && { ...bar, contract };
  };
}

/** Whether data is due all through a stretch: Binance always, futures in their session. */
export function isTrading(venue: Venue, from: number, to: number): boolean {
  if (venue === "binance") return true;
  for (let time = floorTo(from, MINUTE); time <= to; time += MINUTE) {
    if (globexEquityIndex.isOpen(time) !== true) return false;
  }
  return true;
}
