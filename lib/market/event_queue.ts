import { EventBuffer } from "./event_buffer.ts";

/** Options of an {@link EventQueue}. */
export interface EventQueueOptions<T> {
  /** Most events held for a slow reader. @default 10_000 */
  readonly capacity?: number;
  /** Events that only matter while fresh; they go first when the reader is slow. */
  readonly isFleeting: (event: T) => boolean;
}

/**
 * A bounded queue between a feed, which never waits, and a reader, who may. When the reader falls
 * behind, fleeting events (trades, forming bars) are not queued beyond half the capacity and give way to the
 * others; only then would the oldest of those go. Everything dropped is counted; closed bars stay in the ledgers
 * whatever happens here.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #events: EventBuffer<T>;
  readonly #onReturn: () => void;
  #waiting: ((result: IteratorResult<T>) => void)[] = [];
  #isClosed = false;

  /** @param onReturn called once when the reader leaves or the queue is closed. */
  constructor({ capacity = 10_000, isFleeting }: EventQueueOptions<T>, onReturn: () => void) {
    this.#events = new EventBuffer({ capacity, isFleeting });
    this.#onReturn = onReturn;
  }

  /** Events dropped so far because the reader was slow. */
  get dropped(): number {
    return this.#events.dropped;
  }

  get length(): number {
    return this.#events.length;
  }

  /** Adds an event; never waits. */
  push(event: T): void {
    if (this.#isClosed) return;
    const reader = this.#waiting.shift();
    if (reader === undefined) this.#events.push(event);
    else reader({ done: false, value: event });
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#events.length > 0) {
      return Promise.resolve({ done: false, value: this.#events.shift()! });
    }
    if (this.#isClosed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends the iteration: events already queued are still delivered. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const reader of this.#waiting.splice(0)) reader({ done: true, value: undefined });
    this.#onReturn();
  }

  return(): Promise<IteratorResult<T>> {
    // What is left is thrown away by the reader, who is not slow: it does not count as dropped.
    while (this.#events.shift() !== undefined);
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
