import { DayCount } from "../model/count_days.ts";
import type { CoverageDay } from "../model/coverage_day.ts";
import { hasBar, type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";

/** What a grid of minutes holds of each day of UTC. A minute without a bar at its venue counts as closed. */
export function daysOfGrid({ start, length, status }: MinuteGrid): CoverageDay[] {
  const days = new DayCount();
  for (let row = 0; row < length;) {
    const first = row, what = countOf(status[row]!);
    while (row < length && countOf(status[row]!) === what) row++;
    days.add(start + first * MINUTE, start + row * MINUTE, what);
  }
  return days.all();
}

function countOf(status: number) {
  if (hasBar(status)) return "held";
  return status === MinuteStatus.Unknown ? "missing" : "closed";
}
