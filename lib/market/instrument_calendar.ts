import { alwaysOpen, type TradingCalendar } from "../calendar/calendar.ts";
import { globexEquityIndex } from "../calendar/globex.ts";
import { type Instrument, STABLECOINS } from "../model/instrument.ts";

/** When an instrument trades: crypto always, equity-index futures by the Globex day. */
export function calendarOf(instrument: Instrument): TradingCalendar {
  return instrument.venue === "ibkr" ? globexEquityIndex : alwaysOpen;
}

/** Roots of the index futures at Globex; a month and a year may follow: `ESZ6`. */
const INDEX_FUTURE = /^(M?ES|M?NQ|M?YM|RTY|M2K)([FGHJKMNQUVXZ]\d{1,4})?$/;
const COIN = /^(BTC|ETH|SOL|XRP|BNB|ADA|DOGE|LTC|XBT)([A-Z]{3,5})?$/;

/** When something of this name trades, as far as names tell; undefined for others. */
export function calendarOfSymbol(symbol: string): TradingCalendar | undefined {
  if (INDEX_FUTURE.test(symbol)) return globexEquityIndex;
  const isCrypto = COIN.test(symbol) || STABLECOINS.some((coin) => symbol.endsWith(coin));
  return isCrypto ? alwaysOpen : undefined;
}
