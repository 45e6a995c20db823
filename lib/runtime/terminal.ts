import { visible } from "../model/visible.ts";
import { diskReason } from "./disk_error.ts";
import { startFolder } from "./start_folder.ts";

/** What a command may do to the process it runs in; a parameter, so that commands can be tested. */
export interface Terminal {
  /** Writes text to standard output. Controls but for tabs and ends of lines are shown as `\u001b`, not obeyed. */
  out(text: string): void;
  /** Writes text to standard error, as {@link Terminal.out} does. */
  err(text: string): void;
  /** Empties the line that the cursor of standard output stands in, to write it anew. For a screen. */
  clearLine(): void;
  /** True when standard output is a screen that can repaint a line. */
  readonly isInteractive: boolean;
  /** True when standard error is a screen that a person reads. @default false */
  readonly isErrorScreen?: boolean;
  /** Aborted when the user asks to stop (Ctrl-C, or a termination signal). */
  readonly stop: AbortSignal;
  /** Environment variables that configure Comove. @default those of the process */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that the user stands in, as a path from the one this process runs in. @default the same */
  readonly from?: string;
}

/** Exit code of a command that was stopped: what a shell makes of Ctrl-C. */
export const STOPPED = 130;

/** To the line's begin, and all behind it away. */
const CLEAR_LINE = "\r\x1b[K";

/** One of the two outputs of a process. */
class Output {
  readonly #stream: { writeSync(bytes: Uint8Array): number };
  readonly #encoder = new TextEncoder();
  readonly #onClosed: () => void;
  /** Why it did not take a text; undefined when it took all, or when its reader has gone. */
  failure: string | undefined;

  /** @param onClosed called when the reader of a pipe has gone. */
  constructor(stream: { writeSync(bytes: Uint8Array): number }, onClosed: () => void) {
    this.#stream = stream;
    this.#onClosed = onClosed;
  }

  /** Never throws: what a full disk or a closed pipe does not take must not end what is under way. */
  write(text: string): void {
    let bytes = this.#encoder.encode(text);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(this.#stream.writeSync(bytes));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) this.#onClosed();
      else this.failure ??= diskReason(error);
    }
  }
}

/** `deno task` passes Ctrl-C on to a process that has it already: both within this time are one. */
const ONE_CTRL_C_MS = 1_000;

/**
 * Runs a command in this process: gives it a terminal, turns the first Ctrl-C into its `stop` signal (a
 * second one, a second later, ends the process at once), and exits with the code it returns.
 */
export async function runCommand(
  command: (args: string[], terminal: Terminal) => Promise<number>,
): Promise<void> {
  const stopping = new AbortController();
  let stoppedAt = NaN;
  const onSignal = () => {
    if (performance.now() - stoppedAt > ONE_CTRL_C_MS) Deno.exit(130);
    if (stopping.signal.aborted) return;
    stoppedAt = performance.now();
    stopping.abort(new Error("stopped by the user"));
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const name of signals) Deno.addSignalListener(name, onSignal);
  // Nobody reads any more what is printed, as after `| head`: the run ends in good order.
  const output = new Output(Deno.stdout, () => {
    if (stopping.signal.aborted) return;
    stoppedAt = performance.now();
    stopping.abort(new Error("nobody reads the output"));
  });
  const errors = new Output(Deno.stderr, () => {});
  const code = await command(Deno.args, {
    out: (text) => output.write(visible(text)),
    err: (text) => errors.write(visible(text)),
    clearLine: () => output.write(CLEAR_LINE),
    isInteractive: Deno.stdout.isTerminal(),
    isErrorScreen: Deno.stderr.isTerminal(),
    stop: stopping.signal,
    from: startFolder(),
  });
  if (output.failure !== undefined) errors.write(lossOf("standard output", output.failure));
  if (errors.failure !== undefined) output.write(lossOf("standard error", errors.failure));
  const isLossless = output.failure === undefined && errors.failure === undefined;
  Deno.exit(isLossless ? code : code || 1);
}

function lossOf(name: string, reason: string): string {
  return `What was printed is not complete: ${name} could not be written, ${reason}.\n`;
}
