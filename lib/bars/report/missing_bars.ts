import { alwaysOpen, type TradingCalendar } from "../../calendar/calendar.ts";
import { counted } from "../../model/counted.ts";
import {
  DAY,
  floorTo,
  formatUtc,
  HOUR,
  type Interval,
  mergeIntervals,
  MINUTE,
} from "../../model/time.ts";
import { type DataFinding, shareText, Tally } from "./data_finding.ts";
import { unknownHours } from "./habitual_hours.ts";

/** A stretch of an open market without bars. */
export interface MissingStretch extends Interval {
  readonly bars: number;
}

export interface SlotOptions {
  readonly calendar: TradingCalendar;
  readonly stepMs: number;
  /** Offset of the bars from the grid of their step, ms. */
  readonly phaseMs: number;
  /** Time known to have passed, if any: bars missing between the last bar and this time count as missing. */
  readonly now?: number | undefined;
  /** True where nothing is due after the last bar. @default false */
  readonly isEnded?: boolean | undefined;
  /** True where the calendar is what these bars repeat: a bar outside of it says little. @default false */
  readonly isCalendarLearned?: boolean | undefined;
}

export interface SlotFindings {
  readonly missing: readonly MissingStretch[];
  /** Bars there should be from the first to the last. */
  readonly expected: number;
  /** True where bars lie off session at the same times every day: the market keeps other hours. */
  readonly hasOtherHours: boolean;
  /** False where missing bars cannot be determined: the step or the hours are unknown, or the bars are too long. */
  readonly isJudged: boolean;
  readonly findings: readonly DataFinding[];
}

/** Bars longer than this cover trading days, so hours do not apply. */
const LONGEST_STEP_MS = DAY / 2;
/** When off-session times recur on at least this many days on average, the market keeps other hours. */
const OTHER_HOURS_DAYS = 3;
/** A run of this many bars at another distance is another step, not a thin market. */
const MIN_STRIDES = 20;

/** A stretch of equally spaced bars, further apart than the step. */
interface Strides extends Interval {
  readonly bars: number;
  readonly strideMs: number;
}

/**
 * Checks open times against the grid of their step and the calendar: which are off the grid, outside the session or
 * still to come, and where the market was open without a bar. Known closed time is not a gap.
 */
export class SlotJudge {
  readonly #options: SlotOptions;
  readonly #isJudged: boolean;
  readonly #misaligned = new Tally();
  readonly #outside = new Tally();
  /** Times of the day at which there are such bars, ms. */
  readonly #outsideTimes = new Set<number>();
  readonly #future = new Tally();
  readonly #missing: MissingStretch[] = [];
  #slots = 0;
  readonly #strides: Strides[] = [];
  #stride: Strides | undefined;
  #last = NaN;
  #taken = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
    const { stepMs, calendar } = options;
    this.#isJudged = (stepMs <= LONGEST_STEP_MS || stepMs === DAY) && calendar !== unknownHours;
  }

  /**
   * @param times different open times, ascending. Called again with more of them, it examines only the new
   * ones; earlier times must be unchanged.
   * @param timeText formats the time at an index.
   */
  judge(
    times: Float64Array,
    timeText = (place: number) => formatUtc(times[place]!),
  ): SlotFindings {
    for (; this.#taken < times.length; this.#taken++) {
      const place = this.#taken;
      this.#take(times[place]!, () => timeText(place));
    }
    const { calendar, isCalendarLearned = false } = this.#options;
    const missing = [...this.#missing, ...this.#missingUntilNow()];
    const outside = this.#outside;
    const expected = this.#slots - outside.count +
      missing.reduce((sum, { bars }) => sum + bars, 0);
    const share = () => shareText(outside.count / times.length);
    return {
      missing,
      expected,
      isJudged: this.#isJudged,
      hasOtherHours: outside.count >= OTHER_HOURS_DAYS * this.#outsideTimes.size &&
        outside.count > 0,
      findings: [
        ...this.#misaligned.finding(
          "misaligned",
          "warning",
          () => misalignedText(this.#misaligned, times.length, this.#options),
        ),
        ...this.#future.finding("future", "fault", () => futureText(this.#future, this.#options)),
        ...outside.finding(
          "off-session",
          isCalendarLearned ? "note" : "warning",
          () => {
            const hours = isCalendarLearned ? calendar.name : `the hours of ${calendar.name}`;
            return `${counted(outside.count, "bar")} (${share()}) ${
              outside.count === 1 ? "lies" : "lie"
            } outside ${hours}.`;
          },
        ),
        ...strideFinding(
          this.#stride === undefined ? this.#strides : [...this.#strides, this.#stride],
          this.#options.stepMs,
        ),
        ...gapFinding(missing, expected, this.#options),
      ],
    };
  }

  #take(time: number, text: () => string): void {
    const { calendar, stepMs, phaseMs, now } = this.#options;
    const slot = this.#slotOf(time);
    if (time !== slot || phaseMs !== 0) {
      this.#misaligned.add(
        time,
        () => `${text()} and ${time - Math.floor(time / stepMs) * stepMs} ms`,
      );
    }
    if (this.#isJudged && isShut(calendar, slot, stepMs)) {
      this.#outsideTimes.add(time - floorTo(time, DAY));
      this.#outside.add(time, () => `a bar of the closed market at ${text()}`);
    }
    if (now !== undefined && time + stepMs > now) {
      this.#future.add(time, () => `${text()} ends after ${formatUtc(now)}`);
    }
    if (slot === this.#last) return;
    this.#takeStride(slot);
    // Pushed one by one: a gap of centuries has more sessions than a call accepts arguments.
    for (const stretch of this.#missingBefore(slot)) this.#missing.push(stretch);
    this.#slots++;
    this.#last = slot;
  }

  #takeStride(slot: number): void {
    const from = this.#last, strideMs = slot - from;
    if (this.#stride?.strideMs === strideMs) {
      this.#stride = { ...this.#stride, to: slot, bars: this.#stride.bars + 1 };
      return;
    }
    if (this.#stride !== undefined && this.#stride.bars >= MIN_STRIDES) {
      this.#strides.push(this.#stride);
    }
    const { stepMs } = this.#options;
    const isJudged = stepMs <= LONGEST_STEP_MS && strideMs > stepMs;
    this.#stride = isJudged ? { from, to: slot, bars: 2, strideMs } : undefined;
  }

  #slotOf(time: number): number {
    const { stepMs, phaseMs } = this.#options;
    return Math.floor((time - phaseMs) / stepMs) * stepMs + phaseMs;
  }

  #missingUntilNow(): MissingStretch[] {
    const { now, isEnded = false } = this.#options;
    return now === undefined || isEnded ? [] : this.#missingBefore(this.#slotOf(now));
  }

  /** The slots of the open market between the last one and this, joined while the session lasts. */
  #missingBefore(slot: number): MissingStretch[] {
    const { calendar, stepMs } = this.#options;
    const from = this.#last + stepMs;
    if (!this.#isJudged || !(slot > from)) return [];
    if (stepMs === DAY) return daysWithin({ from, to: slot }, calendar);
    return mergeIntervals(calendar.sessions(from, slot))
      .map((session) => slotsWithin({ from, to: slot }, session, stepMs))
      .filter(({ bars }) => bars > 0);
  }
}

