import type { Product } from "../../calendar/products.ts";
import { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import type { ListedFuture } from "./gateway.ts";

const venue = "ibkr" as const;
/** Kinds of contracts named in one sentence. */
const MOST_KINDS = 6;

/** Bars stopped in an open market while the venue's history goes on. */
export function deadStream(instrument: string, silentMs: number): MarketError {
  return new MarketError(
    "dead-stream",
    "retry",
    `No bars of ${instrument} for ${
      Math.round(silentMs / SECOND)
    } s in an open market, not even after asking again, while IBKR's history goes on; connecting again.`,
    { venue, instrument },
  );
}

/** TWS answers the clock but not requests for data. */
export function unanswered(instrument: string, what: string): MarketError {
  return new MarketError(
    "unanswered",
    "retry",
    `IB Gateway did not answer the request for ${what} of ${instrument}; its data farms may be down. Connecting again.`,
    { venue, instrument },
  );
}

export function unknownFuture(
  { symbol, exchange }: { symbol: string; exchange: string },
  text: string,
): MarketError {
  return new MarketError(
    "unknown-contract",
    "configure",
    `IBKR knows no future ${symbol} on ${exchange} (code 200: ${text}). Check symbol and exchange in ibkr.futures, e.g. { symbol: ES, exchange: CME }.`,
    { venue, instrument: symbol },
  );
}

/** What IBKR lists under the symbol is of other classes or sizes: streaming any of it would be a guess. */
export function noSuchClass(product: Product, listing: readonly ListedFuture[]): MarketError {
  const { root, ibkrSymbol, tradingClass, multiplier } = product;
  const kinds = listing.map((future) => `class ${future.tradingClass} × ${future.multiplier}`);
  return new MarketError(
    "unknown-contract",
    "configure",
    `IBKR lists no ${root} of class ${tradingClass} and multiplier ${multiplier} under ${ibkrSymbol}; it lists ${
      [...new Set(kinds)].slice(0, MOST_KINDS).join(", ")
    }. If IBKR has renamed it, correct the row of ${root} in lib/calendar/products.ts.`,
    { venue, instrument: root },
  );
}

export function noSuchExpiry(
  symbol: string,
  wanted: string,
  listed: readonly string[],
): MarketError {
  return new MarketError(
    "unknown-expiry",
    "configure",
    `IBKR lists no ${symbol} that expires in ${wanted}; it lists ${
      listed.join(", ") || "none"
    }. Set ibkr.manualExpiry to one of them, or to null for the front month.`,
    { venue, instrument: symbol },
  );
}

export function noFrontMonth(symbol: string): MarketError {
  return new MarketError(
    "no-front-month",
    "retry",
    `IBKR lists no contract month of ${symbol} that still trades; asking again.`,
    { venue, instrument: symbol },
  );
}

/** Live data was asked for and the account has none. Nothing is replaced silently. */
export function noPermission(symbol: string, exchange: string, code: number): MarketError {
  return new MarketError(
    "no-permission",
    "configure",
    `IBKR has no live market-data permission for ${symbol} (code ${code}). Subscribe to ${exchange} Real-Time in Account Management, or set ibkr.marketDataType: delayed to see delayed data, labelled so.`,
    { venue, instrument: symbol },
  );
}

/** Live data is not permitted, and the user accepts delayed data: reported, but no action is needed. */
export function delayedInstead(symbol: string, exchange: string, cause: MarketError): MarketError {
  return new MarketError(
    "delayed-instead",
    "wait",
    `${symbol} is shown with delayed data, 10 to 15 minutes late and labelled so, until Comove is restarted: IBKR gives this account no live data for it. For live data, subscribe to ${exchange} Real-Time in Account Management.`,
    { venue, instrument: symbol, cause },
  );
}

export function noDelayedData(symbol: string, code: number, text: string): MarketError {
  return new MarketError(
    "no-permission",
    "configure",
    `IBKR offers this account no delayed data for ${symbol} either (code ${code}: ${text}). Check its market-data subscriptions in Account Management.`,
    { venue, instrument: symbol },
  );
}

export function refusedRequest(symbol: string, code: number, text: string): MarketError {
  return new MarketError(
    "request-refused",
    "give-up",
    `TWS refused a request for ${symbol} as wrong (code ${code}: ${text}). This is a defect of Comove; please report it with the log.`,
    { venue, instrument: symbol },
  );
}
