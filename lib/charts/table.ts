import { alignedLines } from "../model/text_columns.ts";
import { escapeHtml } from "./markup.ts";
import { cellOf, columnsWidth, tableBox, tableOf } from "./table_style.ts";
import { DARK, type Theme } from "./theme.ts";

/** Text in rows. */
export interface TableText {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Lines below the table, one a line break. @default none */
  readonly note?: string | undefined;
  /** Said in place of a table without rows. @default "Nothing yet." */
  readonly empty?: string | undefined;
  /** Rows shown, from the first on; how many are left out is said below. @default all */
  readonly maxRows?: number | undefined;
  /** Side of each column. @default right where every row holds a number, else left */
  readonly align?: readonly ("left" | "right")[] | undefined;
}

/** What a number looks like here; such columns are set to the right, so that digits stand below digits. */
const NUMBER = /^[+−-]?(?:\d[\d,]*(?<=\d))?(?:\.\d+|(?<=\d))(?:e[+-]?\d+)?(?: ?[%xσ])?$|^[–…]?$/;

/** Text of more characters is a sentence: its column goes on in further lines. */
const LONG_TEXT = 60;
/** As wide as such a column is at least. */
const LONG_COLUMN = "a word or two in each line at least";

/**
 * A table with everything it needs in its own style attributes: viewers of untrusted notebooks strip style
 * sheets. Everything in it is escaped. Wide tables scroll within their box.
 *
 * @throws {RangeError} for a `maxRows` that is no whole number of 1 or more.
 *
 * @example
 * ```ts
 * import { htmlTable } from "./table.ts";
 * import assert from "node:assert/strict";
 * const html = htmlTable({ caption: "Prices", columns: ["", "close"], rows: [["ES", "6,091.25"]] });
 * assert.match(html, /text-align:right[^>]*>6,091\.25</);
 * ```
 */
export function htmlTable(
  options: TableText & { /** @default DARK */ readonly theme?: Theme },
): string {
  const { caption, columns, empty = "Nothing yet.", theme = DARK } = options;
  const { rows, sides, notes } = layOut(options);
  const isLong = columns.map((_, i) => rows.some((row) => (row[i] ?? "").length > LONG_TEXT));
  const line = (tag: "th" | "td", texts: readonly string[]) =>
    columns.map((_, i) => {
      const colour = tag === "th" ? { colour: theme.faintText } : {};
      const style = { tag, align: sides[i]!, wraps: isLong[i]! && tag === "td", ...colour };
      return cellOf(escapeHtml(texts[i] ?? ""), style);
    }).join("");
  const content = rows.length === 0
    ? `<div style="color:${theme.faintText}">${escapeHtml(empty)}</div>`
    : tableOf([line("th", columns), ...rows.map((row) => line("td", row))], theme, columns.length);
  const texts = columns.map((column, i) => [
    column,
    ...rows.map((row) => isLong[i] ? LONG_COLUMN : row[i] ?? ""),
  ]);
  const width = rows.length === 0 ? 0 : columnsWidth(texts);
  return tableBox({ caption, content, width, notes }, theme);
}

/**
 * The same as aligned text, for viewers without HTML.
 *
 * @throws {RangeError} for a `maxRows` that is no whole number of 1 or more.
 */
export function plainTable(options: TableText): string {
  const { caption, columns, empty = "Nothing yet." } = options;
  const { rows, sides, notes } = layOut(options);
  if (rows.length === 0) return [caption, empty, ...notes].join("\n");
  const lines = [columns, ...rows].map((line) => columns.map((_, i) => oneLine(line[i] ?? "")));
  return [caption, ...alignedLines(lines, { sides }), ...notes].join("\n");
}

/** What both forms share: the rows shown, each column's side, and the lines below. */
function layOut({ columns, rows, note = "", maxRows = Infinity, align }: TableText) {
  if (!(maxRows === Infinity || (Number.isInteger(maxRows) && maxRows >= 1))) {
    throw new RangeError(`maxRows must be a whole number of 1 or more, got ${maxRows}`);
  }
  const left = rows.length - Math.min(rows.length, maxRows);
  const more = left === 0
    ? []
    : [`… ${left.toLocaleString("en-US")} more ${left === 1 ? "row" : "rows"}`];
  const sides = columns.map((_, i) =>
    align?.[i] ?? (rows.every((row) => NUMBER.test(row[i] ?? "")) ? "right" : "left")
  );
  const notes = [...more, ...note.split("\n").filter((text) => text !== "")];
  return { rows: left === 0 ? rows : rows.slice(0, maxRows), sides, notes };
}

/** A line break within a cell would break the alignment of all. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, (blank) => /[\r\n]/.test(blank) ? " " : blank);
}
