/** Names of the columns of bar files, in lower case; the first that is there is taken. */
export const CSV_COLUMNS = {
  epoch: ["open_time_ms", "opentime"],
  text: ["timestamp", "time", "date", "datetime"],
  trades: ["trades", "count"],
  contract: ["contract", "symbol"],
} as const;

/** A date, a time of day where there is one, and a zone where there is one. */
const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?$/i;

/** The lines of a file, without its byte order mark. */
export function csvLines(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
}

/** A cell in quotes, in which a quote is written twice, or one without; then what separates it from the next. */
const CELLS = {
  ",": /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/gy,
  ";": /\s*(?:"((?:[^"]|"")*)"\s*|([^;]*))(?:;|$)/gy,
  "|": /\s*(?:"((?:[^"]|"")*)"\s*|([^|]*))(?:\||$)/gy,
  "\t": /[^\S\t]*(?:"((?:[^"]|"")*)"[^\S\t]*|([^\t]*))(?:\t|$)/gy,
} as const;

/** What separates the cells of a line. */
export type CsvDelimiter = keyof typeof CELLS;

/** The cells of a line, trimmed and without their quotes; a quote that nothing closes is a letter like others. */
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

/** A time as text. */
export interface CsvTime {
  /** Epoch ms UTC; a time without a zone is taken for UTC. */
  readonly time: number;
  readonly hasZone: boolean;
}

/** Reads `2026-01-25T23:00:00Z`, `2026-01-25 18:00:00-05:00`, `2026-01-25 18:00`; undefined for anything else. */
export function csvTime(text: string): CsvTime | undefined {
  const [, date, clock = "00:00", zone] = TIME.exec(text) ?? [];
  if (date === undefined) return undefined;
  const time = Date.parse(`${date}T${clock}${(zone ?? "Z").toUpperCase().replace("UTC", "Z")}`);
  // The language takes 30 February for 2 March.
  const isDate = new Date(`${date}T00:00Z`).getUTCDate() === Number(date.slice(8));
  return Number.isNaN(time) || !isDate ? undefined : { time, hasZone: zone !== undefined };
}
