import { escapeHtml } from "./markup.ts";

/** Rows as CSV: numbers as they are, unknown ones empty, text quoted where it must be. */
export function csvOf(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cell = (value: string | number) => {
    if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
    // A leading sign would be a formula in a spreadsheet.
    const text = /^[=+@\t\r-]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Numbers that a picture or a shortened table stands for, all of them and in full. */
export interface CsvTable {
  /** What they are, in one word: `trades`. */
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The numbers beside what is shown; the page offers them as a file. Shows nothing itself. */
export function csvData({ name, head, rows }: CsvTable): string {
  // A browser that reads a page takes a line's end of two signs for one.
  const text = escapeHtml(csvOf(head, rows)).replaceAll("\r", "&#13;");
  return `<span hidden data-csv-name="${escapeHtml(name)}" data-csv="${text}"></span>`;
}
