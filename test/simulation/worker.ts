/** Runs seeds in a thread of its own, one after another, as they are handed over. */
import { simulate, type WorldOptions } from "./world.ts";

/** A world, as far as it can be sent between threads. */
export type Task = Pick<
  WorldOptions,
  "seed" | "hours" | "start" | "mode" | "faults" | "keepsTrades" | "hasIndices"
>;

const port = self as unknown as {
  onmessage: (message: MessageEvent<Task>) => void;
  postMessage(value: unknown): void;
};
port.onmessage = async ({ data }) => {
  try {
    port.postMessage({ outcome: await simulate(data) });
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    port.postMessage({ failure: text });
  }
};
