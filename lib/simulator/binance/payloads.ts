import { floorTo } from "../../model/time.ts";
import type { Listing, SimulatedTrade } from "../truth.ts";
import { decimalText as decimal } from "./decimal_text.ts";
import { FUNDING_MS, type MarkPrice } from "./funding.ts";
import type { Kline } from "./kline.ts";
import type { KlineInterval } from "./kline_interval.ts";

/** A market of the venue. Its events differ in a few fields. */
export type VenueMarket = "spot" | "usdm";

/** The unit a client requested for all time fields. */
export type TimeUnit = "MILLISECOND" | "MICROSECOND";

/** A time of the venue in the client's unit. */
export function timeIn(unit: TimeUnit, time: number): number {
  return unit === "MICROSECOND" ? time * 1_000 : time;
}

/** The last instant before a bar's end, in the client's unit. */
function closeTimeIn(unit: TimeUnit, end: number): number {
  return timeIn(unit, end) - 1;
}

/** The event of `<symbol>@kline_<interval>`. */
export function klineEvent(
  symbol: string,
  interval: KlineInterval,
  kline: Kline,
  { eventTime, isClosed, unit }: { eventTime: number; isClosed: boolean; unit: TimeUnit },
): string {
  const end = interval.endOf(kline.openTime);
  const { firstId, lastId, trades } = kline;
  return `{"e":"kline","E":${timeIn(unit, eventTime)},"s":"${symbol}","k":{` +
    `"t":${timeIn(unit, kline.openTime)},"T":${closeTimeIn(unit, end)},` +
    `"s":"${symbol}","i":"${interval.name}","f":${firstId},"L":${lastId},` +
    `"o":"${decimal(kline.open)}","c":"${decimal(kline.close)}",` +
    `"h":"${decimal(kline.high)}","l":"${decimal(kline.low)}",` +
    `"v":"${decimal(kline.volume)}","n":${trades},"x":${isClosed},` +
    `"q":"${decimal(kline.quoteVolume)}","V":"${decimal(kline.takerVolume)}",` +
    `"Q":"${decimal(kline.takerQuote)}","B":"0"}}`;
}

/** The event of `<symbol>@trade`. Futures say what kind of trade it was. */
export function tradeEvent(
  symbol: string,
  trade: SimulatedTrade,
  { unit, market }: { unit: TimeUnit; market: VenueMarket },
): string {
  const time = timeIn(unit, trade.time);
  const { id, price, size, buyerIsMaker } = trade;
  const values = `"t":${id},"p":"${decimal(price)}","q":"${decimal(size)}"`;
  return market === "spot"
    ? `{"e":"trade","E":${time},"s":"${symbol}",${values},"T":${time},"m":${buyerIsMaker},"M":true}`
    : `{"e":"trade","E":${time},"T":${time},"s":"${symbol}",${values},"X":"MARKET","m":${buyerIsMaker}}`;
}

/** The event of `<symbol>@aggTrade`. Every aggregate here is of one trade and has its id. */
export function aggregateTradeEvent(
  symbol: string,
  trade: SimulatedTrade,
  { unit, market }: { unit: TimeUnit; market: VenueMarket },
): string {
  // `nq` is the quantity without retail price improvement orders, `st` 1 the USD-M market.
  const extra = market === "spot" ? "" : `,"nq":"${decimal(trade.size)}","st":1`;
  return `{"e":"aggTrade","E":${timeIn(unit, trade.time)},"s":"${symbol}",${
    aggregateFields(trade, unit, market)
  }${extra}}`;
}

/** A row of `GET /api/v3/historicalTrades`. */
export function tradeRow(trade: SimulatedTrade, { unit }: { unit: TimeUnit }): string {
  const { id, price, size, buyerIsMaker } = trade;
  return `{"id":${id},"price":"${decimal(price)}","qty":"${decimal(size)}",` +
    `"quoteQty":"${decimal(price * size)}","time":${timeIn(unit, trade.time)},` +
    `"isBuyerMaker":${buyerIsMaker},"isBestMatch":true}`;
}

/** A row of `GET …/aggTrades`. */
export function aggregateTradeRow(
  trade: SimulatedTrade,
  { unit, market }: { unit: TimeUnit; market: VenueMarket },
): string {
  return `{${aggregateFields(trade, unit, market)}}`;
}

