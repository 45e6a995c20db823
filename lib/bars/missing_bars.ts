import { alwaysOpen, type TradingCalendar } from "../calendar/calendar.ts";
import { DAY, formatUtc, type Interval, mergeIntervals } from "../model/time.ts";
import { counted, type DataFinding, shareText, Tally } from "./data_finding.ts";

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
 *
 * @param times different open times, ascending.
 */
export function judgeSlots(times: Float64Array, options: SlotOptions): SlotFindings {
  const { calendar, stepMs, phaseMs, now } = options;
  const misaligned = new Tally(), outside = new Tally(), future = new Tally();
  const slots: number[] = [];
  const isJudged = stepMs <= LONGEST_STEP_MS;
  for (const time of times) {
    const slot = Math.floor((time - phaseMs) / stepMs) * stepMs + phaseMs;
    if (time !== slot || phaseMs !== 0) {
      misaligned.add(
        time,
        () => `${formatUtc(time)} and ${time - Math.floor(time / stepMs) * stepMs} ms`,
      );
    }
    if (slot !== slots.at(-1)) slots.push(slot);
    if (isJudged && isShut(calendar, slot, stepMs)) {
      outside.add(time, () => `a bar of the closed market at ${formatUtc(time)}`);
    }
    if (now !== undefined && time + stepMs > now) {
      future.add(time, () => `${formatUtc(time)} ends after ${formatUtc(now)}`);
    }
  }
  const missing = isJudged ? missingBetween(slots, options) : [];
  const expected = slots.length - outside.count + missing.reduce((sum, { bars }) => sum + bars, 0);
  return {
    missing,
    expected,
    findings: [
      ...misaligned.finding(
        "misaligned",
        "warning",
        () => misalignedText(misaligned, times.length, options),
      ),
      ...future.finding(
        "future",
        "fault",
        () =>
          `${counted(future.count, "bar")} cannot be closed yet: the clock stood at ${
            formatUtc(now!)
          }.`,
      ),
      ...outside.finding(
        "off-session",
        "warning",
        () =>
          `${counted(outside.count, "bar")} (${shareText(outside.count / times.length)}) ${
            outside.count === 1 ? "lies" : "lie"
          } outside the hours of ${calendar.name}.`,
      ),
      ...gapFinding(missing, expected, calendar),
    ],
  };
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

/** The slots of the open market that have no bar, joined while the session lasts. */
function missingBetween(slots: readonly number[], options: SlotOptions): MissingStretch[] {
  const { calendar, stepMs, phaseMs, now } = options;
  const missing: MissingStretch[] = [];
  const end = now === undefined
    ? undefined
    : Math.floor((now - phaseMs) / stepMs) * stepMs + phaseMs;
  const stops = end === undefined || slots.length === 0 ? slots : [...slots, end];
  for (let i = 1; i < stops.length; i++) {
    const from = stops[i - 1]! + stepMs, to = stops[i]!;
    if (to <= from) continue;
    for (const session of mergeIntervals(calendar.sessions(from, to))) {
      const stretch = slotsWithin({ from, to }, session, stepMs);
      if (stretch.bars > 0) missing.push(stretch);
    }
  }
  return missing;
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
