import { type CellFailure } from "./cell_failure.ts";
import type { Turn } from "./cell_turn.ts";
import type { Content } from "./message.ts";
import type { CellOutput } from "./notebook_file.ts";
import type { CellRecord } from "./output_recorder.ts";

/** Type of the message that {@link uncaughtCode} publishes. */
export const UNCAUGHT = "comove_uncaught";

/** A timer that throws each time is reported so often in one cell; then only counted. */
const MOST_SHOWN = 5;
/** Stands for the name of what is no error. */
const NO_NAME = "Uncaught";
/** Longest message and stack that travel. */
const MAX_TEXT = 4_000;

/**
 * Publishes each error and each rejection that nothing in the notebook catches, and keeps it from freezing the timers
 * and sockets of the kernel. Declares no names. Reasons are anything that can be thrown, such as objects whose fields
 * throw.
 */
export function uncaughtCode(): string {
  return [
    "(() => {",
    "const jupyter = Deno.jupyter, broadcast = jupyter.broadcast;",
    "const text = (read) => {",
    "try { return String(read()).slice(0, " + MAX_TEXT + "); } catch { return ''; } };",
    "const report = (reason, words) => {",
    "const isError = reason !== null && typeof reason === 'object' && 'message' in reason;",
    "const ename = (isError && text(() => reason.name ?? '')) || " + JSON.stringify(NO_NAME) + ";",
    "const said = reason === null || reason === undefined ? words || text(() => reason)",
    ": isError ? text(() => reason.message) : text(() => reason);",
    "const stack = isError ? text(() => reason.stack ?? '') : '';",
    "const error = { ename, evalue: said || words, stack };",
    // Nothing may be thrown here: it would come back as an error that nobody caught.
    "try { broadcast.call(jupyter, " + JSON.stringify(UNCAUGHT) + ", error)?.catch?.(() => {}); }",
    "catch {} };",
    "addEventListener('error', (event) => {",
    "event.preventDefault(); report(event.error, event.message); });",
    "addEventListener('unhandledrejection', (event) => {",
    "event.preventDefault(); report(event.reason, 'a rejection without a reason'); });",
    "})(); void 0",
  ].join("\n");
}

/** The cell that runs, or was the last to run. */
export interface RunningCell {
  readonly turn: Turn;
  readonly record: CellRecord;
  /** True where errors do not end the run. */
  readonly mayFail: boolean;
}

/** Shows errors that nobody caught in the cell that runs when they come, and remembers the first that counts. */
export class UncaughtErrors {
  #cell: RunningCell | undefined;
  #shown = 0;
  #failure: CellFailure | undefined;
  readonly #failed = Promise.withResolvers<void>();

  /** The first in a cell that may not fail; undefined when there was none. */
  get failure(): CellFailure | undefined {
    return this.#failure;
  }

  /** Resolves when there is one. */
  get failed(): Promise<void> {
    return this.#failed.promise;
  }

  /** From now on errors come in this cell. */
  enter(cell: RunningCell): void {
    this.#cell = cell;
    this.#shown = 0;
  }

  take({ ename, evalue, stack }: Content): void {
    if (this.#cell === undefined) return;
    const { turn, record, mayFail } = this.#cell;
    const error = errorOutput(String(ename), String(evalue), String(stack));
    if (++this.#shown <= MOST_SHOWN) record.outputs.push(error);
    if (mayFail || this.#failure !== undefined) return;
    this.#failure = {
      kind: "error",
      cell: turn.number,
      firstLine: turn.firstLine,
      message: `an error that nothing caught came in cell ${turn.number} (${turn.firstLine}): ` +
        headingOf(error),
      traceback: error.traceback,
    };
    this.#failed.resolve();
  }
}

type ErrorOutput = Extract<CellOutput, { output_type: "error" }>;

function errorOutput(ename: string, said: string, stack: string): ErrorOutput {
  const evalue = said.replace(/^Uncaught (\(in promise\) )?/, "");
  // The runtime's own frames say nothing of the notebook.
  const frames = stack.split("\n").filter((line) => /^\s+at (?!.*\bext:)/.test(line));
  const heading = `Uncaught ${headingOf({ ename, evalue })}`;
  return { output_type: "error", ename, evalue, traceback: [heading, ...frames] };
}

/** What is thrown without being an error has no name of its own. */
function headingOf({ ename, evalue }: Pick<ErrorOutput, "ename" | "evalue">): string {
  return ename === NO_NAME ? evalue : `${ename}: ${evalue}`;
}
