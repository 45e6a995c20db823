/** A Comove command running in a process of its own, as a user would run it. */
export interface RunningCommand {
  readonly child: Deno.ChildProcess;
  /** All of standard output so far. */
  readonly out: () => string;
  /** All of standard error so far. */
  readonly err: () => string;
  /** Resolves with the exit code. */
  readonly exit: Promise<number>;
  /** Resolves when the text turns up in either output; rejects after `withinMs` or at the end. */
  until(text: string | RegExp, withinMs: number): Promise<void>;
  /** Ctrl-C, then the exit code. */
  stop(): Promise<number>;
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** Starts `deno task`'s command of that name with these arguments. */
export function startCommand(name: string, args: readonly string[]): RunningCommand {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${ROOT}lib/cli/main.ts`, name, ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  let isOver = false;
  const exit = Promise.all([child.status, out.done, err.done]).then(([status]) => {
    isOver = true;
    return status.code;
  });
  return {
    child,
    out: out.text,
    err: err.text,
    exit,
    async until(text, withinMs) {
      const until = performance.now() + withinMs;
      const isThere = () => {
        const all = out.text() + err.text();
        return typeof text === "string" ? all.includes(text) : text.test(all);
      };
      while (!isThere()) {
        if (isOver || performance.now() > until) {
          throw new Error(
            `${name} did not say ${text} within ${withinMs} ms; it said:\n${out.text()}${err.text()}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      if (!isOver) child.kill("SIGINT");
      return await exit;
    },
  };
}

function collect(stream: ReadableStream<Uint8Array>) {
  let text = "";
  const decoder = new TextDecoder();
  const done = (async () => {
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  })();
  return { text: () => text, done };
}
