import { GUESSED_ZONES } from "../../bars/report/time_zone_guess.ts";
import { LocalClock } from "../../calendar/local_clock.ts";
import { DAY, HOUR, MINUTE } from "../../model/time.ts";
import { rowAt } from "./bar_series.ts";
import type { ShiftStretch } from "./time_shift.ts";

/** Why their times may be off. */
export type ShiftCause =
  /** Theirs are times of these zones, read as if they were of `readAs`. */
  | { readonly kind: "zone"; readonly zones: readonly string[]; readonly readAs: string }
  /** The shift changes when the clocks of this zone do: one side did not go with them. */
  | { readonly kind: "clock-change"; readonly zone: string }
  /** Theirs name each bar by its end. */
  | { readonly kind: "end-stamp" }
  | { readonly kind: "unknown" };

/** A change of the shift is laid on a change of clocks that is so near: markets are shut over weekends. */
const NEAR = 3 * DAY;

/**
 * The likeliest cause of a shift. Undefined where there is none.
 *
 * @param stepMs length of a bar.
 * @param readAs zone that times without one were read in.
 */
export function shiftCause(
  stretches: readonly ShiftStretch[],
  stepMs: number,
  readAs: string,
): ShiftCause | undefined {
  const [first] = stretches;
  if (first === undefined || stretches.every(({ shiftMs }) => shiftMs === 0)) return undefined;
  if (stretches.every(({ shiftMs }) => isEnd(shiftMs, stepMs))) return { kind: "end-stamp" };
  const zones = zonesOf(stretches, readAs);
  if (zones.length > 0) return { kind: "zone", zones, readAs };
  const zone = stretches.length > 1 ? changingZone(stretches) : undefined;
  return zone === undefined ? { kind: "unknown" } : { kind: "clock-change", zone };
}

/** `12:01:00`, `12:00:59` and `12:00:59.999` of the minute that begins at 12:00. */
function isEnd(shiftMs: number, stepMs: number): boolean {
  return [0, 1, 1_000].includes(stepMs - shiftMs);
}

function zonesOf(stretches: readonly ShiftStretch[], readAs: string): string[] {
  const read = offsetsOf(readAs);
  if (read === undefined) return [];
  return GUESSED_ZONES.filter((zone) => {
    const offset = offsetsOf(zone)!;
    return stretches.every(({ from, to, shiftMs }) => {
      const middle = (from + to) / 2;
      return offset(middle) - read(middle) === shiftMs;
    });
  });
}

/** The zone whose clocks change, by as much, near each change of the shift. */
function changingZone(stretches: readonly ShiftStretch[]): string | undefined {
  return GUESSED_ZONES.find((zone) => {
    const offset = offsetsOf(zone)!;
    return stretches.slice(1).every(({ from, shiftMs }, at) => {
      const by = Math.abs(shiftMs - stretches[at]!.shiftMs);
      return Math.abs(offset(from + NEAR) - offset(from - NEAR)) === by;
    });
  });
}

/** Moves a change of the shift to the change of clocks that made it, where few bars lie between both. */
export function atClockChanges(
  stretches: readonly ShiftStretch[],
  cause: ShiftCause | undefined,
  openTime: Float64Array,
  stepMs: number,
): readonly ShiftStretch[] {
  const zone = cause?.kind === "zone"
    ? cause.zones[0]
    : cause?.kind === "clock-change"
    ? cause.zone
    : undefined;
  const offset = zone === undefined ? undefined : offsetsOf(zone);
  if (offset === undefined) return stretches;
  const begins = stretches.map(({ from }, at) => {
    const change = at === 0 ? undefined : changeNear(offset, from);
    if (change === undefined) return from;
    const between = Math.abs(rowAt(openTime, change) - rowAt(openTime, from));
    return between * stepMs <= MOST_BETWEEN ? change : from;
  });
  return stretches.map((one, at) => ({
    ...one,
    from: begins[at]!,
    to: begins[at + 1] ?? one.to,
  }));
}

/** Bars between a change found and that of the clocks, in their time: an hour is there twice, or skipped. */
const MOST_BETWEEN = 2 * HOUR;

/** The hour in which a zone's clocks change, near a time. */
function changeNear(offset: (utc: number) => number, time: number): number | undefined {
  const first = Math.ceil((time - NEAR) / HOUR) * HOUR, last = time + NEAR;
  for (let hour = first; hour <= last; hour += HOUR) {
    if (offset(hour) !== offset(hour - HOUR)) return hour;
  }
  return undefined;
}

/** How far a zone is ahead of UTC, ms, as a function of time; undefined for a name that is none. */
function offsetsOf(zone: string): ((utc: number) => number) | undefined {
  try {
    const clock = new LocalClock(zone);
    return (utc) => {
      const at = Math.floor(utc / HOUR) * HOUR;
      const { day, minute } = clock.at(at);
      return day * DAY + minute * MINUTE - at;
    };
  } catch {
    return undefined;
  }
}
