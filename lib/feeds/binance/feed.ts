import { isVenueSymbol } from "../../model/venue_symbol.ts";
import type { Feed, FeedContext } from "../feed.ts";
import { StreamingFeed, type StreamingOptions } from "../streaming/feed.ts";
import { binanceAdapter } from "./adapter.ts";
import { binanceInstruments, type BinanceSelection, marketOf } from "./instruments.ts";

export interface BinanceOptions extends BinanceSelection, StreamingOptions {}

/**
 * A Binance market as a feed: one combined stream of one-minute klines and trades, the last day and every
 * hole from REST, reconnecting for ever. The same code streams from Binance and from any server that speaks its
 * protocol.
 *
 * @throws {RangeError} when a URL, a symbol or the missing ledger of one makes it impossible to begin.
 */
export function createBinanceFeed(context: FeedContext, options: BinanceOptions): Feed {
  const { venue = "binance", symbols } = options;
  const { market = marketOf(venue) } = options;
  if (venue === "usdm" && market !== "usdm") {
    throw new RangeError(`market of the venue usdm must be usdm, got ${market}`);
  }
  const bad = symbols.find((one, i) => !isVenueSymbol(one) || symbols.indexOf(one) !== i);
  if (bad !== undefined) {
    throw new RangeError(`symbols must be different uppercase names, got ${bad}`);
  }
  const instruments = binanceInstruments(options);
  return new StreamingFeed(context, binanceAdapter(market, venue), instruments, options);
}
