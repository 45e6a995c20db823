import type { DateOrder } from "./date.ts";
import type { ClockDigits } from "./clock_digits.ts";
import type { CsvLayout } from "./csv_columns.ts";

const MARKS = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars |" } as const;

/** What was inferred about a file beyond its layout. */
export interface CsvFindings {
  readonly hasDecimalComma: boolean;
  /** The order of the numbers in its dates, where they may stand in another. */
  readonly order: DateOrder | undefined;
  /** Column read as the volume. */
  readonly volume: number | undefined;
  /** How times of day in digits are read. */
  readonly digits: ClockDigits | undefined;
}

const FIRST = { dmy: "day", mdy: "month", ymd: "year" } as const;

/** Inferences a reader should check, each a sentence without its full stop. */
export function layoutNotes(
  layout: CsvLayout,
  { hasDecimalComma, order, volume, digits }: CsvFindings,
): string[] {
  const { delimiter, names, skipped, volumes } = layout;
  const notes: string[] = [];
  if (skipped > 0) {
    notes.push(`${skipped} line${skipped === 1 ? "" : "s"} above the table passed over`);
  }
  if (delimiter !== ",") notes.push(`cells separated by ${MARKS[delimiter]}`);
  if (hasDecimalComma) notes.push("numbers with a decimal comma");
  if (names.length === 0) notes.push(namelessNote(layout));
  if (order !== undefined) notes.push(`dates with the ${FIRST[order]} first`);
  if (digits !== undefined) notes.push(`times of day as ${digits}`);
  if (volume === undefined) notes.push("no column of volume");
  else if (volume !== volumes[0]) {
    notes.push(`volume from ${names[volume]}, for ${names[volumes[0]!]} is 0`);
  }
  return notes;
}

/** In which order the columns of a file without names are taken. */
function namelessNote({ open, high, low, close }: CsvLayout): string {
  const prices = Object.entries({ open, high, low, close }).sort((a, b) => a[1] - b[1])
    .map(([name]) => name).join(", ");
  const usual = prices === "open, high, low, close" ? ", as most venues write them" : "";
  return `no column names: taken for time, ${prices}, volume${usual}`;
}
