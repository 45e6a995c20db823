import type { DataReport } from "../report/data_report.ts";
import { habitualHours, unknownHours } from "../report/habitual_hours.ts";
import { alwaysOpen, type TradingCalendar } from "../../calendar/calendar.ts";
import { globexEquityIndex } from "../../calendar/globex.ts";
import { HOUR } from "../../model/time.ts";

/** When the market of the bars trades, and how that is known. */
export interface Hours {
  readonly calendar: TradingCalendar;
  readonly why: string;
  /** Whose hours they are, in capitals, where that is known. */
  readonly symbol?: string;
  /** True where the bars themselves are all that is known of it. */
  readonly isLearned?: boolean;
}

/** Where more than this share of the bars is missing or outside, the hours are others. */
const MAX_MISFIT = 0.1;

/**
 * The hours that bars of an unknown market suggest: those that leave the fewest bars missing or outside, else those
 * that the bars repeat themselves.
 *
 * @param times open times as read, epoch ms.
 */
export function likelyHours(
  times: ArrayLike<number>,
  reportWith: (hours: Hours) => DataReport,
): { readonly hours: Hours; readonly report: DataReport } {
  const tried = [alwaysOpen, globexEquityIndex].map((calendar) => {
    const hours = { calendar, why: `hours as the bars suggest: ${calendar.name} (--symbol says)` };
    return { hours, report: reportWith(hours) };
  });
  const best = tried.reduce((a, b) => misfitOf(b.report) < misfitOf(a.report) ? b : a);
  const { stepMs, bars } = best.report;
  const misfit = misfitOf(best.report);
  if (!(misfit > MAX_MISFIT * bars) && (stepMs <= HOUR || best === tried[0])) return best;
  const known = Float64Array.from(times).filter((time) => !Number.isNaN(time)).sort();
  const habit = habitualHours(known, stepMs);
  if (habit !== undefined) {
    const { calendar, text } = habit;
    const hours = {
      calendar,
      isLearned: true,
      why: `hours as the bars repeat them: ${text} (--symbol says)`,
    };
    const report = reportWith(hours);
    if (misfitOf(report) < misfit) return { hours, report };
  }
  if (stepMs <= HOUR) return best;
  const hours = {
    calendar: unknownHours,
    isLearned: true,
    why: "hours unknown, so missing bars are not looked for (--symbol says)",
  };
  return { hours, report: reportWith(hours) };
}

function misfitOf({ missing, findings }: DataReport): number {
  const outside = findings.find(({ kind }) => kind === "off-session")?.bars ?? 0;
  return outside + missing.reduce((sum, { bars }) => sum + bars, 0);
}
