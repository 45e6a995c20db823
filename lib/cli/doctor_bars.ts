import { type BarsFile, readBarsCsv } from "../bars/csv/read_bars_csv.ts";
import {
  type BarFileReading,
  examine,
  isDoubtful,
  lookTwice,
} from "../bars/examine/examined_file.ts";
import type { Hours } from "../bars/examine/likely_hours.ts";
import { calendarOfSymbol } from "../calendar/instrument_calendar.ts";
import { MarketError } from "../model/errors.ts";
import type { Files } from "../runtime/files.ts";
import { barsPage, refusalPage } from "./doctor_bars_page.ts";
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
