import type { TradingCalendar } from "../../calendar/calendar.ts";
import { LocalClock } from "../../calendar/local_clock.ts";
import { DAY, floorTo, HOUR, MINUTE } from "../../model/time.ts";
import { normalSurvival } from "../../stats/distributions/distributions.ts";

/** The time zone that the times of a file look like. */
export interface ZoneGuess {
  /** IANA zone, or a fixed distance from UTC (`UTC-5`). */
  readonly zone: string;
  /** What must be added to the newest of the times to make them UTC, ms: 5 h for US Eastern in winter. */
  readonly shiftMs: number;
  /** 0 to 1; below 0.9 nothing is guessed. */
  readonly confidence: number;
  /** `calendar`: by the daily break and the weekend; `volume`: by its rise at the New York open. */
  readonly evidence: "calendar" | "volume";
}

/** Half an hour of bars in the file's own time. */
interface HalfHour {
  readonly time: number;
  volume: number;
}

/** A minute of the weekdays of one zone. Results are cached: candidates query the same half hours repeatedly. */
class Landmark {
  readonly #clock: LocalClock;
  readonly #minute: number;
  readonly #known = new Map<number, boolean>();

  constructor(zone: string, minute: number) {
    this.#clock = new LocalClock(zone);
    this.#minute = minute;
  }

  /** Whether it is that minute of a weekday. */
  isAt(utc: number): boolean {
    let is = this.#known.get(utc);
    if (is === undefined) {
      const { weekday, minute } = this.#clock.at(utc);
      is = minute === this.#minute && weekday <= 5;
      this.#known.set(utc, is);
    }
    return is;
  }
}

/** One candidate zone. */
class Candidate {
  readonly zone: string;
  /** UTC times of the half hours, in their order. */
  readonly utc: Float64Array;
  readonly #landmarks: readonly Landmark[];
  #places: readonly (readonly number[])[] | undefined;

  constructor(zone: string, utc: Float64Array, landmarks: readonly Landmark[]) {
    this.zone = zone;
    this.utc = utc;
    this.#landmarks = landmarks;
  }

  /** Indices of the half hours that begin at each landmark. */
  get places(): readonly (readonly number[])[] {
    return this.#places ??= this.#landmarks.map((landmark) =>
      Array.from(this.utc.keys()).filter((i) => landmark.isAt(this.utc[i]!))
    );
  }
}

const STEP_MS = 30 * MINUTE;
const MIN_CONFIDENCE = 0.9;
/** Volume is weaker evidence: to outweigh UTC it needs a higher confidence and a commonly used zone. */
const MIN_CONFIDENCE_BY_VOLUME = 0.99;
/** Further days add nothing to the confidence. */
const MAX_HALF_HOURS = 200 * 48;
/** At most this share of bars and open half hours may contradict the calendar. */
const MAX_MISFIT = 0.1;
const MIN_DAYS = 5;
/** Candidate zones, in order of preference where the times fit several equally. */
export const GUESSED_ZONES = [
  "UTC",
  "America/New_York",
  "America/Chicago",
  "Europe/London",
  "Europe/Berlin",
  "Asia/Tokyo",
  "Asia/Singapore",
  "Asia/Kolkata",
  "Australia/Sydney",
  "America/Los_Angeles",
];
const FIXED_HOURS = Array.from({ length: 27 }, (_, i) => i - 12).filter((hours) => hours !== 0);
/** When volume rises on weekdays in every market: the New York open, and midnight UTC. */
const LANDMARKS = [
  { zone: "America/New_York", minute: 9 * 60 + 30 },
  { zone: "UTC", minute: 0 },
] as const;

/**
 * Guesses the time zone of bar times that were read as UTC. With a calendar that closes it compares the daily break
 * and the weekend; otherwise the rise in volume at the New York open, which crypto markets show as well. Undefined
 * where the bars are inconclusive. It never changes the data.
 */
export class ZoneGuesser {
  readonly #calendar: TradingCalendar;
  #halfHours: HalfHour[] = [];
  #taken = 0;
  #candidates: readonly Candidate[] = [];
  #byCalendar: Best | undefined;
  /** Half hours that the two above were computed from; volume plays no part in them. */
  #judged = 0;

  constructor(calendar: TradingCalendar) {
    this.#calendar = calendar;
  }

  /**
   * Called again with more bars, it examines only the new ones; earlier bars must be unchanged.
   *
   * @param times open times, ascending, epoch ms as read.
   * @param volume NaN where unknown.
   */
  guess(times: Float64Array, volume: Float64Array): ZoneGuess | undefined {
    for (; this.#taken < times.length; this.#taken++) {
      this.#take(times[this.#taken]!, volume[this.#taken]!);
    }
    const halfHours = this.#halfHours.slice(-MAX_HALF_HOURS);
    if (halfHours.length < 48) return undefined;
    const newest = halfHours.at(-1)!.time;
    const isShutAtTimes = this.#calendar.sessionOf(newest)?.to !== Infinity;
    if (this.#judged < this.#halfHours.length) {
      this.#candidates = candidatesFor(halfHours);
      this.#byCalendar = isShutAtTimes
        ? byCalendar(halfHours, this.#candidates, this.#calendar)
        : undefined;
      this.#judged = this.#halfHours.length;
    }
    const best = isShutAtTimes ? this.#byCalendar : byVolume(halfHours, this.#candidates);
    if (best === undefined || best.confidence < MIN_CONFIDENCE) return undefined;
    const { zone, utc } = best.candidate;
    const isDoubtful = best.confidence < MIN_CONFIDENCE_BY_VOLUME || !GUESSED_ZONES.includes(zone);
    if (!isShutAtTimes && zone !== "UTC" && isDoubtful) return undefined;
    return {
      zone,
      shiftMs: utc.at(-1)! - newest,
      confidence: best.confidence,
      evidence: isShutAtTimes ? "calendar" : "volume",
    };
  }

  #take(at: number, volume: number): void {
    const time = floorTo(at, STEP_MS);
    const last = this.#halfHours.at(-1);
    const traded = Number.isNaN(volume) ? 0 : volume;
    if (last?.time !== time) this.#halfHours.push({ time, volume: traded });
    else last.volume += traded;
  }
}

