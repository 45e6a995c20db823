import { DAY, floorTo, HOUR, MINUTE } from "../../model/time.ts";
import type { SimulatedTrade } from "../truth.ts";
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
    ? await newest(symbol, { last, limit }, view)
    : await oldest(symbol, { start, fromId, last, limit }, view);
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
    ? await newest(symbol, { last, limit }, view)
    : await oldest(symbol, { start: undefined, fromId, last, limit }, view);
  return `[${found.map((trade) => tradeRow(trade, view)).join(",")}]`;
}

async function newest(
  symbol: string,
  { last, limit }: { last: number; limit: number },
  { book, breathe }: RestView,
): Promise<SimulatedTrade[]> {
  let found: SimulatedTrade[] = [];
  for (let minute = floorTo(last, MINUTE); found.length < limit; minute -= MINUTE) {
    if (minute + MINUTE <= book.truth.from) break;
    found = book.trades(symbol, minute).filter(({ time }) => time <= last).concat(found);
    await breathe();
  }
  return found.slice(-limit);
}

async function oldest(
  symbol: string,
  { start, fromId, last, limit }: {
    start: number | undefined;
    fromId: number | undefined;
    last: number;
    limit: number;
  },
  view: RestView,
): Promise<SimulatedTrade[]> {
  const { book, breathe } = view;
  const first = fromId === undefined
    ? floorTo(Math.max(start ?? 0, book.truth.from), MINUTE)
    : await minuteOfId(symbol, fromId, view);
  const found: SimulatedTrade[] = [];
  for (let minute = first; minute <= last && found.length < limit; minute += MINUTE) {
    for (const trade of book.trades(symbol, minute)) {
      const isWanted = trade.time <= last && trade.time >= (start ?? -Infinity) &&
        trade.id >= (fromId ?? -Infinity);
      if (isWanted && found.length < limit) found.push(trade);
    }
    await breathe();
  }
  return found;
}

/** A minute at or before the one that holds the trade: ids rise with time, so it is halved in. */
async function minuteOfId(
  symbol: string,
  id: number,
  { book, now, breathe }: RestView,
): Promise<number> {
  let low = floorTo(book.truth.from, MINUTE);
  let high = floorTo(now, MINUTE);
  while (high - low > MINUTE) {
    const middle = floorTo((low + high) / 2, MINUTE);
    let next = middle;
    while (next < high && book.trades(symbol, next).length === 0) {
      next += MINUTE;
      await breathe();
    }
    const firstId = next < high ? book.trades(symbol, next)[0]!.id : Infinity;
    if (firstId <= id) low = next;
    else high = middle;
    await breathe();
  }
  return low;
}
