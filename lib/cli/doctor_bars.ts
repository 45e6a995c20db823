import { zonesByClockChange } from "../bars/report/clock_changes.ts";
import { type DataReport, reportOnBars } from "../bars/report/data_report.ts";
import { type BarsFile, readBarsCsv } from "../bars/csv/read_bars_csv.ts";
import { endStampOf } from "../bars/report/end_stamp.ts";
import { priceScaleOf } from "../bars/report/price_scale.ts";
import { calendarOfSymbol } from "../calendar/instrument_calendar.ts";
import { MarketError } from "../model/errors.ts";
import type { Files } from "../runtime/files.ts";
import type { BarFileReading } from "./bar_file_options.ts";
import {
  barsPage,
  type ClockDoubt,
  type ExaminedFile,
  type FileDoubts,
  isDoubtful,
  refusalPage,
} from "./doctor_bars_page.ts";
import { type Hours, likelyHours } from "./doctor_hours.ts";
import { readGiven } from "./given_file.ts";

/** Which files of bars are examined. */
export interface BarsExamination extends BarFileReading {
  readonly paths: readonly string[];
  /** What the bars are of, for its hours; else the file's name and the bars themselves say. */
  readonly symbol: string | undefined;
  readonly files: Files;
  /** The time of this machine, epoch ms: no bar can be later. */
  readonly now: number;
}

/**
 * Examines files of bars and says what is wrong with each. One that cannot be read ends none of the others.
 *
 * @returns the text for the user, and whether any file is damaged, or to be read otherwise than it stands.
 * @throws {MarketError} `file` for an only file that cannot be read, `bars-file` for one that holds no bars, `usage` for a symbol whose hours
 * are not known.
 */
export async function examineBars(
  { paths, symbol, files, now, ...reading }: BarsExamination,
): Promise<{ readonly text: string; readonly isDamaged: boolean }> {
  const given = symbol === undefined ? undefined : hoursOf(symbol);
  const parts: string[] = [];
  let isDamaged = false;
  const examineOne = async (path: string): Promise<void> => {
    const text = await readGiven(path, "--bars", files);
    const look = (reading: BarFileReading) => {
      const file = readBarsCsv(text, { file: path, ...reading });
      return examine(file, given ?? hoursByName(path) ?? hoursByColumn(file), now);
    };
    const { shown, doubts } = lookTwice(look, reading, symbol);
    parts.push(barsPage(path, shown, doubts));
    const { cause } = shown.report.verdict;
    isDamaged ||= isDoubtful(doubts) || cause === "data" || cause === "clock";
  };
  for (const path of paths) {
    try {
      await examineOne(path);
    } catch (error) {
      const isRefused = error instanceof MarketError && REFUSALS.has(error.code);
      if (paths.length === 1 || !isRefused) throw error;
      isDamaged = true;
      parts.push(refusalPage(path, error.message));
    }
  }
  return { text: parts.join("\n"), isDamaged };
}

/** What is wrong with one file, and not with the command. */
const REFUSALS: ReadonlySet<string> = new Set(["file", "bars-file"]);

/** A file as its times and prices seem to be meant, and why they are not taken as they stand. */
function lookTwice(
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

function hoursOf(symbol: string): Hours {
  const calendar = calendarOfSymbol(symbol.toUpperCase());
  if (calendar !== undefined) {
    const why = `hours of ${symbol}: ${calendar.name}`;
    return { calendar, why, symbol: symbol.toUpperCase() };
  }
  throw new MarketError(
    "usage",
    "configure",
    `--symbol ${symbol} has no known hours: give an index future (ES, NQ, MES) or a pair of coins (BTCUSDT), or leave it out and let the bars show them.`,
  );
}

function hoursByName(path: string): Hours | undefined {
  const name = path.split(/[\\/]/).at(-1)!;
  for (const word of name.split(/[^A-Za-z0-9]+/)) {
    const calendar = calendarOfSymbol(word);
    if (calendar !== undefined) {
      const why = `hours of ${word}, by the file's name: ${calendar.name}`;
      return { calendar, why, symbol: word };
    }
  }
  return undefined;
}

function hoursByColumn({ columns }: BarsFile): Hours | undefined {
  const symbol = `${columns.contract?.[0] ?? ""}`;
  const calendar = calendarOfSymbol(symbol.toUpperCase());
  if (calendar === undefined) return undefined;
  const why = `hours of ${symbol}, by its column: ${calendar.name}`;
  return { calendar, why, symbol: symbol.toUpperCase() };
}

function examine(file: BarsFile, given: Hours | undefined, now: number): ExaminedFile {
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
