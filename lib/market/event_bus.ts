import { EventQueue } from "./event_queue.ts";
import type { FaultBook } from "./fault_book.ts";
import { isFleeting, type MarketEvent } from "./market_event.ts";

/** Called with each event; may be async. What it throws or rejects with is caught and counted. */
export type MarketListener = (event: MarketEvent) => void;

interface Registration {
  readonly listener: MarketListener;
  readonly name: string;
  isActive: boolean;
}

/**
 * Delivers a market's events to listeners, in the turn of the event, and to queues that are read at the reader's
 * pace. Listeners are isolated: one that throws, rejects, leaves or subscribes another while it is called changes
 * nothing for the others. All of them see the same order, also when one causes an event while it is called.
 */
export class EventBus {
  readonly #faults: FaultBook;
  readonly #queues = new Set<EventQueue<MarketEvent>>();
  /** Replaced on each change, so that an event under way goes on with the listeners it began with. */
  #listeners: readonly Registration[] = [];
  /** Events caused by listeners while they were called. */
  readonly #waiting: MarketEvent[] = [];
  #isEmitting = false;
  #isClosed = false;
  #droppedBefore = 0;

  /** @param faults counts what listeners throw. */
  constructor(faults: FaultBook) {
    this.#faults = faults;
  }

  /** Events that slow readers missed so far, those who have left included. */
  get dropped(): number {
    let sum = this.#droppedBefore;
    for (const queue of this.#queues) sum += queue.dropped;
    return sum;
  }

  /** Events held for readers who have not read them yet. */
  get waiting(): number {
    let sum = 0;
    for (const queue of this.#queues) sum += queue.length;
    return sum;
  }

  /**
   * Calls back for each event until the returned function is called.
   *
   * @param name under which its failures are counted. @default the function's own
   */
  listen(listener: MarketListener, name?: string): () => void {
    if (typeof listener !== "function") {
      throw new TypeError(`a listener must be a function, got ${typeof listener}`);
    }
    const registration: Registration = {
      listener,
      name: name ?? (listener.name || "without a name"),
      isActive: !this.#isClosed,
    };
    if (!this.#isClosed) this.#listeners = [...this.#listeners, registration];
    return () => {
      registration.isActive = false;
      this.#listeners = this.#listeners.filter((each) => each !== registration);
    };
  }

  /** A bounded queue of the events from now on. */
  queue(): EventQueue<MarketEvent> {
    const queue: EventQueue<MarketEvent> = new EventQueue({ isFleeting }, () => {
      if (this.#queues.delete(queue)) this.#droppedBefore += queue.dropped;
    });
    if (this.#isClosed) queue.close();
    else this.#queues.add(queue);
    return queue;
  }

  /** Delivers an event. Never throws. */
  emit(event: MarketEvent): void {
    if (this.#isEmitting) {
      this.#waiting.push(event);
      return;
    }
    this.#isEmitting = true;
    for (let next: MarketEvent | undefined = event; next !== undefined;) {
      this.#deliver(next);
      next = this.#waiting.shift();
    }
    this.#isEmitting = false;
  }

  #deliver(event: MarketEvent): void {
    for (const registration of this.#listeners) {
      if (registration.isActive) this.#call(registration, event);
    }
    for (const queue of this.#queues) queue.push(event);
  }

  #call({ listener, name }: Registration, event: MarketEvent): void {
    try {
      const result: unknown = listener(event);
      if (result === undefined || result === null || typeof result !== "object") return;
      Promise.resolve(result).catch((reason) => this.#faults.record(name, reason));
    } catch (error) {
      this.#faults.record(name, error);
    }
  }

  /** Ends every iteration, and lets go of every listener. */
  close(): void {
    this.#isClosed = true;
    for (const queue of [...this.#queues]) queue.close();
    for (const registration of this.#listeners) registration.isActive = false;
    this.#listeners = [];
  }
}
