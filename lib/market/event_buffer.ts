/** Options of an {@link EventBuffer}. */
export interface EventBufferOptions<T> {
  /** Most events held, 2 or more. */
  readonly capacity: number;
  /** Events that only matter while fresh: they are dropped before any other. */
  readonly isFleeting: (event: T) => boolean;
  /** Called with each event that is dropped. */
  readonly onDrop?: (event: T) => void;
}

/** An event with its place in the order of arrival. */
interface Numbered<T> {
  readonly event: T;
  readonly order: number;
}

/**
 * A bounded buffer in order of arrival. Fleeting events (trades, forming bars) take up at most half of it, and give
 * way to the others when it is full; only when none is left does the oldest of the others go. Every operation takes
 * constant time.
 */
export class EventBuffer<T> {
  readonly #capacity: number;
  readonly #isFleeting: (event: T) => boolean;
  readonly #onDrop: (event: T) => void;
  readonly #fleeting = new Lane<T>();
  readonly #lasting = new Lane<T>();
  #order = 0;
  #dropped = 0;

  /** @throws {RangeError} for a capacity below 2. */
  constructor({ capacity, isFleeting, onDrop = () => {} }: EventBufferOptions<T>) {
    if (!Number.isInteger(capacity) || capacity < 2) {
      throw new RangeError(`capacity must be a whole number of 2 or more, got ${capacity}`);
    }
    this.#capacity = capacity;
    this.#isFleeting = isFleeting;
    this.#onDrop = onDrop;
  }

  get length(): number {
    return this.#fleeting.length + this.#lasting.length;
  }

  /** Events dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  push(event: T): void {
    const isFleeting = this.#isFleeting(event);
    if (isFleeting && this.length >= this.#capacity / 2) return this.#drop(event);
    if (this.length >= this.#capacity) {
      const oldest = this.#fleeting.length > 0 ? this.#fleeting.shift() : this.#lasting.shift();
      if (oldest !== undefined) this.#drop(oldest.event);
    }
    (isFleeting ? this.#fleeting : this.#lasting).push({ event, order: this.#order++ });
  }

  /** The oldest, which stays; undefined when there is none. */
  get first(): T | undefined {
    return this.#oldest.first?.event;
  }

  /** Takes the oldest; undefined when there is none. */
  shift(): T | undefined {
    return this.#oldest.shift()?.event;
  }

  get #oldest(): Lane<T> {
    const fleeting = this.#fleeting.first?.order ?? Infinity;
    const lasting = this.#lasting.first?.order ?? Infinity;
    return fleeting < lasting ? this.#fleeting : this.#lasting;
  }

  #drop(event: T): void {
    this.#dropped++;
    this.#onDrop(event);
  }
}

/** First in, first out; the array is cut now and then, so that a shift costs the same however long it is. */
class Lane<T> {
  #events: Numbered<T>[] = [];
  #head = 0;

  get length(): number {
    return this.#events.length - this.#head;
  }

  get first(): Numbered<T> | undefined {
    return this.#events[this.#head];
  }

  push(event: Numbered<T>): void {
    this.#events.push(event);
  }

  shift(): Numbered<T> | undefined {
    const first = this.#events[this.#head];
    if (first === undefined) return undefined;
    this.#head++;
    if (this.#head > 1_024 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }
}
