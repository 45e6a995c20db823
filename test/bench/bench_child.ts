/** Of /proc: a hundredth of a second. */
const TICK_S = 0.01;
const ROOT = new URL("../../", import.meta.url);

/** A program of a bench in a process of its own, which it talks with by lines. */
export interface BenchChild {
  readonly pid: number;
  /** The next line that it prints. */
  line(): Promise<string>;
  ask(text: string): Promise<void>;
  end(): Promise<void>;
}

/** Starts a script of this repository. @param script its path from the root */
export function startChild(script: string, ...args: readonly string[]): BenchChild {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL(script, ROOT).pathname, ...args],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = child.stdout.getReader(), input = child.stdin.getWriter();
  return {
    pid: child.pid,
    async line() {
      return new TextDecoder().decode((await lines.read()).value).trim();
    },
    ask: (text) => input.write(new TextEncoder().encode(`${text}\n`)),
    async end() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
      await child.status;
      await lines.cancel();
      await input.close().catch(() => {});
    },
  };
}

/** Processor time of processes, and of those of their children that have ended, s. */
export async function processorTimeOf(pids: readonly number[]): Promise<number> {
  return (await Promise.all(pids.map(processorTime))).reduce((sum, time) => sum + time, 0);
}

async function processorTime(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_S;
}
