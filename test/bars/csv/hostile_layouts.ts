import type { ProgramBar, ProgramLayout } from "./program_layouts.ts";

/** A file as cells, before it is written. */
export interface Sheet {
  readonly above: readonly string[];
  readonly head: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
  readonly below: readonly string[];
  readonly separator: string;
}

/** The file of a program, as cells. */
export function sheetOf(layout: ProgramLayout, bars: readonly ProgramBar[]): Sheet {
  return {
    above: layout.above ?? [],
    head: layout.head?.split(","),
    rows: bars.map((bar) => layout.cells(bar).map(String)),
    below: layout.below ?? [],
    separator: layout.separator ?? ",",
  };
}

/** A sheet as text, its cells as they are. */
export function written({ above, head, rows, below, separator }: Sheet, end = "\n"): string {
  const lines = [...(head === undefined ? [] : [head]), ...rows].map((row) => row.join(separator));
  return [...above, ...lines, ...below, ""].join(end);
}

/** What somebody or some program did to a file. */
export interface Damage {
  /** True where the file still says all that it did: it must be read. */
  readonly isHarmless: boolean;
  /** True where columns are no longer named, so that a volume may be another column. */
  readonly hidesVolume?: boolean;
  /** Files that must be read for each program at least; a damage that leaves no row whole has 0. */
  readonly leastEqual: number;
  readonly apply: (sheet: Sheet) => string;
}

const bare = (cell: string) => cell.replace(/^"(.*)"$/, "$1");
const quoted = (cell: string) => `"${bare(cell)}"`;
const isPrice = (cell: string) => /^\d+\.\d{1,6}$/.test(cell);
const map = (sheet: Sheet, cellOf: (cell: string, at: number, row: number) => string): Sheet => ({
  ...sheet,
  rows: sheet.rows.map((cells, row) => cells.map((cell, at) => cellOf(cell, at, row))),
});
const withSeparator = (sheet: Sheet, separator: string): Sheet => ({
  ...map(sheet, (cell) => cell.includes(separator) ? quoted(cell) : cell),
  head: sheet.head?.map((cell) => cell.trim()),
  separator,
});
const reversed = (sheet: Sheet): Sheet => ({ ...sheet, rows: sheet.rows.toReversed() });

