import { formatTradingHours } from "../../calendar/trading_hours.ts";
import { type Interval, MINUTE } from "../../model/time.ts";
import type { Contract } from "./contracts.ts";
import type { Tape } from "./tape.ts";
import { regularOpenOn } from "./trading_days.ts";

/** TWS publishes about a week. */
const DAYS = 6;

/** Trading and liquid hours as TWS publishes them with a contract, in the zone of the exchange. */
export interface PublishedHours {
  readonly trading: string;
  readonly liquid: string;
}

/** What the venue publishes at `now`: the exchange's rule, less the holidays of the truth. */
export function hoursOf(
  tape: Tape,
  { listing: { symbol }, terms: { calendar, timeZone } }: Pick<Contract, "listing" | "terms">,
  now: number,
): PublishedHours {
  const sessions = (from: number, to: number) =>
    calendar.sessions(from, to).flatMap((session) => held(tape, symbol, session));
  const liquid = (from: number, to: number) =>
    sessions(from, to).map(liquidPart).filter((part) => part.to > from && part.from < to);
  return {
    trading: formatTradingHours({ ...calendar, sessions }, now, DAYS, timeZone),
    liquid: formatTradingHours({ ...calendar, sessions: liquid }, now, DAYS, timeZone),
  };
}

/** A session of the rule as it takes place: cut short by an early close or a late open, or not at all. */
function held(tape: Tape, symbol: string, { from, to }: Interval): Interval[] {
  const isKnown = from >= tape.truth.from && to <= tape.truth.to;
  if (!isKnown) return [{ from, to }];
  let first = from;
  while (first < to && !tape.isOpen(symbol, first)) first += MINUTE;
  let last = to;
  while (last > first && !tape.isOpen(symbol, last - MINUTE)) last -= MINUTE;
  return last > first ? [{ from: first, to: last }] : [];
}

/** From 08:30 Chicago time on the day the session ends. */
function liquidPart({ from, to }: Interval): Interval {
  return { from: Math.max(from, regularOpenOn(to)), to };
}
