import { DAY, HOUR } from "../../model/time.ts";
import { newestTrades, oldestTrades } from "../trade_pages.ts";
import { aggregateTradeRow, tradeRow } from "./payloads.ts";
import { RestError } from "./rest_error.ts";
import type { RestParameters } from "./rest_parameters.ts";
import { listingOf, type RestView } from "./rest_view.ts";

/** `GET /api/v3/aggTrades` and `GET /fapi/v1/aggTrades`; the latter knows the last day only. */
export async function aggregateTrades(
  parameters: RestParameters,
  view: RestView,
): Promise<string> {
  const symbol = parameters.symbol();
  const fromId = parameters.whole("fromId");
  const start = parameters.time("startTime");
  const end = parameters.time("endTime");
  const limit = parameters.limit(1_000);
  parameters.finish();
  if (fromId !== undefined && (start !== undefined || end !== undefined)) {
    throw new RestError(-1128, "Combination of optional parameters invalid.");
  }
  listingOf(symbol, view);
  const isShort = start === undefined || end === undefined || end - start < HOUR;
  if (view.market === "usdm" && !isShort) {
    throw new RestError(-1127, "More than 1 hours between startTime and endTime.");
  }
  const earliest = view.market === "usdm" ? view.now - DAY : -Infinity;
  const last = Math.min(end ?? Infinity, view.now);
  const found = fromId === undefined && start === undefined
    ? await newestTrades(symbol, { last, limit }, view)
    : await oldestTrades(symbol, { start, fromId, last, limit }, view);
  const known = found.filter(({ time }) => time >= earliest);
  return `[${known.map((trade) => aggregateTradeRow(trade, view)).join(",")}]`;
}

/** `GET /api/v3/historicalTrades`: single trades of any age by id; the newest without one. */
export async function historicalTrades(
  parameters: RestParameters,
  view: RestView,
): Promise<string> {
  const symbol = parameters.symbol();
  const fromId = parameters.whole("fromId");
  const limit = parameters.limit(1_000);
  parameters.finish();
  listingOf(symbol, view);
  const last = view.now;
  const found = fromId === undefined
    ? await newestTrades(symbol, { last, limit }, view)
    : await oldestTrades(symbol, { start: undefined, fromId, last, limit }, view);
  return `[${found.map((trade) => tradeRow(trade, view)).join(",")}]`;
}