/** Every way in which the file of a program is changed. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  "nothing": { isHarmless: true, leastEqual: 1.6, apply: (sheet) => written(sheet) },
  "a byte order mark": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => `\uFEFF${written(sheet)}`,
  },
  "Windows lines": { isHarmless: true, leastEqual: 1.6, apply: (sheet) => written(sheet, "\r\n") },
  "old Macintosh lines": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written(sheet, "\r"),
  },
  "quotes around all": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) =>
      written({ ...map(sheet, quoted), head: sheet.head?.map((cell) => quoted(cell.trim())) }),
  },
  "empty lines": { isHarmless: true, leastEqual: 1.6, apply: (sheet) => written(sheet, "\n\n") },
  "spaces around cells": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written(map(sheet, (cell) => cell.startsWith('"') ? cell : ` ${cell} `)),
  },
  "semicolons": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written(withSeparator(sheet, ";")),
  },
  "tabs": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written(withSeparator(sheet, "\t")),
  },
  "bars |": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written(withSeparator(sheet, "|")),
  },
  "newest first": { isHarmless: true, leastEqual: 1.6, apply: (sheet) => written(reversed(sheet)) },
  "two months joined, the later first": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) =>
      written({ ...sheet, rows: [...sheet.rows.slice(20), ...sheet.rows.slice(0, 20)] }),
  },
  "rows twice": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) =>
      written({
        ...sheet,
        rows: sheet.rows.flatMap((row, at) => at % 9 === 4 ? [row, row] : [row]),
      }),
  },
  "rows lost": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written({ ...sheet, rows: sheet.rows.filter((_, at) => at % 11 !== 5) }),
  },
  "names in capitals": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => {
      const head = sheet.head?.map((cell) => cell.toUpperCase());
      return written({ ...sheet, head });
    },
  },
  "one more column": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) =>
      written({
        ...sheet,
        head: sheet.head === undefined ? undefined : [...sheet.head, "Note"],
        rows: sheet.rows.map((row) => [...row, "ok"]),
      }),
  },
  "a separator at the end of lines": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written({ ...sheet, rows: sheet.rows.map((row) => [...row, ""]) }),
  },
  "a remark below": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written({ ...sheet, below: ["Exported by somebody at home"] }),
  },
  "a title above": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) => written({ ...sheet, above: ["Minutes of my market"] }),
  },
  "more digits": {
    isHarmless: true,
    leastEqual: 1.6,
    apply: (sheet) =>
      written(map(sheet, (cell, at) => isPrice(cell) && at > 2 ? `${cell}00` : cell)),
  },
  "decimal commas": {
    isHarmless: false,
    leastEqual: 1.7,
    apply: (sheet) =>
      written(
        withSeparator(map(sheet, (cell) => isPrice(cell) ? cell.replace(".", ",") : cell), ";"),
      ),
  },
  "decimal commas in quotes": {
    isHarmless: false,
    leastEqual: 1.7,
    apply: (sheet) =>
      written(map(sheet, (cell) => isPrice(cell) ? quoted(cell.replace(".", ",")) : cell)),
  },
  "thousands in quotes": {
    isHarmless: false,
    leastEqual: 1.7,
    apply: (sheet) =>
      written(
        map(sheet, (cell) => isPrice(cell) ? quoted(grouped(cell, ",", ".")) : cell),
      ),
  },
  "thousands with points": {
    isHarmless: false,
    leastEqual: 1.6,
    apply: (sheet) =>
      written(
        withSeparator(map(sheet, (cell) => isPrice(cell) ? grouped(cell, ".", ",") : cell), ";"),
      ),
  },
  "no names": {
    isHarmless: false,
    leastEqual: 1.4,
    hidesVolume: true,
    apply: (sheet) => written({ ...sheet, above: [], head: undefined }),
  },
  "no names, newest first": {
    isHarmless: false,
    leastEqual: 1.4,
    hidesVolume: true,
    apply: (sheet) => written(reversed({ ...sheet, above: [], head: undefined })),
  },
  "names in a foreign language": {
    isHarmless: false,
    leastEqual: 0.3,
    hidesVolume: true,
    apply: (sheet) => written({ ...sheet, head: sheet.head?.map((_, at) => `столбец ${at}`) }),
  },
  "names twice": {
    isHarmless: false,
    leastEqual: 0.3,
    apply: (sheet) => {
      const again = sheet.head === undefined ? [] : [sheet.head];
      return written({
        ...sheet,
        rows: [...sheet.rows.slice(0, 30), ...again, ...sheet.rows.slice(30)],
      });
    },
  },
  "cut off": { isHarmless: false, leastEqual: 0, apply: (sheet) => written(sheet).slice(0, -13) },
  "a line of zero bytes": {
    isHarmless: false,
    leastEqual: 0,
    apply: (sheet) => {
      const rows = sheet.rows.toSpliced(30, 0, ["\0".repeat(40)]);
      return written({ ...sheet, rows });
    },
  },
  "prices in dollars": {
    isHarmless: false,
    leastEqual: 1.2,
    apply: (sheet) => written(map(sheet, (cell) => isPrice(cell) ? `$${cell}` : cell)),
  },
  "empty first cells": {
    isHarmless: false,
    leastEqual: 0.1,
    apply: (sheet) => written(map(sheet, (cell, at, row) => at < 2 && row % 3 === 1 ? "" : cell)),
  },
  "minutes without prices": {
    isHarmless: false,
    leastEqual: 0,
    apply: (sheet) =>
      written(
        map(sheet, (cell, at, row) => row % 5 === 2 && at > 1 && isPrice(cell) ? "NaN" : cell),
      ),
  },
  "numbers as a spreadsheet rounds them": {
    isHarmless: false,
    leastEqual: 1.4,
    apply: (sheet) =>
      written(
        map(sheet, (cell) =>
          /^\d{12,}$/.test(cell) ? Number(cell).toExponential(5).toUpperCase() : cell),
      ),
  },
};

/** `91,029.51`, or `91.029,51`. */
function grouped(cell: string, group: string, decimal: string): string {
  const [whole = "", part = ""] = cell.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, group)}${decimal}${part}`;
}
