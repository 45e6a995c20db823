import { DAY, HOUR } from "../../model/time.ts";
import { GUESSED_ZONES } from "./time_zone_guess.ts";
import { WallClock } from "../wall_clock.ts";

/** Share of the repeated hour's times that must be there twice. */
const MIN_TWICE = 0.5;
/** Clocks change by multiples of half an hour. */
const PART = HOUR / 2;

/**
 * Zones whose daylight saving changes show in local times that were read as UTC. In spring the skipped hour has no
 * bar while both hours beside it do; in autumn the repeated hour appears twice. One contradicting change rules a
 * zone out. Empty when no change falls within the times, or the market was shut at every change.
 *
 * @param times open times in the order of the file; unreadable ones are NaN.
 * @param stepMs length of a bar, ms; bars longer than half an hour cannot show a clock change.
 */
export function zonesByClockChange(times: Float64Array, stepMs: number): string[] {
  if (!(stepMs <= PART)) return [];
  const bars = new Map<number, number>();
  let from = Infinity, to = -Infinity;
  for (const time of times) {
    if (Number.isNaN(time)) continue;
    const part = Math.floor(time / PART);
    bars.set(part, (bars.get(part) ?? 0) + 1);
    if (time < from) from = time;
    if (time > to) to = time;
  }
  const countAt = (part: number) => bars.get(part) ?? 0;
  return GUESSED_ZONES.filter((zone) => {
    const votes = changesOf(new WallClock(zone), from, to).map((change) =>
      voteOf(change, countAt, PART / stepMs)
    );
    return votes.includes("for") && !votes.includes("against");
  });
}

/** Numbers of the half hours that are skipped or repeated at one clock change. */
interface Change {
  readonly parts: readonly number[];
  readonly isLeap: boolean;
}

function changesOf(clock: WallClock, from: number, to: number): Change[] {
  const changes: Change[] = [];
  // The UTC offset is equal at both ends of a day unless the clocks change in it.
  for (let day = Math.floor(from / DAY) * DAY; day <= to; day += DAY) {
    if (clock.distances(day)[0] === clock.distances(day + DAY)[0]) continue;
    const leap: number[] = [], twice: number[] = [];
    for (let part = day / PART; part < (day + DAY) / PART; part++) {
      const shown = clock.distances(part * PART).length;
      if (shown === 0) leap.push(part);
      else if (shown === 2) twice.push(part);
    }
    if (leap.length > 0) changes.push({ parts: leap, isLeap: true });
    if (twice.length > 0) changes.push({ parts: twice, isLeap: false });
  }
  return changes;
}

function voteOf(
  { parts, isLeap }: Change,
  countAt: (part: number) => number,
  full: number,
): "for" | "against" | undefined {
  const before = countAt(parts[0]! - 1), after = countAt(parts.at(-1)! + 1);
  if (before === 0 || after === 0) return undefined;
  const within = parts.reduce((sum, part) => sum + countAt(part), 0);
  if (isLeap) return within === 0 ? "for" : "against";
  if (within === 0) return undefined;
  return within > (1 + MIN_TWICE) * full * parts.length ? "for" : "against";
}
