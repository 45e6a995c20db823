import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { TradingCalendar } from "../calendar/calendar.ts";
import type { Instrument } from "../model/instrument.ts";
import { DayCount, type MinutesOfDay } from "../model/count_days.ts";
import type { CoverageDay } from "../model/coverage_day.ts";
import { MINUTE } from "../model/time.ts";
import type { CoverageState, StoreReader } from "./store.ts";

/** Reason of minutes that the store knows nothing of, between others that it does. */
const NOT_STORED = "never stored";

const COUNTS: Readonly<Record<CoverageState, MinutesOfDay>> = {
  complete: "held",
  missing: "missing",
  healing: "missing",
  closed: "closed",
};

/** What a store holds of an instrument, day by day. */
export interface StoredDays {
  /** From the first day that is known to the last. */
  readonly days: readonly CoverageDay[];
  /** End of the newest minute held, epoch ms UTC; NaN without any. */
  readonly to: number;
}

/** What a store holds of each day of an instrument, from the first minute that it knows to the last. */
export async function storedDays(
  store: Pick<StoreReader, "coverage">,
  instrument: Instrument,
): Promise<StoredDays> {
  const rows = await store.coverage({
    instrument: instrument.id,
    stepMs: MINUTE,
    from: -Infinity,
    to: Infinity,
  });
  const days = new DayCount(), calendar = calendarOf(instrument);
  let end = rows[0]?.from ?? NaN;
  for (const { from, to, state, reason } of rows) {
    if (from > end) addUnknown(days, end, from, calendar);
    days.add(from, to, COUNTS[state], reason);
    end = to;
  }
  const newest = rows.findLast(({ state }) => state === "complete");
  return { days: days.all(), to: newest?.to ?? NaN };
}

/** Nobody asked for these: the market was shut, or they are missing. */
function addUnknown(days: DayCount, from: number, to: number, calendar: TradingCalendar): void {
  for (let start = from; start < to;) {
    const isShut = calendar.isOpen(start) === false;
    let end = start + MINUTE;
    while (end < to && (calendar.isOpen(end) === false) === isShut) end += MINUTE;
    days.add(start, end, isShut ? "closed" : "missing", NOT_STORED);
    start = end;
  }
}
