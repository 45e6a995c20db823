import { type DataReport, reportOnBars } from "../bars/data_report.ts";
import { type BarsFile, readBarsCsv } from "../bars/read_bars_csv.ts";
import { alwaysOpen, type TradingCalendar } from "../calendar/calendar.ts";
import { globexEquityIndex } from "../calendar/globex.ts";
import { calendarOfSymbol } from "../market/instrument_calendar.ts";
import { MarketError } from "../model/errors.ts";
import { formatUtc } from "../model/time.ts";
import type { Files } from "../runtime/files.ts";

/** Which files of bars are examined. */
export interface BarsExamination {
  readonly paths: readonly string[];
  /** What the bars are of, for its hours; else the file's name and the bars themselves tell. */
  readonly symbol: string | undefined;
  readonly files: Files;
}

/**
 * Examines files of bars and says what is wrong with each.
 *
 * @returns the text for the user, and whether any file is damaged or on another zone's clock.
 * @throws {MarketError} `bars-file` for a file that is not there or holds no bars, `usage` for a symbol whose hours
 * are not known.
 */
export async function examineBars(
  { paths, symbol, files }: BarsExamination,
): Promise<{ readonly text: string; readonly isDamaged: boolean }> {
  const told = symbol === undefined ? undefined : hoursOf(symbol);
  const parts: string[] = [];
  let isDamaged = false;
  for (const path of paths) {
    const file = readBarsCsv(await read(path, files), { file: path });
    const { report, hours } = examine(file, told ?? hoursByName(path));
    parts.push(pageOf(path, file, report, hours));
    isDamaged ||= report.verdict.cause === "data" || report.verdict.cause === "clock";
  }
  return { text: parts.join("\n"), isDamaged };
}

/** When the market of the bars trades, and how that is known. */
interface Hours {
  readonly calendar: TradingCalendar;
  readonly why: string;
}

function hoursOf(symbol: string): Hours {
  const calendar = calendarOfSymbol(symbol.toUpperCase());
  if (calendar !== undefined) return { calendar, why: `hours of ${symbol}: ${calendar.name}` };
  throw new MarketError(
    "usage",
    "configure",
    `--symbol ${symbol} has no known hours: give an index future (ES, NQ, MES) or a pair of coins (BTCUSDT), or leave it out and let the bars tell.`,
  );
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

/** Without hours, those that leave the fewest bars missing or outside are taken. */
function examine(
  { columns }: BarsFile,
  hours: Hours | undefined,
): { report: DataReport; hours: Hours } {
  const tried = (hours === undefined ? [alwaysOpen, globexEquityIndex] : [hours.calendar]).map(
    (calendar) => ({ calendar, report: reportOnBars(columns, { calendar }) }),
  );
  const best = tried.reduce((a, b) => misfitOf(b.report) < misfitOf(a.report) ? b : a);
  const { calendar, report } = best;
  return {
    report,
    hours: hours ??
      { calendar, why: `hours as the bars suggest: ${calendar.name} (--symbol tells)` },
  };
}

function misfitOf({ missing, findings }: DataReport): number {
  const outside = findings.find(({ kind }) => kind === "off-session")?.bars ?? 0;
  return outside + missing.reduce((sum, { bars }) => sum + bars, 0);
}

async function read(path: string, files: Files): Promise<string> {
  try {
    return await files.readText(path);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new MarketError(
      "bars-file",
      "configure",
      `${path} cannot be read: ${what}. Check the path given with --bars.`,
      { cause },
    );
  }
}

function pageOf(path: string, file: BarsFile, report: DataReport, { why }: Hours): string {
  const { rows, bars, expected, from, to, stepMs, findings, verdict, zone } = report;
  const share = expected > 0 ? ` of ${expected.toLocaleString("en-US")} expected` : "";
  const lines = [
    `${path}: ${rows.toLocaleString("en-US")} rows, ${bars.toLocaleString("en-US")} bars${share}`,
    `     ${formatUtc(from)} to ${formatUtc(to)}, ${
      Number.isNaN(stepMs) ? "step unknown" : `a bar each ${stepMs / 1_000} s`
    }; ${why}`,
    ...(file.isZoneAssumed ? [`     ${file.timeColumn} has no zone: taken for UTC`] : []),
    ...(zone?.zone === "UTC" ? [`ok   the times are UTC, by the ${zone.evidence}`] : []),
    ...findings.flatMap(({ kind, severity, sentence, examples }) => [
      `${MARKS[severity]} ${kind}: ${sentence}`,
      ...examples.map(({ what }) => `       ${what}`),
    ]),
    ...(findings.length === 0 ? ["ok   no fault found"] : []),
    "",
    verdict.sentence,
    "",
  ];
  return lines.join("\n");
}

const MARKS = { fault: "bad ", warning: "look", note: "note" } as const;
