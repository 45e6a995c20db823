import type { TradingCalendar } from "../calendar/calendar.ts";
import { globexEquityIndex } from "../calendar/globex.ts";
import { DAY, floorTo, MINUTE } from "../model/time.ts";
import type { CorrelationRegimes } from "./correlation_regimes.ts";
import { newYorkShift } from "./intraday.ts";
import { LeastRecent } from "./least_recent.ts";
import { type DayPath, firstState, MINUTES_A_DAY, type PathState, walkDay } from "./price_path.ts";

/** A UTC day as far as it depends on the calendar alone. */
export interface DayFrame {
  /** UTC midnight, epoch ms. */
  readonly start: number;
  /** New York's minute of the day at that midnight. */
  readonly shift: number;
  readonly isWeekend: boolean;
  /** Whether the market of a calendar trades, by minute. */
  isOpen(calendar: TradingCalendar): Uint8Array;
}

const KEPT_FRAMES = 64;
/** 700 kB a day. A market that opens with a day of history stands on its eleventh. */
const KEPT_PATHS = 12;

/**
 * The days of the market model, made in order from the first on and remembered for a while. For each day
 * only the state at its start is kept for good, so that an old day is made again without those before it.
 */
export class MarketDays {
  readonly #seed: number;
  readonly #from: number;
  readonly #regimes: CorrelationRegimes;
  readonly #states: PathState[];
  readonly #frames = new LeastRecent<number, DayFrame>(KEPT_FRAMES);
  readonly #paths = new LeastRecent<number, DayPath>(KEPT_PATHS);

  /** @param options.from UTC midnight of the first day. */
  constructor(options: { seed: number; from: number; regimes: CorrelationRegimes }) {
    this.#seed = options.seed;
    this.#from = options.from;
    this.#regimes = options.regimes;
    this.#states = [firstState(options.seed)];
  }

  /** The calendar of the day that holds `time`. */
  frame(time: number): DayFrame {
    const start = floorTo(time, DAY);
    return this.#frames.get(start, () => {
      const day = new Date(start).getUTCDay();
      const byCalendar = new Map<TradingCalendar, Uint8Array>();
      const isOpen = (calendar: TradingCalendar) => {
        let minutes = byCalendar.get(calendar);
        if (minutes === undefined) {
          byCalendar.set(calendar, minutes = openMinutes(calendar, start));
        }
        return minutes;
      };
      return { start, shift: newYorkShift(start), isWeekend: day === 0 || day === 6, isOpen };
    });
  }

  /** The prices of the day that starts at `dayStart`, which must not be before the first. */
  path(dayStart: number): DayPath {
    return this.#paths.get(dayStart, () => {
      const day = (dayStart - this.#from) / DAY;
      // Days on the way are kept as those asked for: an index walks them all after the prices.
      while (this.#states.length <= day) this.path(this.#from + (this.#states.length - 1) * DAY);
      const path = this.#walk(day);
      if (this.#states.length === day + 1) this.#states.push(path.next);
      return path;
    });
  }

  #walk(day: number): DayPath {
    const { start, shift, isOpen } = this.frame(this.#from + day * DAY);
    return walkDay(this.#states[day]!, {
      seed: this.#seed,
      dayStart: start,
      shift,
      isOpen: isOpen(globexEquityIndex),
      regimes: this.#regimes,
    });
  }
}

/** Unknown hours count as closed. */
function openMinutes(calendar: TradingCalendar, start: number): Uint8Array {
  const isOpen = new Uint8Array(MINUTES_A_DAY);
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    isOpen[minute] = Number(calendar.isOpen(start + minute * MINUTE) === true);
  }
  return isOpen;
}
