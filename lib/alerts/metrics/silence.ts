import { MINUTE, SECOND } from "../../model/time.ts";
import type { JudgedMinute } from "../judged_minute.ts";
import { type Metric, MINUTES } from "../metric.ts";
import { known, type Reading, unknown } from "../reading.ts";

/**
 * Seconds without data in an open market; of a venue, of whichever of its open instruments was the last to deliver.
 * This one speaks where all the others are unknown.
 */
export const silence: Metric = {
  name: "silence",
  title: "silence",
  unit: " s",
  of: "contact",
  timeframes: MINUTES,
  read: ({ of, ids }, minute) => {
    const watched = ids.length > 0 ? ids : minute.instrumentsOf(of);
    const readings = watched.map((id) => silenceOf(id, minute));
    const open = readings.flatMap((one) => one.kind === "known" ? one.value : []);
    return open.length > 0 ? known(Math.min(...open)) : readings[0] ?? unknown("stale");
  },
};

function silenceOf(id: string, minute: JudgedMinute): Reading {
  const side = minute.side(id);
  if (side === undefined) return unknown("stale");
  if (!side.isOpen) return unknown("closed");
  if (minute.contact(id)?.standing === "stopped") return unknown("stopped");
  const opened = side.calendar.sessionOf(minute.openTime)?.from ?? -Infinity;
  const seen = [minute.contact(id)?.lastAt ?? NaN, side.newestBar + MINUTE]
    .filter((time) => !Number.isNaN(time));
  const last = seen.length > 0 ? Math.max(...seen) : minute.judgedSince;
  const quietMs = Math.max(0, minute.time - Math.max(last, opened));
  return known(Math.round(quietMs / SECOND));
}
