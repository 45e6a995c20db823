import { EventQueue } from "./event_queue.ts";
import { isFleeting, type MarketEvent } from "./market_event.ts";

/** Everybody who hears of a market's events: those called back, and those who read at their own pace. */
export class Audience {
  readonly #queues = new Set<EventQueue<MarketEvent>>();
  readonly #listeners = new Set<(event: MarketEvent) => void>();
  #isClosed = false;
  #droppedBefore = 0;

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

  /** Calls back for each event until the returned function is called. The callback must not throw. */
  listen(callback: (event: MarketEvent) => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
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

  tell(event: MarketEvent): void {
    for (const listener of this.#listeners) listener(event);
    for (const queue of this.#queues) queue.push(event);
  }

  /** Ends every iteration. */
  close(): void {
    this.#isClosed = true;
    for (const queue of [...this.#queues]) queue.close();
    this.#listeners.clear();
  }
}