function aggregateFields(trade: SimulatedTrade, unit: TimeUnit, market: VenueMarket): string {
  const { id, price, size, buyerIsMaker } = trade;
  return `"a":${id},"p":"${decimal(price)}","q":"${decimal(size)}","f":${id},"l":${id},` +
    `"T":${timeIn(unit, trade.time)},"m":${buyerIsMaker}${market === "spot" ? `,"M":true` : ""}`;
}

/** The event of `<symbol>@bookTicker`: one tick wide round the last trade; in spot neither type nor time. */
export function bookTickerEvent(
  listing: Listing,
  trade: SimulatedTrade,
  market: VenueMarket,
): string {
  const { symbol, tickSize, sizeStep } = listing;
  const { id, price, size, buyerIsMaker } = trade;
  const other = Number((price + (buyerIsMaker ? tickSize : -tickSize)).toFixed(8));
  const [bid, ask] = buyerIsMaker ? [price, other] : [other, price];
  // Any size above 0 will do; this one repeats with the trade.
  const depth = Number(((1 + id % 1_000) * 10 * sizeStep).toFixed(8));
  const [bidSize, askSize] = buyerIsMaker ? [size, depth] : [depth, size];
  const extra = market === "spot"
    ? ""
    : `"e":"bookTicker","E":${trade.time},"T":${trade.time},"ps":"${symbol}","st":1,`;
  return `{${extra}"u":${id},"s":"${symbol}","b":"${decimal(bid)}","B":"${decimal(bidSize)}",` +
    `"a":"${decimal(ask)}","A":"${decimal(askSize)}"}`;
}

/** The event of `<symbol>@markPrice`. */
export function markPriceEvent(symbol: string, price: MarkPrice, unit: TimeUnit): string {
  const { mark, index, rate, fundingTime } = markTexts(price);
  return `{"e":"markPriceUpdate","E":${timeIn(unit, price.eventTime)},"s":"${symbol}",` +
    `"p":"${mark}","P":"${index}","i":"${index}","r":"${rate}","T":${timeIn(unit, fundingTime)}}`;
}

/** The answer of `GET /fapi/v1/premiumIndex`. */
export function premiumIndexText(symbol: string, price: MarkPrice): string {
  const { mark, index, rate, fundingTime } = markTexts(price);
  return `{"symbol":"${symbol}","markPrice":"${mark}","indexPrice":"${index}",` +
    `"estimatedSettlePrice":"${index}","lastFundingRate":"${rate}","interestRate":"0.00010000",` +
    `"nextFundingTime":${fundingTime},"time":${price.eventTime}}`;
}

/** A funding rate as Binance writes it. */
export function rateText(rate: number): string {
  return decimal(Number(rate.toFixed(8)));
}

/**
 * The index price is what the coin itself costs. The mark price is the middle one of three: the index with what funding
 * adds to it until it is paid, the index with the premium, and the last price. Where the last price has no premium it is
 * the first of them.
 */
function markTexts({ eventTime, lastPrice, premium, fundingRate }: MarkPrice) {
  const fundingTime = floorTo(eventTime, FUNDING_MS) + FUNDING_MS;
  const share = (fundingTime - eventTime) / FUNDING_MS;
  const indexPrice = lastPrice / premium;
  const mark = (premium === 1 ? indexPrice * (1 + fundingRate * share) : lastPrice).toFixed(8);
  const index = decimal(Number(indexPrice.toFixed(8)));
  return { mark, index, rate: rateText(fundingRate), fundingTime };
}

/** A row of `GET /api/v3/klines`. */
export function klineRow(kline: Kline, interval: KlineInterval, unit: TimeUnit): string {
  const end = interval.endOf(kline.openTime);
  return `[${timeIn(unit, kline.openTime)},"${decimal(kline.open)}","${decimal(kline.high)}",` +
    `"${decimal(kline.low)}","${decimal(kline.close)}","${decimal(kline.volume)}",` +
    `${closeTimeIn(unit, end)},"${decimal(kline.quoteVolume)}",${kline.trades},` +
    `"${decimal(kline.takerVolume)}","${decimal(kline.takerQuote)}","0"]`;
}

/** The notice that a connection is about to end. */
export function shutdownEvent(eventTime: number, unit: TimeUnit): string {
  return `{"e":"serverShutdown","E":${timeIn(unit, eventTime)}}`;
}

/** The envelope of a combined stream. */
export function combined(stream: string, payload: string): string {
  return `{"stream":${JSON.stringify(stream)},"data":${payload}}`;
}
