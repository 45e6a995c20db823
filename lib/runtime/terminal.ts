/** What a command may do to the process it runs in; a parameter, so that commands can be tested. */
export interface Terminal {
  /** Writes text to standard output. */
  out(text: string): void;
  /** Writes text to standard error. */
  err(text: string): void;
  /** True when standard output is a screen that can repaint a line. */
  readonly isInteractive: boolean;
  /** Aborted when the user asks to stop (Ctrl-C, or a termination signal). */
  readonly stop: AbortSignal;
  /** Environment variables that configure Comove. */
  readonly env: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = encoder.encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}

/** Only variables of this prefix are read, so that one narrow permission is enough. */
const PREFIX = "COMOVE_";

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
  const env = Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => name.startsWith(PREFIX)),
  );
  const code = await command(Deno.args, {
    out: (text) => writeAll(Deno.stdout, text),
    err: (text) => writeAll(Deno.stderr, text),
    isInteractive: Deno.stdout.isTerminal(),
    stop: stopping.signal,
    env,
  });
  Deno.exit(code);
}
