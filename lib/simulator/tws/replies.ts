import type { TwsField } from "../../wire/tws_frame.ts";
import { TwsReplyId, TwsVersion } from "../../wire/tws_message_ids.ts";
import type { SimulatedBar } from "../truth.ts";
import { type Contract, CURRENCY, EXCHANGE, rootOf } from "./contracts.ts";
import { EXCHANGE_ZONE } from "./venue_text.ts";

/** Which prices a client asked for. All but trades have no volume, which the wire says as −1. */
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
  { conId, listing }: Contract,
  hours: { trading: string; liquid: string },
  version: number,
): Fields {
  const { root, symbol, tickSize, multiplier = 1, lastTradeDate = "", contractMonth = "" } =
    listing;
  const { longName, underlyingConId } = rootOf(root);
  return [
    ...[TwsReplyId.ContractData, id, root, "FUT", `${lastTradeDate} 08:30:00 ${EXCHANGE_ZONE}`],
    ...(version >= TwsVersion.LastTradeDate ? [lastTradeDate] : []),
    ...[0, "", EXCHANGE, CURRENCY, symbol, root, root, conId, tickSize, multiplier],
    ...[ORDER_TYPES, "CME,QBALGO", 1, underlyingConId, longName, "", contractMonth, "", "", ""],
    ...[EXCHANGE_ZONE, hours.trading, hours.liquid, "", "", 0, UNSET_INTEGER, root, "IND"],
    ...[MARKET_RULES, lastTradeDate, "", 1, 1, 1],
    ...(version >= TwsVersion.IneligibilityReasons ? [0] : []),
  ];
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

/** A trade bar as asked for: bids lie one tick below trades, asks one tick above, the middle between. */
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
