/** Prints what the calendar says about weeks with changes of the clock, to compare under several zones. */
import { lastTradeDateOf, lastTradeTime, rollTime } from "../../lib/calendar/contract_dates.ts";
import { frontMonth, listedContracts } from "../../lib/calendar/listed_contracts.ts";
import { PRODUCTS } from "../../lib/calendar/products.ts";
import { globexEquityIndex, tradingDayOf } from "../../lib/calendar/globex.ts";
import { formatTradingHours, parseTradingHours } from "../../lib/calendar/trading_hours.ts";
import { HOUR } from "../../lib/model/time.ts";

const WEEKS = ["2026-03-04", "2026-03-25", "2026-10-21", "2026-10-28", "2026-12-30"];

const weeks = WEEKS.map((text) => {
  const from = Date.parse(`${text}T00:00Z`);
  const times = Array.from({ length: 7 * 24 }, (_, i) => from + i * HOUR);
  const published = formatTradingHours(globexEquityIndex, from, 7, "US/Central");
  return {
    open: times.map((time) => globexEquityIndex.isOpen(time) ? 1 : 0).join(""),
    sessions: globexEquityIndex.sessions(from, times.at(-1)!),
    days: times.map(tradingDayOf),
    published,
    parsed: parseTradingHours(published, "CST"),
    listed: PRODUCTS.map((product) => listedContracts(product, from)),
    fronts: PRODUCTS.map((product) => frontMonth(product, listedContracts(product, from), from)),
    rolls: PRODUCTS.map((product) => {
      const lastTradeDate = lastTradeDateOf(product, "202612");
      const contract = { contractMonth: "202612", lastTradeDate };
      return [rollTime(product, contract), lastTradeTime(product, lastTradeDate)];
    }),
  };
});
// deno-lint-ignore no-console -- the output is what the test compares
console.log(JSON.stringify({ zone: Temporal.Now.timeZoneId(), weeks }));
