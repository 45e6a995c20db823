export interface ForegroundOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Folder it starts in. */
  readonly cwd: string;
  /** Variables added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Asks it to end when aborted. */
  readonly stop: AbortSignal;
}

/**
 * Runs a program that the user talks to through this process: its words go to the same terminal.
 *
 * @returns its exit code; 128 and the number of the signal when one ended it.
 * @throws the system's error when it cannot be started.
 */
export type RunInForeground = (options: ForegroundOptions) => Promise<number>;

/** Asked to end, it has this long; then it is ended. */
const END_MS = 15_000;

/** {@link RunInForeground} by the system. */
export const runInForeground: RunInForeground = async ({ command, args, cwd, env, stop }) => {
  const isWindows = Deno.build.os === "windows";
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { ...env },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
    // Ctrl-C comes through `stop` alone, as one clear request. On Windows there is no other way to ask.
    detached: !isWindows,
  }).spawn();
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const send = (signal: Deno.Signal) => {
    try {
      if (!isOver) child.kill(signal);
    } catch {
      // It ended just now.
    }
  };
  const ask = () => {
    if (!isWindows) send("SIGTERM");
    timer ??= setTimeout(() => send("SIGKILL"), END_MS);
  };
  const atExit = () => send("SIGTERM");
  stop.addEventListener("abort", ask, { once: true });
  if (stop.aborted) ask();
  // The terminal was closed, or this process ends for another reason: nothing is left running.
  if (!isWindows) Deno.addSignalListener("SIGHUP", ask);
  globalThis.addEventListener("unload", atExit);
  try {
    return (await child.status).code;
  } finally {
    isOver = true;
    clearTimeout(timer);
    stop.removeEventListener("abort", ask);
    if (!isWindows) Deno.removeSignalListener("SIGHUP", ask);
    globalThis.removeEventListener("unload", atExit);
  }
};
