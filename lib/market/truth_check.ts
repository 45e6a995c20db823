import { frontMonth } from "../calendar/listed_contracts.ts";
import { findProduct } from "../calendar/products.ts";
import { MINUTE } from "../model/time.ts";
import type { Truth } from "../simulator/truth.ts";
import type { Market } from "./market.ts";

/** Closed minutes held against what really happened in the simulated market. */
export interface TruthCheck {
  readonly instrument: string;
  /** Minutes compared: in session, over the time covered. */
  readonly compared: number;
  /** In the truth, not in the market. */
  readonly lost: number;
  /** In the market, not in the truth. */
  readonly invented: number;
  /** Open, high, low, close or volume differ. */
  readonly altered: number;
}

/**
 * Compares every closed minute of a market on simulated venues with the truth they served, to the last
 * digit.
 *
 * @param until minutes that open before this time are compared, epoch ms UTC.
 */
export function compareWithTruth(market: Market, truth: Truth, until: number): TruthCheck[] {
  return market.instruments.map(({ id, symbol = id }) => {
    const { from } = market.coverage(id);
    const listed = truthSymbolOf(truth, id, symbol, until);
    const check = { instrument: id, compared: 0, lost: 0, invented: 0, altered: 0 };
    const have = new Map(market.bars(id).map((bar) => [bar.openTime, bar]));
    for (let time = from; time < until; time += MINUTE) {
      const bar = have.get(time);
      const symbol = bar?.contract ?? frontSymbol(truth, listed, time);
      const real = truth.minute(symbol, time);
      if (real === undefined && bar === undefined) continue;
      check.compared++;
      if (bar === undefined) check.lost++;
      else if (real === undefined) check.invented++;
      else if (
        bar.open !== real.open || bar.high !== real.high || bar.low !== real.low ||
        bar.close !== real.close || !Object.is(bar.volume, real.volume)
      ) check.altered++;
    }
    return check;
  });
}

/**
 * A venue whose trades are its own in the truth goes by the instrument's id there, which is the venue's symbol and the
 * venue: `BTCUSDT@usdm`, `BTC-USD@kraken`. Any other serves the trades of the symbol itself.
 */
function truthSymbolOf(truth: Truth, id: string, symbol: string, at: number): string {
  const isOwn = id.startsWith(`${symbol.replace("/", "-")}@`);
  return isOwn && truth.listing?.(id, at) !== undefined ? id : symbol;
}

/** The symbol the venue lists for an instrument: the front month of a future, else itself. */
function frontSymbol(truth: Truth, id: string, time: number): string {
  const product = findProduct(id);
  if (product === undefined) return id;
  const months = truth.listings(time).flatMap((listing) =>
    listing.root === id && listing.lastTradeDate !== undefined
      ? [{ symbol: listing.symbol, lastTradeDate: listing.lastTradeDate }]
      : []
  );
  return frontMonth(product, months, time)?.symbol ?? id;
}
