import { configure, getLogger, type LogRecord, reset } from "@logtape/logtape";
import { isSecretName, redact } from "../model/redact.ts";
import { visibleJson } from "../model/visible.ts";
import { diskReason } from "./disk_error.ts";
import { LogFiles } from "./log_files.ts";
import { LogRation } from "./log_ration.ts";
import { tryFolder } from "./output_folder.ts";

/** One log line: what happened, with its facts as fields. Secrets are masked wherever they stand. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Says nothing: what a notebook gets unless it asks, so that nothing is printed from the background. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface LogOptions {
  /** Lines below this level are not written. */
  readonly level: LogLevel;
  /** Folder for one file a source (`ibkr.jsonl`); null for none. */
  readonly dir: string | null;
  /** Size at which a file is put by as `ibkr.1.jsonl`, MB of 1,000,000 bytes. @default 10 */
  readonly maxFileMb?: number;
  /** Files of each source, the one that is written included; the oldest goes. @default 5 */
  readonly maxFiles?: number;
  /** Values that must not appear in any line, such as `secretsIn(config)`. @default none */
  readonly secrets?: readonly string[];
  /** Takes each line for the terminal; left out, nothing is printed. */
  readonly write?: (line: string) => void;
}

/** The log of a process. */
export interface OpenLog {
  /** A log whose lines carry this source, such as `ibkr`. */
  child(source: string): Log;
  /** The last lines, oldest first, at most {@link TAIL_LINES}: for a notebook that asks what happened. */
  tail(): readonly string[];
  /** Lines that are missing in the files, because the disk did not take them. */
  readonly lost: number;
  /** Closes the files; nothing is written any more. Safe to call twice. */
  close(): Promise<void>;
}

/** Lines kept in memory. */
export const TAIL_LINES = 200;

const ROOT = "comove";

/** The log that is open; LogTape has but one configuration for the process. */
let open: OpenLog | undefined;

/**
 * Opens the structured log: one JSON object a line with time (ISO, UTC), level, source, message and fields.
 * There is one log in a process; opening it again replaces it.
 *
 * A disk that fails later loses lines of the files, which is logged once and counted in {@link OpenLog.lost}.
 *
 * @throws {MarketError} `cannot-write` when `dir` cannot be written to.
 */
export async function openLog(options: LogOptions): Promise<OpenLog> {
  const { level, dir, write, secrets = [], maxFileMb = 10, maxFiles = 5 } = options;
  if (dir !== null) await tryFolder(dir, "log.dir");
  const tail: string[] = [];
  const files = dir === null ? undefined : new LogFiles({
    dir,
    maxBytes: maxFileMb * 1_000_000,
    maxFiles,
    onLoss: (error, file) => {
      const why = `The log cannot be written to its file: ${diskReason(error)}. `;
      logOf("log").error(`${why}Lines are missing there from now on.`, { file });
    },
  });
  const ration = new LogRation();
  const put = (entry: LogEntry) => {
    const line = lineOf(entry, secrets);
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    write?.(line);
    files?.write(entry.source, line);
  };
  await configure({
    reset: true,
    sinks: {
      lines(record) {
        const { timestamp: time, level } = record;
        const source = record.category.slice(1).join(".");
        const leftOut = ration.take(source, level, time);
        if (leftOut === undefined) return;
        if (leftOut > 0) put(leftOutEntry(source, leftOut, time));
        const fields = record.properties;
        put({ source, level: nameOf(level), message: record.message.join(""), fields, time });
      },
    },
    loggers: [
      { category: ROOT, lowestLevel: level === "warn" ? "warning" : level, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "fatal", sinks: [] },
    ],
  });
  const mine: OpenLog = {
    child: (source) => logOf(source),
    tail: () => [...tail],
    get lost() {
      return files?.lost ?? 0;
    },
    async close() {
      if (open === mine) {
        open = undefined;
        await reset();
      }
      const now = Date.now();
      for (const [source, count] of ration.takeRest()) put(leftOutEntry(source, count, now));
      files?.close();
    },
  };
  open = mine;
  return mine;
}

function logOf(source: string): Log {
  const logger = getLogger([ROOT, source]);
  // Braces in a message are text here, not places for fields.
  const plain = (message: string) => message.replaceAll("{", "{{").replaceAll("}", "}}");
  return {
    debug: (message, fields) => logger.debug(plain(message), { ...fields }),
    info: (message, fields) => logger.info(plain(message), { ...fields }),
    warn: (message, fields) => logger.warn(plain(message), { ...fields }),
    error: (message, fields) => logger.error(plain(message), { ...fields }),
  };
}

/** A line before it is printed. */
interface LogEntry {
  readonly source: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Epoch ms. */
  readonly time: number;
}

function nameOf(level: LogRecord["level"]): LogLevel {
  if (level === "trace") return "debug";
  if (level === "fatal") return "error";
  return level === "warning" ? "warn" : level;
}

function leftOutEntry(source: string, count: number, time: number): LogEntry {
  const message = `Lines of this log were left out, since they came too fast: ${count}`;
  return { source, level: "warn", message, fields: { leftOut: count }, time };
}

function lineOf(
  { source, level, message, fields, time }: LogEntry,
  secrets: readonly string[],
): string {
  const line = { time: new Date(time).toISOString(), level, source, message, fields };
  const printable = printer(secrets);
  const lineText = (value: unknown) => `${visibleJson(JSON.stringify(value, printable))}\n`;
  try {
    return lineText(line);
  } catch {
    // A circle, or a getter that throws: the message must not be lost over its fields.
    const fields = { unprintable: Object.keys(line.fields) };
    return lineText({ ...line, fields });
  }
}

/** Secrets are masked, errors become their message, and what JSON cannot hold becomes null. */
function printer(secrets: readonly string[]): (key: string, value: unknown) => unknown {
  return (key, value) => {
    if (key !== "" && isSecretName(key)) return "***";
    if (value instanceof Error) return redact(value.message, secrets);
    if (typeof value === "bigint") return value.toString();
    return typeof value === "string" ? redact(value, secrets) : value;
  };
}
