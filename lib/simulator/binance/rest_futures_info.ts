import { floorTo, MINUTE } from "../../model/time.ts";
import type { Listing } from "../truth.ts";
import { decimalText } from "./decimal_text.ts";
import { FuturesLimits } from "./limits.ts";
import { quoteAssetOf } from "./rest_exchange_info.ts";
import type { RestParameters } from "./rest_parameters.ts";
import type { RestView } from "./rest_view.ts";

const RATE_LIMITS = [
  {
    rateLimitType: "REQUEST_WEIGHT",
    interval: "MINUTE",
    intervalNum: 1,
    limit: FuturesLimits.weightPerMinute,
  },
  { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: 1_200 },
  { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 300 },
];

/** A perpetual is delivered on Christmas 2100, that is, never. */
const NEVER = 4_133_404_800_000;

/** `GET /fapi/v1/exchangeInfo`: every spot symbol of the truth as a perpetual. It takes no parameters. */
export function futuresInfo(parameters: RestParameters, view: RestView): string {
  parameters.finish();
  const listings = [...view.book.listings(view.serverTime).values()];
  return JSON.stringify({
    timezone: "UTC",
    serverTime: view.serverTime,
    futuresType: "U_MARGINED",
    rateLimits: RATE_LIMITS,
    exchangeFilters: [],
    assets: [{ asset: "USDT", marginAvailable: true, autoAssetExchange: "0" }],
    symbols: listings.map((listing) => describe(listing, view)),
  });
}

function describe({ symbol, tickSize, sizeStep }: Listing, { book, serverTime }: RestView) {
  const quoteAsset = quoteAssetOf(symbol);
  const isOpen = book.truth.isOpen(symbol, floorTo(serverTime, MINUTE));
  const tick = decimalText(tickSize), step = decimalText(sizeStep);
  return {
    symbol,
    pair: symbol,
    contractType: "PERPETUAL",
    deliveryDate: NEVER,
    onboardDate: floorTo(book.truth.from, MINUTE),
    status: isOpen ? "TRADING" : "PENDING_TRADING",
    baseAsset: symbol.slice(0, -quoteAsset.length),
    quoteAsset,
    marginAsset: quoteAsset,
    pricePrecision: 2,
    quantityPrecision: 3,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: "COIN",
    filters: [
      { filterType: "PRICE_FILTER", minPrice: tick, maxPrice: "1000000.00000000", tickSize: tick },
      { filterType: "LOT_SIZE", minQty: step, maxQty: "1000.00000000", stepSize: step },
      { filterType: "MIN_NOTIONAL", notional: "100" },
    ],
    orderTypes: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"],
    timeInForce: ["GTC", "IOC", "FOK", "GTX", "GTD"],
  };
}
