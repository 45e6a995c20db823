import { cutText } from "../model/cut_text.ts";
import { redact } from "../model/redact.ts";
import { alignedLines } from "../model/text_columns.ts";
import { visibleJson } from "../model/visible.ts";
import { STOPPED, type Terminal } from "../runtime/terminal.ts";
import { type SqlAnswer, USUAL_SQL } from "../store/store.ts";
import {
  numberOption,
  type Options,
  type OptionSpec,
  parseCommandLine,
  usageError,
  usageOf,
} from "./arguments.ts";
import { openPlace, STORE_OPTIONS } from "./store_place.ts";

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...STORE_OPTIONS,
  limit: { value: "N", help: "most rows; default 1000, with --json 100000" },
  timeout: { value: "S", help: "most seconds that it may take; default 30" },
  json: { help: "as { columns, data }" },
  help: { help: "show this text" },
};
const SCREEN_ROWS = 1_000;
const JSON_ROWS = 100_000;
const WIDEST_CELL = 60;
/** Of a day. */
const MOST_SECONDS = 86_400;

/**
 * `deno task store sql "SELECT …"`: asks the store, which only reads.
 *
 * @returns exit code; 130 where Ctrl-C ended the query.
 */
export async function storeSql(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, positionals } = parseCommandLine(args, OPTIONS, terminal.from);
  if (options.has("help")) {
    const summary = `Asks the store, which only reads: deno task store sql "SELECT …"`;
    terminal.out(usageOf("store sql", summary, OPTIONS));
    return 0;
  }
  const [statement] = positionals;
  if (statement === undefined || positionals.length > 1) {
    throw usageError(
      `store sql needs one statement, got ${positionals.length}: deno task store sql "SELECT …"`,
    );
  }
  const isJson = options.has("json");
  const limit = numberOption(options, "limit", { min: 1, isWhole: true }) ??
    (isJson ? JSON_ROWS : SCREEN_ROWS);
  const timeoutMs = timeoutOf(options);
  const { reader } = await openPlace(options, terminal);
  try {
    const answer = await reader.sql(statement, { limit, timeoutMs, signal: terminal.stop });
    terminal.out(isJson ? jsonOf(answer) : tableOf(answer));
    terminal.err(missingRows(answer));
    return 0;
  } catch (error) {
    if (terminal.stop.aborted) return STOPPED;
    throw error;
  } finally {
    await reader.close();
  }
}

function timeoutOf(options: Options): number {
  const seconds = numberOption(options, "timeout", { min: 0.001 }) ?? USUAL_SQL.timeoutMs / 1_000;
  if (seconds > MOST_SECONDS) {
    throw usageError(`--timeout must be at most ${MOST_SECONDS}, got ${seconds}`);
  }
  return Math.ceil(seconds * 1_000);
}

/** Which rows are not shown, and why. */
function missingRows({ data, cutBy }: SqlAnswer): string {
  if (cutBy === undefined) return "";
  const shown = data.length.toLocaleString("en-US");
  return cutBy === "rows"
    ? `There are more rows than these ${shown}: see --limit.\n`
    : `There are more rows than these ${shown}: an answer holds ${
      USUAL_SQL.maxBytes / 1e6
    } MB. Ask for fewer columns or rows.\n`;
}

function jsonOf({ columns, data }: SqlAnswer): string {
  return visibleJson(`${redact(JSON.stringify({ columns, data }))}\n`);
}

function tableOf({ columns, data }: SqlAnswer): string {
  const rows = data.map((row) => row.map(cellText));
  const sides = columns.map((_, at) =>
    data.length > 0 && data.every((row) => typeof row[at] !== "string") ? "right" : "left"
  );
  return `${alignedLines([columns, ...rows], { sides }).join("\n")}\n`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return "";
  return typeof cell === "number"
    ? `${cell}`
    : cutText(redact(cell).replaceAll(/[\t\n]+/g, " "), WIDEST_CELL);
}
