import { MarketError } from "../model/errors.ts";

/** What is sent to a thread: a call by name, or that the answer to one is not wanted any more. */
type Order =
  | {
    readonly id: number;
    readonly kind: "call";
    readonly name: string;
    readonly values: readonly unknown[];
  }
  | { readonly id: number; readonly kind: "stop"; readonly reason: unknown };

/** What belongs to a call beside its values. */
export interface Beside {
  /** Called with the share done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Asks the thread to stop; its answer is waited for. */
  readonly signal?: AbortSignal | undefined;
  /** What the thread takes over instead of a copy; it is empty here from then on. */
  readonly transfer?: readonly Transferable[] | undefined;
}

/** What a thread sends back of a call: how far it is, then its end. */
type Answer =
  | { readonly id: number; readonly kind: "progress"; readonly share: number }
  | { readonly id: number; readonly kind: "done"; readonly value: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly error: SentError };

/** An error as it is sent: the fields of a `MarketError` would be lost on the way. */
interface SentError {
  readonly error: unknown;
  readonly market?: Pick<
    MarketError,
    "code" | "remedy" | "venue" | "instrument" | "retryAfterMs" | "message"
  >;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((share: number) => void) | undefined;
}

/** Another thread of this process, in which a module answers calls by {@link answerCalls}. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  /** Why nothing can be asked any more. */
  #over: Error | undefined;

  /** @param module its address; what it may do is what this process may. */
  constructor(module: URL) {
    this.#worker = new Worker(module, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#take(data);
    this.#worker.onerror = (event) => {
      // Else it would end the process.
      event.preventDefault();
      this.end(`the thread broke: ${event.message}`);
    };
  }

  /**
   * Calls by name, with values that can be copied. Calls are begun in order.
   *
   * @throws what the module throws; {Error} when the thread has ended.
   */
  call(
    name: string,
    values: readonly unknown[],
    { onProgress, signal, transfer = [] }: Beside = {},
  ): Promise<unknown> {
    const id = ++this.#calls;
    const onAbort = () => this.#send({ id, kind: "stop", reason: signal?.reason });
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#over !== undefined) throw this.#over;
      this.#send({ id, kind: "call", name, values }, transfer);
      this.#waiting.set(id, { resolve, reject, onProgress });
      signal?.addEventListener("abort", onAbort, { once: true });
    }).finally(() => signal?.removeEventListener("abort", onAbort));
  }

  #send(order: Order, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(order, [...transfer]);
  }

  /** True once nothing can be asked any more: it was ended, or it broke. */
  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** Ends the thread at once. Calls under way are rejected. */
  end(reason = "the thread has ended"): void {
    if (this.#over !== undefined) return;
    this.#over = new Error(reason);
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.#over);
    this.#waiting.clear();
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    if (answer.kind === "progress") return waiting.onProgress?.(answer.share);
    this.#waiting.delete(answer.id);
    if (answer.kind === "done") waiting.resolve(answer.value);
    else waiting.reject(errorOf(answer.error));
  }
}

/** Does what a call asks for. */
export type AnswerCall = (
  name: string,
  values: readonly unknown[],
  beside: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal },
) => Promise<unknown>;

/** Answers the calls of whoever started this thread. */
export function answerCalls(answer: AnswerCall): void {
  const port = self as unknown as {
    onmessage: (message: MessageEvent<Order>) => void;
    postMessage(answer: Answer): void;
  };
  const underWay = new Map<number, AbortController>();
  port.onmessage = ({ data: order }) => {
    const { id } = order;
    if (order.kind === "stop") return underWay.get(id)?.abort(order.reason);
    const stop = new AbortController();
    underWay.set(id, stop);
    const onProgress = (share: number) => port.postMessage({ id, kind: "progress", share });
    answer(order.name, order.values, { onProgress, signal: stop.signal })
      .then((value) => port.postMessage({ id, kind: "done", value }))
      // What it threw, or a value that cannot be copied.
      .catch((error) => port.postMessage({ id, kind: "failed", error: sentOf(error) }))
      .finally(() => underWay.delete(id));
  };
}

function sentOf(error: unknown): SentError {
  if (!(error instanceof Error)) return { error: String(error) };
  // RangeError and TypeError stay what they are.
  if (!(error instanceof MarketError)) return { error };
  const { code, remedy, venue, instrument, retryAfterMs, message, cause } = error;
  const market = { code, remedy, venue, instrument, retryAfterMs, message };
  return { error: cause instanceof Error ? new Error(cause.message) : undefined, market };
}

function errorOf({ error, market }: SentError): unknown {
  if (market === undefined) return error;
  const { code, remedy, venue, instrument, retryAfterMs, message } = market;
  return new MarketError(code, remedy, message, {
    ...(venue === undefined ? {} : { venue }),
    ...(instrument === undefined ? {} : { instrument }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error === undefined ? {} : { cause: error }),
  });
}
