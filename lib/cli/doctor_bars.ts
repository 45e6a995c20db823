import { zonesByClockChange } from "../bars/report/clock_changes.ts";
import { type DataReport, reportOnBars } from "../bars/report/data_report.ts";
import { type BarsFile, readBarsCsv } from "../bars/csv/read_bars_csv.ts";
import { calendarOfSymbol } from "../calendar/instrument_calendar.ts";
import { MarketError } from "../model/errors.ts";
import type { Files } from "../runtime/files.ts";
import { barsPage, type ClockDoubt, type ExaminedFile } from "./doctor_bars_page.ts";
import { type Hours, likelyHours } from "./doctor_hours.ts";
import { readGiven } from "./given_file.ts";

/** Which files of bars are examined. */
export interface BarsExamination {
  readonly paths: readonly string[];
  /** What the bars are of, for its hours; else the file's name and the bars themselves say. */
  readonly symbol: string | undefined;
  /** IANA zone of times that do not say theirs; else UTC, unless the bars show another. */
  readonly zone: string | undefined;
  readonly files: Files;
  /** The time of this machine, epoch ms: no bar can be later. */
  readonly now: number;
}

/**
 * Examines files of bars and says what is wrong with each.
 *
 * @returns the text for the user, and whether any file is damaged or on another zone's clock.
 * @throws {MarketError} `file` for a file that cannot be read, `bars-file` for one that holds no bars, `usage` for a symbol whose hours
 * are not known or a zone that is none.
 */
export async function examineBars(
  { paths, symbol, zone, files, now }: BarsExamination,
): Promise<{ readonly text: string; readonly isDamaged: boolean }> {
  const given = symbol === undefined ? undefined : hoursOf(symbol);
  if (zone !== undefined) assertZone(zone);
  const parts: string[] = [];
  let isDamaged = false;
  for (const path of paths) {
    const text = await readGiven(path, "--bars", files);
    const look = (assumed: string | undefined) => {
      const file = readBarsCsv(text, {
        file: path,
        ...(assumed === undefined ? {} : { zone: assumed }),
      });
      return examine(file, given ?? hoursByName(path) ?? hoursByColumn(file), now);
    };
    const plain = look(zone);
    const doubt = zone === undefined ? doubtOf(plain.file, plain.report) : undefined;
    const shown = doubt?.zone === undefined ? plain : look(readableZone(doubt.zone));
    parts.push(barsPage(path, shown, doubt));
    const { cause } = shown.report.verdict;
    isDamaged ||= doubt !== undefined || cause === "data" || cause === "clock";
  }
  return { text: parts.join("\n"), isDamaged };
}

function hoursOf(symbol: string): Hours {
  const calendar = calendarOfSymbol(symbol.toUpperCase());
  if (calendar !== undefined) return { calendar, why: `hours of ${symbol}: ${calendar.name}` };
  throw new MarketError(
    "usage",
    "configure",
    `--symbol ${symbol} has no known hours: give an index future (ES, NQ, MES) or a pair of coins (BTCUSDT), or leave it out and let the bars show them.`,
  );
}

function assertZone(zone: string): void {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
  } catch {
    throw new MarketError(
      "usage",
      "configure",
      `--zone must be an IANA time zone such as America/New_York or UTC, got ${zone}.`,
    );
  }
}

function hoursByName(path: string): Hours | undefined {
  const name = path.split(/[\\/]/).at(-1)!;
  for (const word of name.split(/[^A-Za-z0-9]+/)) {
    const calendar = calendarOfSymbol(word);
    if (calendar !== undefined) {
      return { calendar, why: `hours of ${word}, by the file's name: ${calendar.name}` };
    }
  }
  return undefined;
}

function hoursByColumn({ columns }: BarsFile): Hours | undefined {
  const symbol = `${columns.contract?.[0] ?? ""}`;
  const calendar = calendarOfSymbol(symbol.toUpperCase());
  if (calendar === undefined) return undefined;
  return { calendar, why: `hours of ${symbol}, by its column: ${calendar.name}` };
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
