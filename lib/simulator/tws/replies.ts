import type { TwsField } from "../../wire/tws_frame.ts";
import { TwsReplyId, TwsVersion } from "../../wire/tws_message_ids.ts";
import type { SimulatedBar } from "../truth.ts";
import { type Contract, CURRENCY, lastTradeText, validExchangesOf } from "./contracts.ts";

/** Which prices a client requested. Only trades have a volume; the others send −1. */
export type WhatToShow = "TRADES" | "MIDPOINT" | "BID" | "ASK";

/** The fields of one message. */
export type Fields = readonly TwsField[];

export const NO_REQUEST = -1;
/** IB's "not set" for integers. */
const UNSET_INTEGER = 2_147_483_647;
const ORDER_TYPES = "ACTIVETIM,AD,ALERT,COND,DAY,GTC,GTD,IOC,LMT,MKT,STP,STPLMT,TRAIL,WHATIF";
/** The half-point-free price rule of the index futures, once per valid exchange. */
const MARKET_RULES = "67,67";

export function errorReply(id: number, code: number, text: string): Fields {
  return [TwsReplyId.Error, 2, id, code, text, ""];
}

/** One listed contract, with its trading and liquid hours in the zone of the exchange. */
export function contractReply(
  id: number,
  contract: Contract,
  hours: { trading: string; liquid: string },
  version: number,
): Fields {
  const { conId, listing, terms } = contract;
  const { symbol, tickSize, multiplier = 1, lastTradeDate = "", contractMonth = "" } = listing;
  const { tradingClass, exchange } = terms;
  const noStrike = 0, noRight = "", priceMagnifier = 1;
  const noIndustry = "", noCategory = "", noSubcategory = "", noPrimaryExchange = "";
  const noRule = "", noRuleFactor = "", securityIds = 0, noStockType = "";
  const minSize = 1, sizeIncrement = 1, suggestedSizeIncrement = 1, ineligibilities = 0;
  const fields: TwsField[] = [
    TwsReplyId.ContractData,
    id,
    terms.symbol,
    "FUT",
    lastTradeText(contract),
  ];
  if (version >= TwsVersion.LastTradeDate) fields.push(lastTradeDate);
  fields.push(
    noStrike,
    noRight,
    exchange,
    CURRENCY,
    symbol,
    tradingClass,
    tradingClass,
    conId,
    tickSize,
    String(multiplier),
    ORDER_TYPES,
    validExchangesOf(terms).join(","),
    priceMagnifier,
    terms.underlyingConId,
    terms.longName,
    noPrimaryExchange,
    contractMonth,
    noIndustry,
    noCategory,
    noSubcategory,
    terms.timeZone,
    hours.trading,
    hours.liquid,
    noRule,
    noRuleFactor,
    securityIds,
    UNSET_INTEGER,
    terms.symbol,
    terms.underlyingType,
    MARKET_RULES,
    lastTradeDate,
    noStockType,
    minSize,
    sizeIncrement,
    suggestedSizeIncrement,
  );
  if (version >= TwsVersion.IneligibilityReasons) fields.push(ineligibilities);
  return fields;
}

/** A finished bar of five seconds. */
export function realTimeBarReply(
  id: number,
  bar: SimulatedBar,
  show: WhatToShow,
  tickSize: number,
): Fields {
  const { open, high, low, close, volume, vwap, trades } = shown(bar, show, tickSize);
  const seconds = bar.openTime / 1_000;
  return [TwsReplyId.RealTimeBar, 3, id, seconds, open, high, low, close, volume, vwap, trades];
}

/** Bars of the past: date text, prices, volume, vwap and number of trades of each. */
export function historyReply(
  id: number,
  span: { start: string; end: string },
  bars: readonly { date: string; bar: SimulatedBar }[],
  show: WhatToShow,
  tickSize: number,
): Fields {
  const fields: TwsField[] = [TwsReplyId.HistoricalData, id, span.start, span.end, bars.length];
  for (const { date, bar } of bars) {
    const { open, high, low, close, volume, vwap, trades } = shown(bar, show, tickSize);
    fields.push(date, open, high, low, close, volume, vwap, trades);
  }
  return fields;
}

/** The forming bar of a history kept up to date. Mind the order: close comes before high and low. */
export function historyUpdateReply(
  id: number,
  date: string,
  bar: SimulatedBar,
  show: WhatToShow,
  tickSize: number,
): Fields {
  const { open, high, low, close, volume, vwap, trades } = shown(bar, show, tickSize);
  return [TwsReplyId.HistoricalDataUpdate, id, trades, date, open, close, high, low, vwap, volume];
}

export function tickPriceReply(id: number, type: number, price: number, size: number): Fields {
  return [TwsReplyId.TickPrice, 6, id, type, price, size, 0];
}

export function tickSizeReply(id: number, type: number, size: number): Fields {
  return [TwsReplyId.TickSize, 6, id, type, size];
}

export function tickStringReply(id: number, type: number, text: string): Fields {
  return [TwsReplyId.TickString, 6, id, type, text];
}

/** A single trade; its time is in whole seconds. */
export function tickByTickReply(
  id: number,
  kind: number,
  { seconds, price, size, exchange }: {
    seconds: number;
    price: number;
    size: number;
    exchange: string;
  },
): Fields {
  const attributes = 0, conditions = "";
  return [TwsReplyId.TickByTick, id, kind, seconds, price, size, attributes, exchange, conditions];
}

/** A trade bar converted to the requested prices: bids lie one tick below trades, asks one tick above, the middle between. */
function shown(bar: SimulatedBar, show: WhatToShow, tickSize: number): SimulatedBar {
  if (show === "TRADES") return bar;
  const shift = { MIDPOINT: 0, BID: -tickSize, ASK: tickSize }[show];
  return {
    openTime: bar.openTime,
    open: bar.open + shift,
    high: bar.high + shift,
    low: bar.low + shift,
    close: bar.close + shift,
    volume: -1,
    vwap: -1,
    trades: -1,
  };
}
