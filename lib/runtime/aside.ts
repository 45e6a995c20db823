import { answerCalls, type Beside, Thread } from "./thread.ts";

/** How the work of a thread may be ended, at once, and what it takes over. */
export type AsideOptions = Pick<Beside, "signal" | "transfer">;

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
  { signal, transfer }: AsideOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  const thread = new Thread(module);
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([thread.call(WORK, [task], { transfer }), stopped]) as Result;
  } finally {
    signal?.removeEventListener("abort", stop);
    thread.end();
  }
}

/** Does the work of a thread: for the module that {@link runAside} starts. */
export function workAside<Task>(work: (task: Task) => unknown): void {
  answerCalls(async (_name, [task]) => await work(task as Task));
}

const WORK = "work";
