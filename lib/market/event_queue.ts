/** Options of an {@link EventQueue}. */
export interface EventQueueOptions<T> {
  /** Most events held for a slow reader. @default 10_000 */
  readonly capacity?: number;
  /** Events that only matter while fresh; they go first when the reader is slow. */
  readonly isFleeting: (event: T) => boolean;
}

/**
 * A bounded queue between a feed, which never waits, and a reader, who may. When the reader falls
 * behind, fleeting events (trades, forming bars) are not queued beyond half the capacity; only then would
 * the oldest event go. Everything dropped is counted; closed bars stay in the ledgers whatever happens here.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #capacity: number;
  readonly #isFleeting: (event: T) => boolean;
  readonly #onReturn: () => void;
  #events: T[] = [];
  #head = 0;
  #waiting: ((result: IteratorResult<T>) => void)[] = [];
  #isClosed = false;
  #dropped = 0;

  /** @param onReturn called once when the reader leaves or the queue is closed. */
  constructor({ capacity = 10_000, isFleeting }: EventQueueOptions<T>, onReturn: () => void) {
    if (!Number.isInteger(capacity) || capacity < 2) {
      throw new RangeError(`capacity must be a whole number of 2 or more, got ${capacity}`);
    }
    this.#capacity = capacity;
    this.#isFleeting = isFleeting;
    this.#onReturn = onReturn;
  }

  /** Events dropped so far because the reader was slow. */
  get dropped(): number {
    return this.#dropped;
  }

  get length(): number {
    return this.#events.length - this.#head;
  }

  /** Adds an event; never waits. */
  push(event: T): void {
    if (this.#isClosed) return;
    const reader = this.#waiting.shift();
    if (reader !== undefined) return reader({ done: false, value: event });
    if (this.#isFleeting(event) && this.length >= this.#capacity / 2) {
      this.#dropped++;
      return;
    }
    if (this.length >= this.#capacity) {
      this.#head++;
      this.#dropped++;
    }
    this.#events.push(event);
    this.#compact();
  }

  next(): Promise<IteratorResult<T>> {
    const event = this.#events[this.#head];
    if (event !== undefined) {
      this.#head++;
      this.#compact();
      return Promise.resolve({ done: false, value: event });
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
    this.#events = [];
    this.#head = 0;
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #compact(): void {
    if (this.#head > 1_024 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }
}
