import type { Task } from "./worker.ts";
import type { Outcome } from "./world.ts";

/** What a thread sends back. */
interface Reply {
  readonly outcome?: Outcome;
  readonly failure?: string;
}

/** A world, and what came of it. */
export interface Result extends Reply {
  readonly task: Task;
}

/**
 * Runs every world once, in `jobs` threads.
 *
 * @param onResult hears of each as it is done, in no order.
 * @returns all of them in the order of the tasks.
 */
export async function runWorlds(
  tasks: readonly Task[],
  { jobs, onResult }: {
    readonly jobs: number;
    readonly onResult: (result: Result) => void;
  },
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...tasks.entries()];
  await Promise.all(
    Array.from({ length: Math.min(jobs, tasks.length) }, async () => {
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [i, task] = next;
        const result = { task, ...await ask(worker, task) };
        results[i] = result;
        onResult(result);
      }
      worker.terminate();
    }),
  );
  return results;
}

function ask(worker: Worker, task: Task): Promise<Reply> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({ failure: event.message });
    };
    worker.postMessage(task);
  });
}
