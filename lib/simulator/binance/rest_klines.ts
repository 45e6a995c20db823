import type { Kline } from "./kline.ts";
import { type KlineInterval, klineIntervalOf, zoneOffsetOf } from "./kline_interval.ts";
import { klineRow } from "./payloads.ts";
import { RestError } from "./rest_error.ts";
import { notValid, type RestParameters } from "./rest_parameters.ts";
import { listingOf, type RestView } from "./rest_view.ts";

/** `GET /api/v3/klines` and `GET /fapi/v1/klines`: rows in order of time, the forming bar last. */
export async function klines(parameters: RestParameters, view: RestView): Promise<string> {
  const symbol = parameters.symbol();
  const isSpot = view.market === "spot";
  const zone = (isSpot ? parameters.text("timeZone") : undefined) ?? "0";
  const offsetMs = zoneOffsetOf(zone);
  const interval = klineIntervalOf(parameters.mandatory("interval"), offsetMs);
  const start = parameters.time("startTime");
  const end = parameters.time("endTime");
  const limit = parameters.limit(isSpot ? 1_000 : 1_500);
  parameters.finish();
  const isServed = isSpot || interval?.name !== "1s";
  if (interval === undefined || !isServed) throw new RestError(-1120, "Invalid interval.");
  if (offsetMs === undefined) throw notValid("timeZone");
  listingOf(symbol, view);
  const last = Math.min(end ?? Infinity, view.now);
  const found = start === undefined
    ? await newest(symbol, interval, { last, limit }, view)
    : await oldest(symbol, interval, { first: start, last, limit }, view);
  view.onHistory?.({ symbol, openTimes: found.map(({ openTime }) => openTime) });
  return `[${found.map((kline) => klineRow(kline, interval, view.unit)).join(",")}]`;
}

/** Up to `limit` bars that open in `[first, last]`, from the first on. */
async function oldest(
  symbol: string,
  interval: KlineInterval,
  { first, last, limit }: { first: number; last: number; limit: number },
  { book, now, breathe }: RestView,
): Promise<Kline[]> {
  const found: Kline[] = [];
  const earliest = interval.openOf(Math.max(first, book.truth.from));
  let openTime = earliest < first ? interval.endOf(earliest) : earliest;
  for (; openTime <= last && found.length < limit; openTime = interval.endOf(openTime)) {
    const kline = book.at(symbol, interval, openTime, now);
    if (kline !== undefined) found.push(kline);
    await breathe();
  }
  return found;
}

/** Up to `limit` bars that open by `last`, the newest ones. */
async function newest(
  symbol: string,
  interval: KlineInterval,
  { last, limit }: { last: number; limit: number },
  { book, now, breathe }: RestView,
): Promise<Kline[]> {
  const found: Kline[] = [];
  const earliest = interval.openOf(book.truth.from);
  let openTime = interval.openOf(last);
  for (; openTime >= earliest && found.length < limit; openTime = interval.openOf(openTime - 1)) {
    const kline = book.at(symbol, interval, openTime, now);
    if (kline !== undefined) found.push(kline);
    await breathe();
  }
  return found.reverse();
}
