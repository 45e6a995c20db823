import { SessionClock } from "../../calendar/market_sessions.ts";
import type { FundingPayment } from "../../model/funding.ts";
import type { Instrument } from "../../model/instrument.ts";
import { type MinuteGrid, MinuteStatus, minutesWithin } from "../../model/minute_grid.ts";
import { DAY, MINUTE } from "../../model/time.ts";
import type { StudyQuery, StudyScope, StudySide } from "./study.ts";

/** The minutes of an instrument, as far back as they go. */
export interface StudyMinutes {
  readonly instrument: Instrument;
  readonly grid: MinuteGrid;
  /** Of a perpetual: what was paid, oldest first. @default none is known */
  readonly fundings?: readonly FundingPayment[];
}

/**
 * Minutes as a study looks at them: the newest days of all sides up to the end that they share, and of those the hours
 * asked for. Minutes outside these hours count as out of session, so that no return, bar or session reaches over them.
 */
export function studyScope(sides: readonly StudyMinutes[], query: StudyQuery): StudyScope {
  const { timeframe, days, hours } = query;
  const begun = sides.filter(({ grid }) => grid.length > 0);
  const to = Math.min(...begun.map(({ grid }) => grid.start + grid.length * MINUTE));
  return {
    timeframe,
    days,
    hours,
    sides: sides.map(({ instrument, grid, fundings = [] }): StudySide => {
      const allHours = minutesWithin(grid, to - days * DAY, to);
      const chosen = hours === "us" ? inUsHours(allHours) : allHours;
      return { instrument, allHours, grid: chosen, fundings };
    }),
  };
}

/** The same minutes, those outside US regular hours marked as out of session. */
export function inUsHours(grid: MinuteGrid): MinuteGrid {
  const clock = new SessionClock("us");
  const status = grid.status.map((known, row) =>
    clock.isOpen(grid.start + row * MINUTE) ? known : MinuteStatus.OutOfSession
  );
  return { ...grid, status };
}
