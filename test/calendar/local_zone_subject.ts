/** Prints what the calendar says about weeks with changes of the clock, to compare under several zones. */
import {
  expiryOf,
  frontMonth,
  quarterlyContracts,
  rollTime,
} from "../../lib/calendar/contract_month.ts";
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
    quarters: quarterlyContracts("ES", from, 4),
    front: frontMonth(quarterlyContracts("ES", from, 4), from),
    roll: rollTime(expiryOf("202612")),
  };
});
// deno-lint-ignore no-console -- the output is what the test compares
console.log(JSON.stringify({ zone: Temporal.Now.timeZoneId(), weeks }));
