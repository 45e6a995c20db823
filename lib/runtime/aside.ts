import { MarketError, type Remedy } from "../model/errors.ts";

/** What is given to a thread, and how it may be ended. */
export interface AsideOptions {
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
  /** What the thread takes over instead of a copy; it is empty here from then on. */
  readonly transfer?: readonly Transferable[];
}

type Outcome =
  | { readonly result: unknown }
  | {
    readonly refusal: { readonly code: string; readonly remedy: Remedy; readonly message: string };
  }
  | { readonly name: string; readonly message: string };

/**
 * Has long work done in a thread of its own, so that the event loop goes on meanwhile.
 *
 * @param module calls {@link workAside} with the work.
 * @param task must be plain data, and so is the result.
 * @throws {MarketError}, {RangeError} and others as the work does; the reason of the signal.
 */
export async function runAside<Result>(
  module: URL,
  task: unknown,
  { signal, transfer = [] }: AsideOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  const worker = new Worker(module, { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const stop = () => reject(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  worker.onmessage = ({ data }: MessageEvent<Outcome>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  worker.onmessageerror = () => reject(new TypeError("the result of a thread is no plain data"));
  try {
    worker.postMessage(task, [...transfer]);
    return resultOf(await promise) as Result;
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}

/** Does the work of a thread: for the module that {@link runAside} starts. */
export function workAside<Task>(work: (task: Task) => unknown): void {
  const thread = globalThis as unknown as {
    onmessage: (event: MessageEvent<Task>) => void;
    postMessage(outcome: Outcome): void;
  };
  thread.onmessage = async ({ data }) => thread.postMessage(await outcomeOf(() => work(data)));
}

async function outcomeOf(work: () => unknown): Promise<Outcome> {
  try {
    return { result: await work() };
  } catch (error) {
    if (error instanceof MarketError) {
      const { code, remedy, message } = error;
      return { refusal: { code, remedy, message } };
    }
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { name, message };
  }
}

function resultOf(outcome: Outcome): unknown {
  if ("result" in outcome) return outcome.result;
  if ("refusal" in outcome) {
    const { code, remedy, message } = outcome.refusal;
    throw new MarketError(code, remedy, message);
  }
  throw outcome.name === "RangeError"
    ? new RangeError(outcome.message)
    : new Error(`${outcome.name}: ${outcome.message}`);
}
