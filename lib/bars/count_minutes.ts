import type { Coverage, Missing } from "../model/coverage.ts";
import { MinuteStatus } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";

/** Reason of a missing minute that the venue was asked for and does not have. */
export const ABSENT_AT_VENUE = "the venue has no bar";

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
  let outside = 0, streamed = 0, backfilled = 0, healed = 0, absent = 0;
  const missing: Missing[] = [];
  status.forEach((code, row) => {
    const from = start + row * MINUTE;
    if (code === MinuteStatus.OutOfSession) outside++;
    else if (code === MinuteStatus.Stream) streamed++;
    else if (code === MinuteStatus.Absent) absent++;
    else if (code === MinuteStatus.Stored) backfilled++;
    else if (code === MinuteStatus.History) {
      if (from < liveFrom) backfilled++;
      else healed++;
    }
    const reason = code === MinuteStatus.Absent
      ? absence
      : code === MinuteStatus.Unknown
      ? "not healed yet"
      : undefined;
    if (reason === undefined) return;
    const last = missing.at(-1);
    const extended = last?.to === from && last.reason === reason ? missing.pop()! : undefined;
    missing.push({
      from: extended?.from ?? from,
      to: from + MINUTE,
      minutes: (extended?.minutes ?? 0) + 1,
      reason,
    });
  });
  return { expected: status.length - outside, streamed, backfilled, healed, absent, missing };
}
