import { MINUTE } from "../model/time.ts";
import type { StreamedEvent } from "./troubles.ts";

/** A subscriber. */
export interface TopicListener<Event> {
  deliver(event: Event): void;
}

/** Subscriptions by topic. Times are venue ms. */
export class TopicHub<Event extends StreamedEvent> {
  readonly #listeners = new Map<string, Map<TopicListener<Event>, number>>();
  readonly #eventsOf: (topic: string, after: number, upTo: number) => readonly Event[];

  /** @param eventsOf what a topic says in `(after, upTo]`, in order. */
  constructor(eventsOf: (topic: string, after: number, upTo: number) => readonly Event[]) {
    this.#eventsOf = eventsOf;
  }

  /** Events after `now` go to the listener. */
  subscribe(listener: TopicListener<Event>, topic: string, now: number): void {
    const listeners = this.#listeners.get(topic) ?? new Map<TopicListener<Event>, number>();
    this.#listeners.set(topic, listeners);
    if (!listeners.has(listener)) listeners.set(listener, now);
  }

  unsubscribe(listener: TopicListener<Event>, topic: string): void {
    const listeners = this.#listeners.get(topic);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(topic);
  }

  /** Drops all subscriptions; clients receive nothing until they subscribe again. */
  forgetAll(): void {
    this.#listeners.clear();
  }

  /** The first topic with a subscriber whose name begins so; empty when there is none. */
  firstTopic(prefix: string): string {
    return [...this.#listeners.keys()].find((topic) => topic.startsWith(prefix)) ?? "";
  }

  /** Events of all topics in `(after, upTo]` in order of time, a minute at a time, so that memory is bounded. */
  *events(after: number, upTo: number): Generator<Event> {
    for (let from = after; from < upTo;) {
      const to = Math.min(upTo, from + MINUTE);
      const events = [...this.#listeners.keys()]
        .flatMap((topic) => this.#eventsOf(topic, from, to));
      yield* events.sort((a, b) => a.time - b.time);
      from = to;
    }
  }

  /** Delivers an event to every listener that had subscribed before it happened. */
  publish(event: Event): void {
    for (const [listener, since] of this.#listeners.get(event.stream) ?? []) {
      if (since < event.time) listener.deliver(event);
    }
  }
}
