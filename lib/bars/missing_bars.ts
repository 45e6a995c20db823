import { alwaysOpen, type TradingCalendar } from "../calendar/calendar.ts";
import { counted } from "../model/counted.ts";
import { DAY, formatUtc, type Interval, mergeIntervals } from "../model/time.ts";
import { type DataFinding, shareText, Tally } from "./data_finding.ts";

/** A stretch of an open market without bars. */
export interface MissingStretch extends Interval {
  readonly bars: number;
}

export interface SlotOptions {
  readonly calendar: TradingCalendar;
  readonly stepMs: number;
  /** Offset of the bars from the grid of their step, ms. */
  readonly phaseMs: number;
  /** Time that has surely passed, where it is known: what is missing up to then is missing, too. */
  readonly now?: number | undefined;
}

export interface SlotFindings {
  readonly missing: readonly MissingStretch[];
  /** Bars there should be from the first to the last. */
  readonly expected: number;
  readonly findings: readonly DataFinding[];
}

/** Longer bars than half a day belong to trading days, not to hours: their calendar is not judged. */
const LONGEST_STEP_MS = DAY / 2;

/**
 * Holds open times against the grid of their step and the calendar: which are off the grid, outside the session or
 * still to come, and where the market was open without a bar. Known closed time is no gap.
 */
export class SlotJudge {
  readonly #options: SlotOptions;
  readonly #isJudged: boolean;
  readonly #misaligned = new Tally();
  readonly #outside = new Tally();
  readonly #future = new Tally();
  readonly #missing: MissingStretch[] = [];
  #slots = 0;
  #last = NaN;
  #taken = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#isJudged = options.stepMs <= LONGEST_STEP_MS;
  }

  /**
   * @param times different open times, ascending. Called again with more of them, it looks at those alone; the
   * ones it has looked at must be as they were.
   */
  judge(times: Float64Array): SlotFindings {
    for (; this.#taken < times.length; this.#taken++) this.#take(times[this.#taken]!);
    const { calendar } = this.#options;
    const missing = [...this.#missing, ...this.#missingUntilNow()];
    const outside = this.#outside;
    const expected = this.#slots - outside.count +
      missing.reduce((sum, { bars }) => sum + bars, 0);
    const share = () => shareText(outside.count / times.length);
    return {
      missing,
      expected,
      findings: [
        ...this.#misaligned.finding(
          "misaligned",
          "warning",
          () => misalignedText(this.#misaligned, times.length, this.#options),
        ),
        ...this.#future.finding("future", "fault", () => futureText(this.#future, this.#options)),
        ...outside.finding(
          "off-session",
          "warning",
          () =>
            `${counted(outside.count, "bar")} (${share()}) ${
              outside.count === 1 ? "lies" : "lie"
            } outside the hours of ${calendar.name}.`,
        ),
        ...gapFinding(missing, expected, calendar),
      ],
    };
  }

  #take(time: number): void {
    const { calendar, stepMs, phaseMs, now } = this.#options;
    const slot = this.#slotOf(time);
    if (time !== slot || phaseMs !== 0) {
      this.#misaligned.add(
        time,
        () => `${formatUtc(time)} and ${time - Math.floor(time / stepMs) * stepMs} ms`,
      );
    }
    if (this.#isJudged && isShut(calendar, slot, stepMs)) {
      this.#outside.add(time, () => `a bar of the closed market at ${formatUtc(time)}`);
    }
    if (now !== undefined && time + stepMs > now) {
      this.#future.add(time, () => `${formatUtc(time)} ends after ${formatUtc(now)}`);
    }
    if (slot === this.#last) return;
    this.#missing.push(...this.#missingBefore(slot));
    this.#slots++;
    this.#last = slot;
  }

  #slotOf(time: number): number {
    const { stepMs, phaseMs } = this.#options;
    return Math.floor((time - phaseMs) / stepMs) * stepMs + phaseMs;
  }

  #missingUntilNow(): MissingStretch[] {
    const { now } = this.#options;
    return now === undefined ? [] : this.#missingBefore(this.#slotOf(now));
  }

  /** The slots of the open market between the last one and this, joined while the session lasts. */
  #missingBefore(slot: number): MissingStretch[] {
    const { calendar, stepMs } = this.#options;
    const from = this.#last + stepMs;
    if (!this.#isJudged || !(slot > from)) return [];
    return mergeIntervals(calendar.sessions(from, slot))
      .map((session) => slotsWithin({ from, to: slot }, session, stepMs))
      .filter(({ bars }) => bars > 0);
  }
}

function futureText({ count }: Tally, { now }: SlotOptions): string {
  return `${counted(count, "bar")} cannot be closed yet: the clock stood at ${formatUtc(now!)}.`;
}

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

function gapFinding(
  missing: readonly MissingStretch[],
  expected: number,
  calendar: TradingCalendar,
): DataFinding[] {
  const tally = new Tally();
  for (const { from, to, bars } of missing) {
    tally.add(
      from,
      () => `${counted(bars, "bar")} from ${formatUtc(from)} to ${formatUtc(to)}`,
      bars,
    );
  }
  const open = calendar === alwaysOpen ? "" : ` while ${calendar.name} was open`;
  return tally.finding("gap", "warning", () => {
    const many = `${counted(tally.bars, "bar")} (${shareText(tally.bars / expected)})`;
    return `${many} ${tally.bars === 1 ? "is" : "are"} missing in ${
      counted(tally.count, "gap")
    }${open}.`;
  });
}
