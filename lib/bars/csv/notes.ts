import type { DateOrder } from "./date.ts";
import type { CsvLayout } from "./layout.ts";

const MARKS = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars |" } as const;

/** What was inferred about a file beyond its layout. */
export interface CsvFindings {
  readonly hasDecimalComma: boolean;
  /** Whether day or month comes first, where its dates are ambiguous. */
  readonly order: DateOrder | undefined;
  /** Column read as the volume. */
  readonly volume: number | undefined;
}

/** Inferences a reader should check, each a sentence without its full stop. */
export function layoutNotes(
  layout: CsvLayout,
  { hasDecimalComma, order, volume }: CsvFindings,
): string[] {
  const { delimiter, names, skipped, volumes } = layout;
  const notes: string[] = [];
  if (skipped > 0) {
    notes.push(`${skipped} line${skipped === 1 ? "" : "s"} above the table passed over`);
  }
  if (delimiter !== ",") notes.push(`cells separated by ${MARKS[delimiter]}`);
  if (hasDecimalComma) notes.push("numbers with a decimal comma");
  if (names.length === 0) {
    notes.push(
      layout.low < layout.open
        ? "no column names: taken for time, low, high, open, close, volume, as Coinbase writes them"
        : "no column names: taken for time, open, high, low, close, volume, as most venues write them",
    );
  }
  if (order !== undefined) notes.push(`dates with the ${order} first`);
  if (volume === undefined) notes.push("no column of volume");
  else if (volume !== volumes[0]) {
    notes.push(`volume from ${names[volume]}, for ${names[volumes[0]!]} is 0`);
  }
  return notes;
}
