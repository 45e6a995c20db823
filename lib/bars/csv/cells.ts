/** A cell in quotes, in which a quote is written twice, or one without; then what separates it from the next. */
const CELLS = {
  ",": /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/gy,
  ";": /\s*(?:"((?:[^"]|"")*)"\s*|([^;]*))(?:;|$)/gy,
  "|": /\s*(?:"((?:[^"]|"")*)"\s*|([^|]*))(?:\||$)/gy,
  "\t": /[^\S\t]*(?:"((?:[^"]|"")*)"[^\S\t]*|([^\t]*))(?:\t|$)/gy,
} as const;

/** What separates the cells of a line. */
export type CsvDelimiter = keyof typeof CELLS;

/** The cells of a line, trimmed and without their quotes; an unclosed quote is kept as an ordinary character. */
export function csvCells(line: string, delimiter: CsvDelimiter = ","): string[] {
  if (!line.includes('"')) {
    const cells = line.split(delimiter);
    for (let i = 0; i < cells.length; i++) cells[i] = cells[i]!.trim();
    return cells;
  }
  const cells: string[] = [];
  const pattern = CELLS[delimiter];
  pattern.lastIndex = 0;
  while (pattern.lastIndex <= line.length) {
    const [whole = "", quoted, plain = ""] = pattern.exec(line) ?? [];
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (!whole.endsWith(delimiter)) break;
  }
  return cells;
}