/** Every zone that gives UTC times different from those of the zones before it. */
function candidatesFor(halfHours: readonly HalfHour[]): Candidate[] {
  const landmarks = LANDMARKS.map(({ zone, minute }) => new Landmark(zone, minute));
  const found: Candidate[] = [];
  const known = new Set<string>();
  const add = (zone: string, offsetAt: (local: number) => number) => {
    const utc = Float64Array.from(halfHours, ({ time }) => time - offsetAt(time));
    // Offsets change at most twice a year, so a few samples are enough to find a difference.
    const offsets = [halfHours.at(-1)!.time - utc.at(-1)!];
    for (let i = 0; i < utc.length; i += 24) offsets.push(halfHours[i]!.time - utc[i]!);
    const key = offsets.join();
    if (known.has(key)) return;
    known.add(key);
    found.push(new Candidate(zone, utc, landmarks));
  };
  for (const zone of GUESSED_ZONES) {
    const clock = new LocalClock(zone);
    const offset = (utc: number) => {
      const { day, minute } = clock.at(utc);
      return day * DAY + minute * MINUTE - utc;
    };
    add(zone, (local) => offset(local - offset(local)));
  }
  for (const hours of FIXED_HOURS) add(`UTC${hours > 0 ? "+" : ""}${hours}`, () => hours * HOUR);
  return found;
}

interface Best {
  readonly candidate: Candidate;
  readonly confidence: number;
}

/** The zone in which bars and open hours agree best, and its margin over the next. */
function byCalendar(
  halfHours: readonly HalfHour[],
  candidates: readonly Candidate[],
  calendar: TradingCalendar,
): Best | undefined {
  const ranked = candidates.map((candidate) => ({
    candidate,
    misfits: misfitsOf(candidate, calendar),
  })).sort((a, b) => a.misfits - b.misfits);
  const [first, second] = ranked;
  if (first === undefined || second === undefined) return undefined;
  if (first.misfits > MAX_MISFIT * halfHours.length) return undefined;
  // Counts of rare events: their difference has the variance of their sum.
  const z = (second.misfits - first.misfits) /
    Math.sqrt(Math.max(1, first.misfits + second.misfits));
  return { candidate: first.candidate, confidence: 1 - normalSurvival(z) };
}

/** Half hours that have bars while the market is shut, or none while it is open. */
function misfitsOf({ utc }: Candidate, calendar: TradingCalendar): number {
  const isOpenIn = (time: number) => calendar.isOpen(time + STEP_MS / 2) !== false;
  const have = new Set(utc);
  let misfits = 0;
  for (const time of have) if (!isOpenIn(time)) misfits++;
  const from = utc[0]!, to = utc.at(-1)!;
  for (let time = from; time < to; time += STEP_MS) {
    if (!have.has(time) && isOpenIn(time)) misfits++;
  }
  return misfits;
}

/** The zone in which volume rises most at the landmarks, day by day. */
function byVolume(
  halfHours: readonly HalfHour[],
  candidates: readonly Candidate[],
): Best | undefined {
  const rises = Float64Array.from(halfHours, ({ time, volume }, i) => {
    const before = halfHours[i - 1];
    return before?.time === time - STEP_MS ? Math.log(volume / before.volume) : NaN;
  });
  const ranked = candidates.map((candidate) => ({ candidate, ...riseAt(candidate, rises) }))
    .filter(({ mean }) => Number.isFinite(mean)).sort((a, b) => b.mean - a.mean);
  const [first, second] = ranked;
  if (first === undefined || second === undefined) return undefined;
  const margin = (first.mean - second.mean) / Math.hypot(first.error, second.error);
  const doubt = Math.max(
    2 * normalSurvival(margin),
    // Correct for trying several candidates: the best of many is high by chance.
    ranked.length * normalSurvival(first.mean / first.error),
  );
  return {
    candidate: first.candidate,
    confidence: Number.isNaN(doubt) ? 0 : Math.max(0, 1 - doubt),
  };
}

/** Mean rise of the log volume over weekdays, summed over the landmarks, with its standard error. */
function riseAt(
  { places }: Candidate,
  rises: Float64Array,
): { readonly mean: number; readonly error: number } {
  let mean = NaN, variance = 0;
  for (const at of places) {
    const found = at.map((i) => rises[i]!).filter((rise) => Number.isFinite(rise));
    if (found.length < MIN_DAYS) continue;
    const average = found.reduce((sum, rise) => sum + rise, 0) / found.length;
    const squares = found.reduce((sum, rise) => sum + (rise - average) ** 2, 0);
    mean = (Number.isNaN(mean) ? 0 : mean) + average;
    variance += squares / (found.length - 1) / found.length;
  }
  return { mean, error: Math.sqrt(variance) };
}
