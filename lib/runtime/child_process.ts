/** How a process ended. */
export interface ChildExit {
  readonly code: number;
  /** The signal that ended it, such as `SIGKILL`; undefined when it ended by itself. */
  readonly signal: string | undefined;
}

/** A process started by this one. */
export interface ChildProcess {
  readonly pid: number;
  /** The process that started it: this one. */
  readonly parentPid: number;
  /** Resolves when it has ended and its last words are in {@link errorTail}. */
  readonly exit: Promise<ChildExit>;
  /** The end of what it wrote to standard error. */
  errorTail(): string;
  /** Sends a signal; does nothing once the process is over. */
  kill(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Folder it starts in; this process's own by default. */
  readonly cwd?: string;
  /** Variables added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a process. @throws the system's error when it cannot be started. */
export type StartChild = (options: ChildOptions) => ChildProcess;

/** Most characters of standard error that are kept. */
const TAIL = 8_000;
/** A process that a dead child has left behind may hold its standard error open; nobody waits longer for it. */
const LAST_WORDS_MS = 200;

/** Children that live. This process kills them when it ends. */
const living = new Set<Deno.ChildProcess>();
let isWatching = false;

/** {@link StartChild} by the system. What still lives when this process exits is killed. */
export const startChild: StartChild = ({ command, args, cwd, env }) => {
  const child = new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    // Ctrl-C is for this process, which then ends its children in good order.
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
  }).spawn();
  living.add(child);
  if (!isWatching) globalThis.addEventListener("unload", killAll);
  isWatching = true;
  const words = tailOf(child.stderr);
  const exit = child.status.then(async ({ code, signal }) => {
    living.delete(child);
    await words.end();
    return { code, signal: signal ?? undefined };
  });
  return {
    pid: child.pid,
    parentPid: Deno.pid,
    exit,
    errorTail: words.text,
    kill(signal) {
      if (living.has(child)) send(child, signal);
    },
  };
};

/** The program this process runs on: Deno. */
export function denoPath(): string {
  return Deno.execPath();
}

function killAll(): void {
  for (const child of living) send(child, "SIGKILL");
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It ended just now.
  }
}

/** The end of a stream's text. */
function tailOf(stream: ReadableStream<Uint8Array>) {
  let text = "";
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  const reading = (async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text = (text + decoder.decode(next.value, { stream: true })).slice(-TAIL);
    }
  })().catch(() => {});
  return {
    text: () => text,
    /** Resolves when all has been read, or the time for it is over. */
    async end() {
      const timer = setTimeout(() => void reader.cancel().catch(() => {}), LAST_WORDS_MS);
      await reading;
      clearTimeout(timer);
    },
  };
}
