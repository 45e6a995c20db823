import { type Interval, MINUTE } from "../../model/time.ts";
import { type BarTimeframe, stepOf } from "../../model/timeframe.ts";
import { type Sessions, sessionsOf } from "../chart_numbers.ts";
import type { PageBar } from "../packed_bars.ts";
import { mergeSnapshot } from "./kept_bars.ts";

/** Minutes that stay in the page for each instrument. */
const MOST_MINUTES = 2_000;

/** Bars of longer timeframes that the kernel has made, which minutes in the page do not reach back to. */
export interface LongBars {
  readonly minutes: readonly PageBar[];
  readonly fives: readonly PageBar[];
  readonly hours: readonly PageBar[];
  readonly dayBars: readonly PageBar[];
  /** What `1d` counts as a day, ascending: those of the bars and some to come. */
  readonly days: readonly Interval[];
  /** The instrument's own sessions, where they are not those days. */
  readonly sessions?: readonly Interval[] | undefined;
}

/** Bars of one timeframe, ready to be drawn. */
export interface TimeframeView {
  /** Oldest first. */
  readonly bars: readonly PageBar[];
  /** True where more is to come for the last one. */
  readonly isForming: boolean;
}

/**
 * The bars of one instrument in the page: its newest minutes, the minute in the making, and longer bars of the time
 * before. Gives them in any length: what minutes cover is made of minutes.
 */
export class BarStore {
  #minutes: readonly PageBar[] = [];
  #long: LongBars = { minutes: [], fives: [], hours: [], dayBars: [], days: [] };
  #forming: PageBar | undefined;
  #formingOrder = -Infinity;
  #sessions: Sessions = sessionsOf([]);

  /** Takes the newest closed bars. @param joinsOn false forgets those of before, but for history. */
  takeSnapshot(bars: readonly PageBar[], joinsOn: boolean): void {
    if (!joinsOn) {
      this.#forming = undefined;
      this.#formingOrder = -Infinity;
    }
    this.#minutes = mergeSnapshot(joinsOn ? this.#minutes : this.#long.minutes, bars, MOST_MINUTES);
  }

  /** Takes the long past; of the time that its minutes cover it counts. */
  takeHistory(long: LongBars): void {
    this.#long = long;
    this.#sessions = sessionsOf(long.sessions ?? long.days);
    this.takeMinutes(long.minutes);
  }

