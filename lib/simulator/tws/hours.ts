import { formatTradingHours } from "../../calendar/trading_hours.ts";
import { DAY, type Interval, MINUTE } from "../../model/time.ts";
import type { Contract } from "./contracts.ts";
import type { Tape } from "./tape.ts";
import { regularOpenOn } from "./trading_days.ts";
import { wallClock } from "./venue_text.ts";

/** TWS publishes about a week. */
const DAYS = 6;

/** Trading and liquid hours as TWS publishes them with a contract, in the zone of the exchange. */
export interface PublishedHours {
  readonly trading: string;
  readonly liquid: string;
}

/** Hours of many contracts at one time. Those of a root are the same, but for the one that expires soon. */
export class ListedHours {
  readonly #tape: Tape;
  readonly #now: number;
  readonly #soon: string;
  readonly #ofRoots = new Map<string, PublishedHours>();

  constructor(tape: Tape, now: number) {
    this.#tape = tape;
    this.#now = now;
    this.#soon = wallClock(now + (DAYS + 2) * DAY, "UTC").date;
  }

  of(contract: Contract): PublishedHours {
    const { root, lastTradeDate = "" } = contract.listing;
    if (lastTradeDate <= this.#soon) return hoursOf(this.#tape, contract, this.#now);
    let hours = this.#ofRoots.get(root);
    if (hours === undefined) {
      hours = hoursOf(this.#tape, contract, this.#now);
      this.#ofRoots.set(root, hours);
    }
    return hours;
  }
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
