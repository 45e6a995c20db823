/** Runs seeds in a thread of its own, one after another, as they are handed over. */
import { type PairOutcome, type PairWorldOptions, simulatePairs } from "./pair_world.ts";
import { type Outcome, simulate, type WorldOptions } from "./world.ts";

/** The world of all venues at once, as far as it can be sent between threads. */
export type WorldTask = Pick<
  WorldOptions,
  "seed" | "hours" | "start" | "mode" | "faults" | "keepsTrades" | "hasIndices"
>;
/** The same of a venue of pairs. */
export type PairTask = Pick<PairWorldOptions, "venue" | "seed" | "hours" | "faults">;
export type Task = WorldTask | PairTask;

/** What comes of a task. */
export type OutcomeOf<One extends Task> = One extends PairTask ? PairOutcome : Outcome;

const port = self as unknown as {
  onmessage: (message: MessageEvent<Task>) => void;
  postMessage(value: unknown): void;
};
port.onmessage = async ({ data }) => {
  try {
    const outcome = "venue" in data ? await simulatePairs(data) : await simulate(data);
    port.postMessage({ outcome });
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    port.postMessage({ failure: text });
  }
};