  /** Takes closed minutes of any time: of the time that they cover they count, others stay. */
  takeMinutes(minutes: readonly PageBar[]): void {
    const first = minutes[0]?.openTime ?? Infinity;
    const last = minutes.at(-1)?.openTime ?? -Infinity;
    const older = this.#minutes.filter((bar) => bar.openTime < first);
    this.#minutes = [
      // A feed that did not join on has replaced what history had brought.
      ...older.length > 0 ? older : this.#long.minutes.filter((bar) => bar.openTime < first),
      ...minutes,
      ...this.#minutes.filter((bar) => bar.openTime >= first && bar.openTime > last),
    ].slice(-MOST_MINUTES);
  }

  /**
   * Takes what came since the last snapshot.
   *
   * @param closed minutes, oldest first.
   * @param forming the one after them; undefined while there is none.
   * @param order counts up with what was known: of two, the later counts, whichever comes first.
   */
  takeNewest(closed: readonly PageBar[], forming: PageBar | undefined, order: number): void {
    const last = this.#minutes.at(-1)?.openTime ?? Infinity;
    const unknown = closed.filter((bar) => bar.openTime > last);
    if (unknown.length > 0) this.#minutes = [...this.#minutes, ...unknown].slice(-MOST_MINUTES);
    if (order < this.#formingOrder) return;
    this.#formingOrder = order;
    this.#forming = forming;
  }

  /** The minute in the making; undefined while there is none. */
  get forming(): PageBar | undefined {
    const closed = this.#minutes.at(-1)?.openTime ?? -Infinity;
    return this.#forming !== undefined && this.#forming.openTime > closed
      ? this.#forming
      : undefined;
  }

  /** All bars up to now, the finest first: minutes, then those of 5m and of 1h, which reach further back. */
  get levels(): readonly (readonly PageBar[])[] {
    const { minutes } = this;
    return [
      minutes,
      joinedTo(this.#long.fives, minutes, 5 * MINUTE),
      joinedTo(this.#long.hours, minutes, 60 * MINUTE),
    ];
  }

  /** The minutes alone. */
  get minutes(): readonly PageBar[] {
    const { forming } = this;
    return forming === undefined ? this.#minutes : [...this.#minutes, forming];
  }

  /** Hours of the instrument by its own sessions; none are known before the long past has come. */
  get sessions(): Sessions {
    return this.#sessions;
  }

  /**
   * @param timeframe any that history reaches, or the feed's own.
   * @param settledTo venue time up to which minutes are settled, epoch ms.
   */
  view(timeframe: BarTimeframe, settledTo: number): TimeframeView {
    const { forming, minutes: newest } = this;
    if (timeframe === "1m" || timeframe === "1s") {
      return { bars: newest, isForming: forming !== undefined };
    }
    const stepMs = stepOf(timeframe);
    const isFine = timeframe === "5m" || timeframe === "15m";
    const pieces = isFine
      ? joinedTo(this.#long.fives, newest, 5 * MINUTE)
      : joinedTo(this.#long.hours, newest, 60 * MINUTE);
    const bars = timeframe === "1d"
      ? this.#days(pieces)
      : grouped(pieces, (time) => time - time % stepMs);
    const last = bars.at(-1);
    if (last === undefined) return { bars, isForming: false };
    const end = timeframe === "1d"
      ? dayOf(this.#long.days, last.openTime)?.to ?? Infinity
      : last.openTime + stepMs;
    return { bars, isForming: end > settledTo };
  }

  /** The kernel's days, then those that hours make; what lies between two sessions belongs to none. */
  #days(hours: readonly PageBar[]): readonly PageBar[] {
    const { dayBars, days } = this.#long;
    const from = dayBars.at(-1)?.openTime ?? -Infinity;
    const begun = hours.flatMap((bar) => {
      const day = dayOf(days, bar.openTime);
      return day === undefined || day.from <= from ? [] : [{ bar, day: day.from }];
    });
    const dayByTime = new Map(begun.map(({ bar, day }) => [bar.openTime, day]));
    return [
      ...dayBars,
      ...grouped(begun.map(({ bar }) => bar), (time) => dayByTime.get(time) ?? time),
    ];
  }
}

/** Longer bars, then those that minutes make; of a bar that both have the one with all its minutes. */
function joinedTo(
  long: readonly PageBar[],
  minutes: readonly PageBar[],
  stepMs: number,
): readonly PageBar[] {
  const first = minutes[0]?.openTime;
  if (first === undefined) return long;
  const whole = Math.ceil(first / stepMs) * stepMs;
  const older = long.filter((bar) => bar.openTime < whole);
  const made = grouped(minutes, (time) => time - time % stepMs);
  const from = older.at(-1)?.openTime ?? -Infinity;
  return [...older, ...made.filter((bar) => bar.openTime > from)];
}

/** Ascending bars as one bar for each slot. */
function grouped(bars: readonly PageBar[], slotOf: (time: number) => number): PageBar[] {
  const made: { -readonly [Name in keyof PageBar]: PageBar[Name] }[] = [];
  for (const bar of bars) {
    const openTime = slotOf(bar.openTime);
    const last = made.at(-1);
    if (last === undefined || last.openTime !== openTime) {
      made.push({
        openTime,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        volume: bar.volume,
      });
      continue;
    }
    last.high = Math.max(last.high, bar.high);
    last.low = Math.min(last.low, bar.low);
    last.close = bar.close;
    last.volume = Number.isNaN(last.volume)
      ? bar.volume
      : last.volume + (Number.isNaN(bar.volume) ? 0 : bar.volume);
  }
  return made;
}

const DAY_MS = 24 * 60 * MINUTE;

/** The day that a time belongs to: of those given, or of UTC where none are; undefined between two. */
function dayOf(days: readonly Interval[], time: number): Interval | undefined {
  if (days.length === 0) return { from: time - time % DAY_MS, to: time - time % DAY_MS + DAY_MS };
  const day = days.findLast(({ from }) => from <= time);
  return day !== undefined && time < day.to ? day : undefined;
}
