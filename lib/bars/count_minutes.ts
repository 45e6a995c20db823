import type { Coverage, Missing } from "../model/coverage.ts";
import { MinuteStatus } from "../model/minute_grid.ts";
import { ceilTo, MINUTE } from "../model/time.ts";

/** Reason of a missing minute that the venue was asked for and does not have. */
export const ABSENT_AT_VENUE = "the venue has no bar";

/** Reason of a missing minute that the venue is still to be asked for. */
export const NOT_HEALED = "not healed yet";

type Counts = Pick<
  Coverage,
  "expected" | "streamed" | "backfilled" | "healed" | "absent" | "missing"
>;

/**
 * Counts minutes by how they came in, and lists the stretches without bars. The number expected is the sum
 * of all counts and the minutes not healed yet.
 *
 * @param start open time of the first minute.
 * @param status a `MinuteStatus` a minute.
 * @param liveFrom minutes from here on that history filled are healed, those before backfilled.
 * @param absence why minutes that are absent have no bar.
 */
export function countMinutes(
  start: number,
  status: Uint8Array,
  liveFrom: number,
  absence = ABSENT_AT_VENUE,
): Counts {
  // By plain counts, without an object for each minute: it is asked for all the time, also of months.
  const counts = new Uint32Array(6);
  let healed = 0;
  const missing: Missing[] = [];
  for (let first = 0, end = 0; first < status.length; first = end) {
    const code = status[first]!, from = start + first * MINUTE;
    while (end < status.length && status[end] === code) end++;
    const to = start + end * MINUTE;
    counts[code] = counts[code]! + end - first;
    if (code === MinuteStatus.History && to > liveFrom) {
      healed += (to - Math.max(from, ceilTo(liveFrom, MINUTE))) / MINUTE;
    }
    if (code !== MinuteStatus.Absent && code !== MinuteStatus.Unknown) continue;
    const reason = code === MinuteStatus.Absent ? absence : NOT_HEALED;
    missing.push({ from, to, minutes: end - first, reason });
  }
  const of = (code: MinuteStatus) => counts[code]!;
  return {
    expected: status.length - of(MinuteStatus.OutOfSession),
    streamed: of(MinuteStatus.Stream),
    backfilled: of(MinuteStatus.Stored) + of(MinuteStatus.History) - healed,
    healed,
    absent: of(MinuteStatus.Absent),
    missing,
  };
}
