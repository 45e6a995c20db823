import { alwaysOpen, type TradingCalendar } from "../calendar/calendar.ts";
import { globexEquityIndex } from "../calendar/globex.ts";
import type { Instrument } from "../model/instrument.ts";

/** When an instrument trades: crypto always, equity-index futures by the Globex day. */
export function calendarOf(instrument: Instrument): TradingCalendar {
  return instrument.venue === "ibkr" ? globexEquityIndex : alwaysOpen;
}