function futureText({ count }: Tally, { now }: SlotOptions): string {
  return `${counted(count, "bar")} cannot be closed yet: the clock stood at ${formatUtc(now!)}.`;
}

/** Trading days without a bar; neighbouring days are merged. */
function daysWithin({ from, to }: Interval, calendar: TradingCalendar): MissingStretch[] {
  const days: Interval[] = [];
  for (let day = from; day < to; day += DAY) {
    // Midday in America: a Globex trading day begins the evening before.
    if (calendar.isOpen(day + SESSION_PROBE_MS) === true) days.push({ from: day, to: day + DAY });
  }
  return mergeIntervals(days).map((found) => ({ ...found, bars: (found.to - found.from) / DAY }));
}

/** A time of day inside the day's own session for every market whose days are labelled by midnight UTC. */
const SESSION_PROBE_MS = 16 * HOUR;

function isShut(calendar: TradingCalendar, slot: number, stepMs: number): boolean {
  if (calendar.isOpen(slot) !== false) return false;
  const opens = calendar.nextOpen(slot);
  return opens === undefined || opens >= slot + stepMs;
}

function misalignedText(tally: Tally, all: number, { stepMs, phaseMs }: SlotOptions): string {
  const step = `${stepMs / 1_000} s`;
  if (phaseMs === 0) {
    return `${counted(tally.count, "bar")} ${
      tally.count === 1 ? "does" : "do"
    } not open on a multiple of ${step}.`;
  }
  const isLabelledByClose = phaseMs >= stepMs - 1_000;
  return `${tally.count === all ? "All" : "Most"} bars open ${
    phaseMs / 1_000
  } s after a multiple of ${step}${
    isLabelledByClose ? ": these look like times of their close" : ""
  }.`;
}

/** Slots of a stretch that overlap a session. */
function slotsWithin({ from, to }: Interval, session: Interval, stepMs: number): MissingStretch {
  const first = Math.max(from, from + Math.floor((session.from - from) / stepMs) * stepMs);
  const last = Math.min(to, from + Math.ceil((session.to - from) / stepMs) * stepMs);
  return { from: first, to: last, bars: Math.max(0, Math.round((last - first) / stepMs)) };
}

/** `5 min`, `1 h`, `90 s`. */
export function stepText(stepMs: number): string {
  for (const [unit, ms] of [["day", DAY], ["h", HOUR], ["min", MINUTE]] as const) {
    if (stepMs >= ms && stepMs % ms === 0) return `${stepMs / ms} ${unit}`;
  }
  return `${stepMs / 1_000} s`;
}

function strideFinding(all: readonly Strides[], stepMs: number): DataFinding[] {
  const tally = new Tally();
  for (const { from, to, bars, strideMs } of all) {
    if (bars < MIN_STRIDES) continue;
    tally.add(
      from,
      () =>
        `${bars} bars, one each ${stepText(strideMs)}, from ${formatUtc(from)} to ${formatUtc(to)}`,
      bars,
    );
  }
  return tally.finding(
    "step",
    "fault",
    () =>
      `${counted(tally.bars, "bar")} in ${
        counted(tally.count, "stretch", "stretches")
      } have another step than the ${stepText(stepMs)} of most: a mixture of files.`,
  );
}

function gapFinding(
  missing: readonly MissingStretch[],
  expected: number,
  { calendar, isCalendarLearned = false }: SlotOptions,
): DataFinding[] {
  const tally = new Tally();
  for (const { from, to, bars } of missing) {
    tally.add(
      from,
      () => `${counted(bars, "bar")} from ${formatUtc(from)} to ${formatUtc(to)}`,
      bars,
    );
  }
  const open = calendar === alwaysOpen
    ? ""
    : isCalendarLearned
    ? ` within ${calendar.name}`
    : ` while ${calendar.name} was open`;
  return tally.finding("gap", "warning", () => {
    const many = `${counted(tally.bars, "bar")} (${shareText(tally.bars / expected)})`;
    return `${many} ${tally.bars === 1 ? "is" : "are"} missing in ${
      counted(tally.count, "gap")
    }${open}.`;
  });
}
