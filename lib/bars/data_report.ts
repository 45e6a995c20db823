import { alwaysOpen, type TradingCalendar } from "../calendar/calendar.ts";
import { formatUtc } from "../model/time.ts";
import { counted, type DataFinding } from "./data_finding.ts";
import { type DataVerdict, verdictOf } from "./data_verdict.ts";
import { type FlatRun, judgeFlat } from "./flat_bars.ts";
import { judgeSlots, type MissingStretch } from "./missing_bars.ts";
import { judgeMoves } from "./price_moves.ts";
import { type ReportColumns, type ReportRow, reportRows } from "./report_rows.ts";
import { judgeRows } from "./row_findings.ts";
import { orderRows } from "./row_order.ts";
import { guessStep, phaseOf } from "./step_guess.ts";
import { guessZone, type ZoneGuess } from "./time_zone_guess.ts";

export type { DataFinding, FindingExample, FindingKind, Severity } from "./data_finding.ts";
export type { DataVerdict } from "./data_verdict.ts";
export type { FlatRun } from "./flat_bars.ts";
export type { MissingStretch } from "./missing_bars.ts";
export type { ReportColumns, ReportRow } from "./report_rows.ts";
export type { ZoneGuess } from "./time_zone_guess.ts";

export interface DataReportOptions {
  /** When the market trades: what is missing while it is shut is no gap. @default always open */
  readonly calendar?: TradingCalendar;
  /** Length of a bar, ms. @default the commonest distance of two neighbours */
  readonly stepMs?: number;
  /** A venue time that has surely passed, epoch ms: bars after it cannot be closed, and bars before it are due. */
  readonly now?: number;
}

/** What is known of the quality of bars. */
export interface DataReport {
  /** Rows given. */
  readonly rows: number;
  /** Bars of different times among them. */
  readonly bars: number;
  /** Open time of the first bar and end of the last one, epoch ms; NaN without bars. */
  readonly from: number;
  readonly to: number;
  /** Length of a bar, ms: as told, else as guessed; NaN where that is not possible. */
  readonly stepMs: number;
  /** Bars there should be, from the first to the last (or `now`). */
  readonly expected: number;
  readonly missing: readonly MissingStretch[];
  readonly flatRuns: readonly FlatRun[];
  /** Share of bars in which nothing traded; NaN where the volume is not known. */
  readonly zeroVolumeShare: number;
  /** Whose clock the times look like; undefined where the bars cannot tell. */
  readonly zone: ZoneGuess | undefined;
  /** What was found, the gravest first; empty for clean data. */
  readonly findings: readonly DataFinding[];
  /** Is it the market or is it the data? */
  readonly verdict: DataVerdict;
}

/**
 * Examines bars of any origin, in the order they come, and says what is wrong with them: gaps, repeats,
 * disorder, impossible values, flat stretches, outliers, times of another zone. It changes nothing, and it never
 * throws over the data.
 *
 * @param bars rows, or columns of equal length; nothing need be valid in them.
 * @throws {RangeError} when columns differ in length, or `stepMs` is not a whole number above 0.
 *
 * @example
 * ```ts
 * import { reportOnBars } from "./data_report.ts";
 * import assert from "node:assert/strict";
 * const bar = { open: 5, high: 6, low: 4, close: 5, volume: 1 };
 * const bars = [0, 1, 2, 5, 5, 6].map((minute) => ({ openTime: minute * 60_000, ...bar }));
 * const { findings, expected } = reportOnBars(bars);
 * assert.deepEqual(findings.map(({ kind, bars }) => [kind, bars]), [["repeat", 1], ["gap", 2]]);
 * assert.equal(expected, 7);
 * ```
 */
export function reportOnBars(
  bars: readonly ReportRow[] | ReportColumns,
  { calendar = alwaysOpen, stepMs: told, now }: DataReportOptions = {},
): DataReport {
  if (told !== undefined && !(Number.isSafeInteger(told) && told > 0)) {
    throw new RangeError(`stepMs must be a whole number of ms above 0, got ${told}`);
  }
  const rows = reportRows(bars);
  const judged = judgeRows(rows);
  const ordered = orderRows(rows, judged.hasTime);
  const times = Float64Array.from(ordered.order, (row) => rows.openTime[row]!);
  const guess = guessStep(times);
  const stepMs = told ?? guess?.stepMs ?? NaN;
  const sound = ordered.order.filter((row) => judged.isSound[row] === 1);
  const volumes = Float64Array.from(ordered.order, (row) => rows.volume[row]!);
  const slots = Number.isNaN(stepMs)
    ? { missing: [], expected: times.length, findings: [] }
    : judgeSlots(times, { calendar, stepMs, phaseMs: phaseOf(times, stepMs), now });
  const flat = judgeFlat(rows, sound, stepMs);
  const zone = guessZone(times, volumes, calendar);
  const findings = [
    ...judged.findings,
    ...stepFinding(told, guess?.stepMs, times),
    ...zoneFinding(zone, times),
    ...ordered.findings,
    ...slots.findings,
    ...flat.findings,
    ...judgeMoves(rows, sound, stepMs),
  ].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
  const report = {
    rows: rows.length,
    bars: times.length,
    from: times[0] ?? NaN,
    to: (times.at(-1) ?? NaN) + stepMs,
    stepMs,
    expected: slots.expected,
    missing: slots.missing,
    flatRuns: flat.runs,
    zeroVolumeShare: rows.hasVolume ? flat.zeroVolume / sound.length : NaN,
    zone,
    findings,
  };
  return { ...report, verdict: verdictOf(report) };
}

const GRAVITY = { fault: 0, warning: 1, note: 2 } as const;

function stepFinding(
  told: number | undefined,
  guessed: number | undefined,
  times: Float64Array,
): DataFinding[] {
  if (told === undefined || guessed === undefined || guessed <= told) return [];
  return [{
    kind: "step",
    severity: "warning",
    ...{ count: 1, bars: times.length, first: times[0]!, last: times.at(-1)!, examples: [] },
    sentence: `Most bars are ${guessed / 1_000} s apart, not ${told / 1_000} s as told.`,
  }];
}

function zoneFinding(zone: ZoneGuess | undefined, times: Float64Array): DataFinding[] {
  if (zone === undefined || zone.zone === "UTC") return [];
  const hours = zone.shiftMs / 3_600_000;
  const shift = `${hours < 0 ? "−" : "+"}${Math.abs(hours)} h`;
  const why = zone.evidence === "calendar"
    ? "the daily break and the weekend"
    : "the rise of the volume at the New York open";
  return [{
    kind: "zone",
    severity: "warning",
    ...{ count: 1, bars: times.length, first: times[0]!, last: times.at(-1)! },
    examples: [{
      openTime: times.at(-1)!,
      what: `${formatUtc(times.at(-1)!)} as read would be ${
        formatUtc(times.at(-1)! + zone.shiftMs)
      }`,
    }],
    sentence: `These ${
      counted(times.length, "time")
    } look like ${zone.zone}, not UTC (shift ${shift} at the end), by ${why}; ${
      Math.floor(100 * zone.confidence)
    } % sure. Nothing was changed.`,
  }];
}
