import type { OutcomeOf, Task } from "./worker.ts";

/** What a thread sends back. */
interface Reply<One extends Task> {
  readonly outcome?: OutcomeOf<One>;
  readonly failure?: string;
}

/** A world, and what came of it. */
export interface Result<One extends Task> extends Reply<One> {
  readonly task: One;
}

/**
 * Runs every world once, in `jobs` threads.
 *
 * @param onResult hears of each as it is done, in no order.
 * @returns all of them in the order of the tasks.
 */
export async function runWorlds<One extends Task>(
  tasks: readonly One[],
  { jobs, onResult }: {
    readonly jobs: number;
    readonly onResult: (result: Result<One>) => void;
  },
): Promise<Result<One>[]> {
  const results: Result<One>[] = [];
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

function ask<One extends Task>(worker: Worker, task: One): Promise<Reply<One>> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({ failure: event.message });
    };
    worker.postMessage(task);
  });
}
