import type { CodeCell, Notebook, NotebookCell } from "../kernel/notebook_file.ts";
import { declaredParameters, isSettingCell } from "../kernel/parameters.ts";
import { SECOND } from "../model/time.ts";

/** What a notebook says about its own run. */
export interface PageFacts {
  /** When the first cell began, epoch ms UTC; NaN when the file does not say. */
  readonly startedAt: number;
  /** From then until the last cell was done, ms; NaN when the file does not say. */
  readonly tookMs: number;
  /** True when any cell has run. */
  readonly isExecuted: boolean;
  /** True when a cell has failed. */
  readonly hasFailed: boolean;
  /** The sources that panels name, such as `simulated`, else the parameter `SOURCE`; undefined without one. */
  readonly source: string | undefined;
  /** Venue time of the newest data that a panel names, epoch ms UTC; NaN where none does. */
  readonly dataTime: number;
  /** The language of the code, such as `typescript`. */
  readonly language: string;
}

export function pageFacts(notebook: Notebook): PageFacts {
  const cells = notebook.cells.filter(isCode);
  const times = cells.map(cellTimes);
  const starts = times.map(({ from }) => from).filter(Number.isFinite);
  const ends = times.map(({ to }) => to).filter(Number.isFinite);
  const startedAt = starts.length > 0 ? Math.min(...starts) : NaN;
  return {
    startedAt,
    tookMs: ends.length > 0 ? Math.max(...ends) - startedAt : NaN,
    isExecuted: cells.some((cell) => cell.execution_count !== null || cell.outputs.length > 0),
    hasFailed: cells.some((cell) => cell.outputs.some((one) => one.output_type === "error")),
    source: namedSources(cells) ?? sourceOf(notebook),
    dataTime: newestOf(cells.flatMap(dataTimes)),
    language: languageOf(notebook),
  };
}

/** How long a cell took, ms; NaN when the file does not say. */
export function cellTookMs(cell: CodeCell): number {
  const { from, to } = cellTimes(cell);
  return to - from;
}

/** `0.4 s` or `2 min 05 s`. */
export function tookText(ms: number): string {
  const seconds = ms / SECOND;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

function isCode(cell: NotebookCell): cell is CodeCell {
  return cell.cell_type === "code";
}

/** When a cell began and ended, as front ends and our own runner note it. */
function cellTimes(cell: CodeCell): { readonly from: number; readonly to: number } {
  const { execution } = cell.metadata;
  const noted: Readonly<Record<string, unknown>> =
    typeof execution === "object" && execution !== null ? { ...execution } : {};
  const at = (...names: string[]) => {
    const text = names.map((name) => noted[name]).find((one) => typeof one === "string");
    return typeof text === "string" ? Date.parse(text) : NaN;
  };
  return {
    from: at("iopub.execute_input", "iopub.status.busy", "shell.execute_reply.started"),
    to: at("iopub.status.idle", "shell.execute_reply"),
  };
}

/** NaN of none. */
function newestOf(times: readonly number[]): number {
  return times.reduce((newest, time) => time <= newest ? newest : time, NaN);
}

/** What status lines name as `simulated data`, each once; undefined where none does. */
function namedSources(cells: readonly CodeCell[]): string | undefined {
  const named = cells.flatMap(statusTexts).flatMap((text) => SOURCE_NAMED.exec(text)?.[1] ?? []);
  const sources = [...new Set(named)];
  const last = sources.pop();
  return sources.length === 0 ? last : `${sources.join(", ")} and ${last}`;
}

/** What status lines name as `newest data 2025-12-03 14:35:00 UTC`. */
function dataTimes(cell: CodeCell): number[] {
  return statusTexts(cell).flatMap((text) => {
    const [, day, clock] = NEWEST.exec(text) ?? [];
    const time = Date.parse(`${day}T${clock}Z`);
    return Number.isNaN(time) ? [] : [time];
  });
}

/** The text of each output, as far as a status line goes. */
function statusTexts({ outputs }: CodeCell): string[] {
  return outputs.flatMap((output) => {
    const text = "data" in output ? output.data["text/plain"] : undefined;
    return typeof text === "string" ? [text.slice(0, MOST_TEXT)] : [];
  });
}

const SOURCE_NAMED = / · ([a-z]{1,20}(?: and [a-z]{1,20})?) data · (?:newest data \d|no data yet)/;
const NEWEST = /newest data (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/;
/** Status lines are short. */
const MOST_TEXT = 2_000;

function sourceOf(notebook: Notebook): string | undefined {
  const setting = notebook.cells.find((cell) => isCode(cell) && isSettingCell(cell));
  const text = /^SOURCE = (.*);$/m.exec(setting?.source ?? "")?.[1] ??
    declaredParameters(notebook).find(({ name }) => name === "SOURCE")?.text;
  return /^["'`](\w+)["'`]$/.exec(text ?? "")?.[1];
}

function languageOf({ metadata }: Notebook): string {
  const names = [metadata.language_info, metadata.kernelspec].flatMap((info) => {
    const { name, language } = { ...(info as { name?: unknown; language?: unknown } | undefined) };
    return [language, name].filter((one) => typeof one === "string");
  });
  // Deno's own name stands in files whose language nobody wrote down.
  return names.find((name) => name !== "deno") ?? "typescript";
}
