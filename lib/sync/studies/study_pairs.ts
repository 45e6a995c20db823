import { calendarOf } from "../../calendar/instrument_calendar.ts";
import type { MinuteGrid } from "../../model/minute_grid.ts";
import { type CorrelatedTimeframe, stepOf } from "../../model/timeframe.ts";
import { pairedDays } from "../day_correlation.ts";
import { commonSlots } from "../pair_correlation.ts";
import { ReturnReason, type Returns, returnsOf } from "../returns.ts";
import type { GridTimeframe } from "../timeframe_grid.ts";
import type { StudyEvidence, StudyExclusions, StudyScope, StudySide } from "./study.ts";

/** Returns of two sides bar by bar, oldest first, with what they rest on. */
export interface StudyPairs {
  readonly length: number;
  /** When each bar opens and ends, epoch ms UTC. */
  readonly openTime: Float64Array;
  readonly endTime: Float64Array;
  /** Log returns; NaN where there is none. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** 1 where both could have a return. */
  readonly possible: Uint8Array;
  readonly evidence: StudyEvidence;
}

/**
 * The returns of the first two sides of a scope.
 *
 * @param timeframe of the bars. @default the scope's
 * @throws {RangeError} for a scope with fewer sides.
 */
export function studyPairs(
  scope: StudyScope,
  timeframe: CorrelatedTimeframe = scope.timeframe,
): StudyPairs {
  const [a, b] = scope.sides;
  if (a === undefined || b === undefined) {
    throw new RangeError(`a study of pairs takes two sides, got ${scope.sides.length}`);
  }
  return pairsBetween(a, b, timeframe);
}

/** The same of any two sides. */
export function pairsBetween(
  a: StudySide,
  b: StudySide,
  timeframe: CorrelatedTimeframe,
): StudyPairs {
  return timeframe === "1d" ? dayPairs(a, b) : slotPairs(a, b, timeframe);
}

function slotPairs(a: StudySide, b: StudySide, timeframe: GridTimeframe): StudyPairs {
  const stepMs = stepOf(timeframe);
  const { start, end } = commonSlots(a.grid, b.grid, stepMs);
  const length = Math.max(0, (end - start) / stepMs || 0);
  const rowsOf = (grid: MinuteGrid) => rowsFrom(returnsOf(grid, timeframe), start, length);
  const inA = rowsOf(a.grid), inB = rowsOf(b.grid);
  // Where nothing is cut the grids are the same.
  const isCut = a.grid !== a.allHours;
  const allA = isCut ? rowsOf(a.allHours) : inA, allB = isCut ? rowsOf(b.allHours) : inB;
  const possible = inA.possible.map((is, row) => is & inB.possible[row]!);
  const count = { n: 0, expected: 0, cut: 0, closed: 0, roll: 0, gap: 0 };
  for (let row = 0; row < length; row++) {
    const reasons = [inA.reason[row]!, inB.reason[row]!];
    count.expected += possible[row]!;
    if (reasons.every((reason) => reason === ReturnReason.None)) count.n++;
    else if (
      allA.reason[row] === ReturnReason.None && allB.reason[row] === ReturnReason.None
    ) count.cut++;
    else if (reasons.includes(ReturnReason.Session)) count.closed++;
    else if (reasons.includes(ReturnReason.Roll)) count.roll++;
    else count.gap++;
  }
  const openTime = Float64Array.from({ length }, (_, row) => start + row * stepMs);
  return {
    length,
    openTime,
    endTime: openTime.map((time) => time + stepMs),
    a: inA.value,
    b: inB.value,
    possible,
    evidence: evidenceOf(count, start, start + length * stepMs, length),
  };
}

function rowsFrom(returns: Returns, start: number, length: number) {
  const first = Math.max(0, (start - returns.start) / returns.stepMs || 0);
  return {
    value: returns.value.subarray(first, first + length),
    reason: returns.reason.subarray(first, first + length),
    possible: returns.possible.subarray(first, first + length),
  };
}

/** Days are sessions; why one has no return is not known further than that. */
function dayPairs(a: StudySide, b: StudySide): StudyPairs {
  const calendars = [calendarOf(a.instrument), calendarOf(b.instrument)] as const;
  const { length, possible, days, ...returns } = pairedDays(a.grid, b.grid, { calendars });
  const hasPair = (row: number) => !Number.isNaN(returns.a[row]!) && !Number.isNaN(returns.b[row]!);
  const rows = Array.from({ length }, (_, row) => row);
  const n = rows.filter(hasPair).length;
  const expected = possible.reduce((sum, is) => sum + is, 0);
  const count = { n, expected, cut: 0, closed: 0, roll: 0, gap: length - n };
  return {
    length,
    openTime: Float64Array.from(days, ({ from }) => from),
    endTime: Float64Array.from(days, ({ to }) => to),
    a: returns.a,
    b: returns.b,
    possible,
    evidence: evidenceOf(count, days[0]?.from ?? NaN, days.at(-1)?.to ?? NaN, length),
  };
}

function evidenceOf(
  count: StudyExclusions & Pick<StudyEvidence, "n" | "expected">,
  from: number,
  to: number,
  length: number,
): StudyEvidence {
  const { n, expected, cut, closed, roll, gap } = count;
  const isEmpty = length === 0;
  return {
    n,
    expected,
    from: isEmpty ? NaN : from,
    to: isEmpty ? NaN : to,
    excluded: { cut, closed, roll, gap },
  };
}
