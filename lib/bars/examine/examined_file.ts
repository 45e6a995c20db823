import type { BarsFile, ReadBarsOptions } from "../csv/read_bars_csv.ts";
import { zonesByClockChange } from "../report/clock_changes.ts";
import { type DataReport, reportOnBars } from "../report/data_report.ts";
import { endStampOf } from "../report/end_stamp.ts";
import { type PriceScale, priceScaleOf } from "../report/price_scale.ts";
import { type Hours, likelyHours } from "./likely_hours.ts";

/** How a file of bars is to be read, beyond what it shows. */
export type BarFileReading = Pick<ReadBarsOptions, "zone" | "dates" | "scale" | "stamp">;

/** A file with what was found in it. */
export interface ExaminedFile {
  readonly file: BarsFile;
  readonly report: DataReport;
  readonly hours: Hours;
}

/** Whose clock times without a zone may be. */
export interface ClockDoubt {
  /** The zone they were read in; undefined where several may be. */
  readonly zone: string | undefined;
  readonly zones: readonly string[];
  /** `change`: by the hours that clocks leap over or show twice. */
  readonly evidence: "calendar" | "volume" | "change" | undefined;
}

/** Why times or prices were read otherwise than they stand; undefined where they were not. */
export interface FileDoubts {
  readonly clock: ClockDoubt | undefined;
  /** Why the times look like those of the end of each bar. */
  readonly stamp: string | undefined;
  readonly scale: PriceScale | undefined;
}

/** Whether a file has to be read otherwise than it stands. */
export function isDoubtful({ clock, stamp, scale }: FileDoubts): boolean {
  return clock !== undefined || stamp !== undefined || scale?.isSure === true;
}

/** A file as its times and prices seem to be meant, and why they are not taken as they stand. */
export function lookTwice(
  look: (reading: BarFileReading) => ExaminedFile,
  given: BarFileReading,
  symbol: string | undefined,
): { readonly shown: ExaminedFile; readonly doubts: FileDoubts } {
  let reading = given, shown = look(reading);
  const readAlso = (more: BarFileReading) => {
    reading = { ...reading, ...more };
    shown = look(reading);
  };
  const stampDoubt = () => reading.stamp === undefined ? stampOf(shown) : undefined;
  // Half-hour bars named by their end look like those of the next zone.
  let stamp = stampDoubt();
  if (stamp !== undefined) readAlso({ stamp: "close" });
  const clock = reading.zone === undefined ? doubtOf(shown.file, shown.report) : undefined;
  if (clock?.zone !== undefined) readAlso({ zone: readableZone(clock.zone) });
  if (stamp === undefined && (stamp = stampDoubt()) !== undefined) readAlso({ stamp: "close" });
  const scale = reading.scale === undefined && shown.report.bars > 0
    ? priceScaleOf(shown.hours.symbol ?? symbol?.toUpperCase(), shown.file.columns.close)
    : undefined;
  if (scale?.isSure) readAlso({ scale: scale.scale });
  return { shown, doubts: { clock, stamp, scale } };
}

/** Why the times look like those of the end of each bar. */
function stampOf({ file, report, hours }: ExaminedFile): string | undefined {
  if (file.isEndStamped) return `the column is named ${file.timeColumn}`;
  const times = Float64Array.from(new Set(Float64Array.from(file.columns.openTime)))
    .filter((time) => !Number.isNaN(time)).sort();
  const { calendar, isLearned = false } = hours;
  return endStampOf({ times, stepMs: report.stepMs, calendar, isLearned });
}

/** @param now the time of this machine, epoch ms: no bar can be later. */
export function examine(
  file: BarsFile,
  given: Hours | undefined,
  now: number,
): ExaminedFile {
  const reportWith = ({ calendar, isLearned = false }: Hours) =>
    reportOnBars(file.columns, {
      calendar,
      now,
      isEnded: true,
      isCalendarLearned: isLearned,
    });
  if (given !== undefined) return { file, report: reportWith(given), hours: given };
  return { file, ...likelyHours(file.columns.openTime, reportWith) };
}

/** Whether times that do not say their zone are another's than UTC, by two witnesses. */
function doubtOf({ columns, isZoneAssumed }: BarsFile, report: DataReport): ClockDoubt | undefined {
  if (!isZoneAssumed) return undefined;
  const { zone: guess } = report;
  const times = Float64Array.from(columns.openTime);
  const zones = zonesByClockChange(times, report.stepMs);
  const guessed = guess === undefined || guess.zone === "UTC" ? undefined : guess.zone;
  const evidence = guess?.evidence;
  if (zones.length === 0) {
    return guessed === undefined ? undefined : { zone: guessed, zones: [guessed], evidence };
  }
  if (guessed !== undefined && zones.includes(guessed)) {
    return { zone: guessed, zones: [guessed], evidence };
  }
  return { zone: zones.length === 1 ? zones[0] : undefined, zones, evidence: "change" };
}

/** `UTC-3` of a guess as the language knows it: `-03:00`. */
function readableZone(zone: string): string {
  const [, sign, hours] = /^UTC([+-])(\d+)$/.exec(zone) ?? [];
  return hours === undefined ? zone : `${sign}${hours.padStart(2, "0")}:00`;
}
