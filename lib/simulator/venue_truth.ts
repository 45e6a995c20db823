import type { Listing, Truth } from "./truth.ts";

/**
 * A truth as a venue has it whose symbols are those of another one: what the truth knows as `BTCUSDT@usdm` goes by
 * `BTCUSDT`, with trades and prices of its own. What the truth does not know so stays as it is.
 */
export function venueTruth(truth: Truth, venue: string): Truth {
  const own = (symbol: string, at: number): string => {
    const named = `${symbol}@${venue}`;
    return truth.listing?.(named, at) === undefined ? symbol : named;
  };
  const plain = (listing: Listing, symbol: string): Listing => ({
    ...listing,
    symbol,
    root: symbol,
  });
  const listing = (symbol: string, at: number): Listing | undefined => {
    const found = truth.listing?.(own(symbol, at), at);
    return found?.kind === "crypto" ? plain(found, symbol) : found;
  };
  return {
    from: truth.from,
    to: truth.to,
    listings: (at) =>
      truth.listings(at).map((one) => one.kind === "crypto" ? listing(one.symbol, at) ?? one : one),
    ...(truth.listing === undefined ? {} : { listing }),
    minute: (symbol, openTime) => truth.minute(own(symbol, openTime), openTime),
    fiveSeconds: (symbol, minuteOpen) => truth.fiveSeconds(own(symbol, minuteOpen), minuteOpen),
    trades: (symbol, minuteOpen) => truth.trades(own(symbol, minuteOpen), minuteOpen),
    isOpen: (symbol, minuteOpen) => truth.isOpen(own(symbol, minuteOpen), minuteOpen),
    ...(truth.premium === undefined
      ? {}
      : { premium: (symbol, time) => truth.premium!(own(symbol, time), time) }),
  };
}
