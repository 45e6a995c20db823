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

/** The cells of a line, trimmed and without their quotes; commas within quotes are not known. */
export function csvCells(line: string): string[] {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
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
  return Number.isNaN(time) ? undefined : { time, hasZone: zone !== undefined };
}
