import { MarketError } from "../../model/errors.ts";
import { csvCells, type CsvDelimiter } from "./cells.ts";
import { bareName, isTimeName, NAMES, placeOf } from "./column_names.ts";
import type { CsvLines } from "./lines.ts";
import { readable } from "./readable.ts";
import type { CsvColumns, CsvLayout } from "./csv_columns.ts";
import { type TimeColumns, timeColumns } from "./time_columns.ts";
import { unnamedColumns } from "./unnamed.ts";

const DELIMITERS: readonly CsvDelimiter[] = [",", ";", "\t", "|"];
/** Lines in which the names of the columns are looked for. */
const SAMPLE_LINES = 40;

/** A time and four prices. */
const MIN_CELLS = 5;

/**
 * Finds how a file is laid out: what separates its cells, which line names the columns and which of them are a
 * bar's. Without names, `time, open, high, low, close, volume` is assumed, as most venues write it; the time may
 * take two cells.
 *
 * @throws {MarketError} `bars-file` when the columns of a bar cannot be found.
 */
export function csvLayout(lines: CsvLines, file: string): CsvLayout {
  const sample: { readonly line: string; readonly number: number }[] = [];
  for (let line = lines.next(); line !== undefined && sample.length < SAMPLE_LINES;) {
    if (line.trim() !== "") sample.push({ line, number: lines.number });
    line = lines.next();
  }
  for (const [at, { line }] of sample.entries()) {
    for (const delimiter of DELIMITERS) {
      const names = csvCells(line, delimiter);
      if (names.length < MIN_CELLS) continue;
      const below = sample.slice(at + 1).map((one) => csvCells(one.line, delimiter));
      const found = named(names, below, file);
      if (found === undefined) continue;
      const { lead, ...columns } = found;
      assertNamedOnce(columns, file);
      const firstLine = sample[at + 1 + lead]?.number ?? sample.at(-1)!.number + 1;
      return { delimiter, firstLine, skipped: commentsAbove(sample, at), ...columns };
    }
  }
  for (const [at, { line, number }] of sample.entries()) {
    for (const delimiter of DELIMITERS) {
      if (csvCells(line, delimiter).length < MIN_CELLS) continue;
      const rows = sample.slice(at).map((one) => csvCells(one.line, delimiter));
      const found = unnamedColumns(rows);
      if (found === undefined) continue;
      const above = csvCells(sample[at - 1]?.line ?? "", delimiter);
      // Columns with unknown names may be in any order, so positions prove nothing.
      if (above.length >= found.close && above.length > 1) {
        throw lacking(sample[at - 1]!.line, file);
      }
      return { delimiter, firstLine: number, skipped: commentsAbove(sample, at), ...found };
    }
  }
  throw lacking(sample[0]?.line ?? "", file);
}

/** Spreadsheets write a first line `sep=;` that names the delimiter. */
function commentsAbove(sample: readonly { readonly line: string }[], at: number): number {
  return sample.slice(0, at).filter(({ line }) => !/^"?sep=/i.test(line)).length;
}

/** Columns by their names; a table of yfinance has the name of the time in a line of its own, some lines below. */
function named(
  names: readonly string[],
  below: readonly (readonly string[])[],
  file: string,
): (CsvColumns & { readonly lead: number }) | undefined {
  const bare = names.map(bareName);
  const at = (wanted: readonly string[]) => placeOf(bare, wanted);
  const [open, high, low, close] = [at(NAMES.open), at(NAMES.high), at(NAMES.low), at(NAMES.close)];
  if (open === undefined || high === undefined || low === undefined || close === undefined) return;
  const prices = [open, high, low, close];
  const exact = NAMES.volume.map((name) => bare.indexOf(name)).filter((place) => place >= 0);
  const longer = bare.flatMap((name, place) => name.startsWith("volume") ? [place] : []);
  const volumes = [...new Set([...exact, ...longer])];
  const found = underNames(below) ?? timeColumns(names, below, [...prices, ...volumes]);
  if (found === undefined) return undefined;
  if (typeof found === "string") throw unreadable(`${found}`, file);
  const { lead, ...time } = { lead: 0, ...found };
  const width = names.length - [...names].reverse().findIndex((name) => name !== "");
  return {
    names,
    width,
    time,
    open,
    high,
    low,
    close,
    lead,
    volumes,
    contract: at(NAMES.contract),
    trades: at(NAMES.trades),
    vwap: at(NAMES.vwap),
  };
}

/** The first column, where a line below the names has its name alone. */
function underNames(
  below: readonly (readonly string[])[],
): TimeColumns & { readonly lead: number } | undefined {
  const lead = 1 +
    below.slice(0, 2).findIndex(([first = "", ...others]) =>
      isTimeName(first) && others.every((cell) => cell === "")
    );
  return lead === 0 ? undefined : { time: 0, lead };
}

function assertNamedOnce(columns: CsvColumns, file: string): void {
  const { names, time, open, high, low, close } = columns;
  for (const place of [time.time, open, high, low, close]) {
    const again = names.findIndex((name, at) =>
      at > place && name !== "" && bareName(name) === bareName(names[place]!)
    );
    if (again < 0) continue;
    throw unreadable(
      `columns ${place + 1} and ${again + 1} are both named ${
        names[place]
      }, and only one can be right. Remove the other`,
      file,
    );
  }
}

/** The error for a file whose columns are not understood. @param what without its full stop. */
export function unreadable(what: string, file: string): MarketError {
  return new MarketError("bars-file", "configure", `${file} cannot be read as bars: ${what}.`);
}

function lacking(line: string, file: string): MarketError {
  const cells = DELIMITERS.map((delimiter) => csvCells(line, delimiter))
    .reduce((a, b) => b.length > a.length ? b : a);
  const bare = cells.map(bareName);
  const isThere = (wanted: readonly string[]) => wanted.some((name) => bare.includes(name));
  const prices = (["open", "high", "low", "close"] as const).filter((name) =>
    !isThere(NAMES[name])
  );
  const missing = [...(cells.some(isTimeName) ? [] : ["openTime or timestamp"]), ...prices].join(
    ", ",
  );
  const names = cells.filter((name) => name !== "").slice(0, 12).map((name) => readable(name, 24))
    .join(", ");
  const what = line === "" ? "it begins with no line" : `its first line is ${names}`;
  return new MarketError(
    "bars-file",
    "configure",
    `${file} cannot be read as bars: ${what}${
      cells.length > 12 ? ", …" : ""
    }, with no column ${missing}. Name the columns openTime (epoch ms) or timestamp, open, high, low, close and volume.`,
  );
}
