import { assetsOf } from "../../model/instrument.ts";
import { floorTo, MINUTE } from "../../model/time.ts";
import type { Listing } from "../truth.ts";
import { decimalText } from "./decimal_text.ts";
import { Limits } from "./limits.ts";
import { timeIn } from "./payloads.ts";
import { RestError } from "./rest_error.ts";
import { illegal, type RestParameters, symbolOf } from "./rest_parameters.ts";
import { listingOf, type RestView } from "./rest_view.ts";

const RATE_LIMITS = [
  {
    rateLimitType: "REQUEST_WEIGHT",
    interval: "MINUTE",
    intervalNum: 1,
    limit: Limits.weightPerMinute,
  },
  { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 100 },
  { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 200_000 },
  { rateLimitType: "RAW_REQUESTS", interval: "MINUTE", intervalNum: 5, limit: 300_000 },
];

/** `GET /api/v3/exchangeInfo`, of all symbols, of `symbol` or of `symbols`. */
export function exchangeInfo(parameters: RestParameters, view: RestView): string {
  const symbol = parameters.text("symbol");
  const symbols = parameters.text("symbols");
  const status = parameters.text("symbolStatus");
  const permissions = parameters.text("permissions");
  parameters.text("showPermissionSets");
  parameters.finish();
  if (symbol !== undefined && symbols !== undefined) {
    throw new RestError(-1128, "Combination of optional parameters invalid.");
  }
  let listings = [...view.book.listings(view.serverTime).values()];
  if (symbol !== undefined) listings = [listingOf(symbolOf("symbol", symbol), view)];
  if (symbols !== undefined) {
    listings = symbolList(symbols).map((one) => listingOf(symbolOf("symbols", one), view));
  }
  if (permissions !== undefined && !permissions.includes("SPOT")) listings = [];
  const described = listings.map((listing) => describe(listing, view))
    .filter((one) => status === undefined || one.status === status);
  return JSON.stringify({
    timezone: "UTC",
    serverTime: timeIn(view.unit, view.serverTime),
    rateLimits: RATE_LIMITS,
    exchangeFilters: [],
    symbols: described,
  });
}

function symbolList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
  } catch {
    // Refused below with the same error as JSON that is not a list.
  }
  throw illegal("symbols", '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$');
}

function describe({ symbol, tickSize, sizeStep }: Listing, { book, serverTime }: RestView) {
  const quoteAsset = quoteAssetOf(symbol);
  const isOpen = book.truth.isOpen(symbol, floorTo(serverTime, MINUTE));
  const tick = decimalText(tickSize), step = decimalText(sizeStep);
  return {
    symbol,
    status: isOpen ? "TRADING" : "BREAK",
    baseAsset: symbol.slice(0, -quoteAsset.length),
    baseAssetPrecision: 8,
    quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: tick, maxPrice: "1000000.00000000", tickSize: tick },
      { filterType: "LOT_SIZE", minQty: step, maxQty: "9000.00000000", stepSize: step },
      { filterType: "NOTIONAL", minNotional: "5.00000000", applyMinToMarket: true },
    ],
    permissions: [],
    permissionSets: [["SPOT"]],
    defaultSelfTradePreventionMode: "EXPIRE_MAKER",
    allowedSelfTradePreventionModes: ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
  };
}

/** What a symbol is priced in. */
export function quoteAssetOf(symbol: string): string {
  return assetsOf({ id: symbol, kind: "crypto", currency: "" }).quote ?? symbol.slice(-3);
}
