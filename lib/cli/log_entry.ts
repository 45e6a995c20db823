import { formatUtc } from "../model/time.ts";

/** A line of the log, read. */
export interface LogEntry {
  /** Local clock, epoch ms UTC. */
  readonly time: number;
  readonly level: string;
  readonly source: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads a line of the log. @returns undefined for anything else; never throws. */
export function entryOf(line: string): LogEntry | undefined {
  let tree: Partial<Record<string, unknown>> | null;
  try {
    tree = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof tree !== "object" || tree === null) return undefined;
  const { level, source, message, fields } = tree;
  const time = Date.parse(String(tree["time"]));
  const isRead = !Number.isNaN(time) && typeof level === "string" && typeof source === "string" &&
    typeof message === "string" && typeof fields === "object" && fields !== null;
  return isRead
    ? { time, level, source, message, fields: fields as LogEntry["fields"] }
    : undefined;
}

/** For programs: the message says it, or nobody at a screen asks. */
const FOR_PROGRAMS: ReadonlySet<string> = new Set(
  ["venue", "code", "remedy", "text", "venueTime", "clientId", "version", "openTime"],
);
/** Numbers from 2001 to 2103 are times. */
const [EARLIEST, LATEST] = [1e12, 4.2e12];

/** The fields that a reader wants behind the message, ` (filled 3, absent 0)`; the text is empty where there are none. */
export function plainFields(fields: LogEntry["fields"]): string {
  // A summary says all of it in its message.
  if (fields["summary"] === true) return "";
  const hasSpan = typeof fields["utc"] === "string";
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    const isSaid = FOR_PROGRAMS.has(name) || (hasSpan && (name === "from" || name === "to"));
    const text = isSaid ? undefined : valueText(value);
    if (text === undefined) return [];
    return [name === "utc" ? text : `${name} ${text}`];
  });
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function valueText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((each) => String(each)).join(" ");
  }
  if (typeof value === "number" && value >= EARLIEST && value <= LATEST) return formatUtc(value);
  return value === null || typeof value === "object" || value === "" ? undefined : String(value);
}
