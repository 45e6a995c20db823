import type { TradingCalendar } from "../../calendar/calendar.ts";
import { counted } from "../../model/counted.ts";
import { DAY, HOUR, mergeIntervals, MINUTE } from "../../model/time.ts";

/** Longer bars are of trading days. */
const LONGEST_STEP_MS = DAY / 2;
/** Share of the closes with a bar, and of the opens without, that shows the habit. */
const MIN_SHARE = 0.8;
/** Markets open and close at half hours; hours that bars repeat begin and end beside them. */
const HALF_HOUR = HOUR / 2;

/** What is known of the bars. */
export interface StampEvidence {
  /** Different open times as read, ascending, epoch ms. */
  readonly times: Float64Array;
  readonly stepMs: number;
  readonly calendar: TradingCalendar;
  /** True where the calendar is what these bars themselves repeat. */
  readonly isLearned: boolean;
}

/**
 * Why the times look like those of the end of each bar: a bar at each close of the market and none at its opens, or
 * all of them a moment before the next bar begins. Undefined where they do not, or the market never closes.
 */
export function endStampOf(evidence: StampEvidence): string | undefined {
  const { times, stepMs, calendar, isLearned } = evidence;
  if (times.length < 2 || !(stepMs > 0)) return undefined;
  if (stepMs >= MINUTE && times.every((time) => past(time) >= MINUTE - 1_000)) {
    return "each lies a moment before the next bar begins";
  }
  if (!(stepMs <= LONGEST_STEP_MS)) return undefined;
  const first = times[0]!, last = times.at(-1)!;
  const sessions = mergeIntervals(calendar.sessions(first - DAY, last + DAY))
    .filter(({ from, to }) => Number.isFinite(from) && Number.isFinite(to));
  if (isLearned) return ofLearned(sessions, stepMs);
  const have = new Set(times);
  let closes = 0, atClose = 0, opens = 0, atOpen = 0;
  for (const { from, to } of sessions) {
    if (have.has(to - stepMs) && calendar.isOpen(to) === false) {
      closes++;
      if (have.has(to)) atClose++;
    }
    if (have.has(from + stepMs)) {
      opens++;
      if (have.has(from)) atOpen++;
    }
  }
  const isHabit = atClose > 0 && opens > atOpen && atClose >= MIN_SHARE * closes &&
    opens - atOpen >= MIN_SHARE * opens;
  if (!isHabit) return undefined;
  return `there is a bar at ${atClose} of ${counted(closes, "close")} of the market, and at ${
    atOpen === 0 ? "none" : atOpen
  } of ${counted(opens, "open")}`;
}

/** Hours such as 09:31 to 16:01 are those of a market that opens at 09:30. */
function ofLearned(
  sessions: readonly { readonly from: number; readonly to: number }[],
  stepMs: number,
): string | undefined {
  if (sessions.length === 0 || HALF_HOUR % stepMs !== 0 || stepMs === HALF_HOUR) return undefined;
  const isBeside = (time: number) => (time - stepMs) % HALF_HOUR === 0;
  if (!sessions.every(({ from, to }) => isBeside(from) && isBeside(to))) return undefined;
  return "the hours that they repeat begin and end a bar after the half hour";
}

/** Since the last full minute, ms. */
function past(time: number): number {
  return time - Math.floor(time / MINUTE) * MINUTE;
}
