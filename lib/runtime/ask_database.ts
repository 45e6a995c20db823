import { fileURLToPath } from "node:url";
import type { DatabaseAnswer } from "./database_answer.ts";
import { DatabaseError } from "./database_error.ts";
import type { Query, QueryOutcome } from "./query.ts";

/** The query took longer than it may. */
export class QueryLateError extends Error {
  override readonly name = "QueryLateError";
}

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/**
 * Asks a database's file a query that somebody wrote, see `Database.ask`, in a process of its own: no thread can be
 * stopped amid a step of SQLite, a process can, and one that needs too much memory takes nothing else with it. The
 * process may read the file, and nothing else but this library's code.
 *
 * @param signal ends it at once.
 * @throws {DatabaseError} for what is no such query, or fails.
 * @throws {QueryLateError} when its time is over.
 * @throws the reason of the signal.
 */
export async function askDatabase(query: Query, signal?: AbortSignal): Promise<DatabaseAnswer> {
  signal?.throwIfAborted();
  const child = started(query);
  const end = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It ended just now.
    }
  };
  signal?.addEventListener("abort", end, { once: true });
  const asking = child.stdin.getWriter();
  try {
    await asking.write(new TextEncoder().encode(`${JSON.stringify(query)}\n`)).catch(() => {});
    const text = await new Response(child.stdout).text();
    signal?.throwIfAborted();
    return answerOf(text);
  } finally {
    signal?.removeEventListener("abort", end);
    end();
    await asking.close().catch(() => {});
    await child.status;
  }
}

function started({ path }: Query): Deno.ChildProcess {
  try {
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-check",
        "--no-config",
        "--no-lock",
        "--no-remote",
        readingFlag([FOLDER, path, `${path}-wal`, `${path}-shm`]),
        `${FOLDER}query_process.ts`,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      // Ctrl-C is for this process, which then ends the other one.
      detached: true,
    }).spawn();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DatabaseError("statement", `no process could be started for it (${why})`, error);
  }
}

/** Deno's list has no way to write a path that has a comma in it: then the query's own guards have to do. */
function readingFlag(paths: readonly string[]): string {
  const isListable = paths.every((path) => !path.includes(","));
  return isListable ? `--allow-read=${paths.join(",")}` : "--allow-read";
}

function answerOf(text: string): DatabaseAnswer {
  const outcome = readOutcome(text);
  if ("answer" in outcome) return outcome.answer;
  if ("isLate" in outcome) throw new QueryLateError("the time of the query is over");
  throw new DatabaseError(outcome.fault, outcome.message);
}

function readOutcome(text: string): QueryOutcome {
  try {
    return JSON.parse(text);
  } catch {
    // It was ended by the system, or by itself for want of memory.
    return { fault: "statement", message: "out of memory" };
  }
}
