import { MINUTE } from "../../model/time.ts";
import type { KlineBook } from "./kline_book.ts";
import { eventsOf, type StreamPush } from "./stream_push.ts";
import type { StreamRoute } from "./stream_address.ts";
import { type MarketStream, marketStreamOf, streamKeyOf } from "./stream_name.ts";

/** A subscriber. */
export interface StreamListener {
  deliver(event: StreamPush): void;
}

/** Subscriptions by stream. An event is encoded once for all its listeners. */
export class StreamHub {
  readonly #book: KlineBook;
  readonly #silent: ReadonlySet<string>;
  readonly #streams = new Map<
    string,
    { stream: MarketStream | undefined; listeners: Map<StreamListener, number> }
  >();

  /** @param silent names of streams that are acknowledged and never say anything. */
  constructor(book: KlineBook, silent: readonly string[]) {
    this.#book = book;
    this.#silent = new Set(silent);
  }

  /** Subscriptions of all listeners together. */
  get subscriptions(): number {
    let count = 0;
    for (const { listeners } of this.#streams.values()) count += listeners.size;
    return count;
  }

  /** Events after `now` go to the listener. Any name is taken; unknown ones stay silent. */
  subscribe(listener: StreamListener, name: string, route: StreamRoute, now: number): void {
    const key = streamKeyOf(name, route);
    let entry = this.#streams.get(key);
    if (entry === undefined) {
      const stream = this.#silent.has(name) ? undefined : marketStreamOf(name, route);
      entry = { stream, listeners: new Map() };
      this.#streams.set(key, entry);
    }
    if (!entry.listeners.has(listener)) entry.listeners.set(listener, now);
  }

  unsubscribe(listener: StreamListener, name: string, route: StreamRoute): void {
    const key = streamKeyOf(name, route);
    const entry = this.#streams.get(key);
    entry?.listeners.delete(listener);
    if (entry?.listeners.size === 0) this.#streams.delete(key);
  }

  /** Drops all subscriptions; clients receive nothing until they subscribe again. */
  forgetAll(): void {
    this.#streams.clear();
  }

  /** A kline stream with a subscriber; empty when there is none. */
  firstKlineStream(): string {
    for (const { stream } of this.#streams.values()) {
      if (stream?.kind === "kline") return stream.name;
    }
    return "";
  }

  /**
   * Events of all streams in `(after, upTo]` in order of time, made minute by minute so that a long
   * stretch is never in memory at once.
   */
  *events(after: number, upTo: number): Generator<StreamPush> {
    for (let from = after; from < upTo;) {
      const to = Math.min(upTo, from + MINUTE);
      const events: StreamPush[] = [];
      for (const { stream } of this.#streams.values()) {
        if (stream === undefined) continue;
        for (const event of eventsOf(this.#book, stream, from, to)) events.push(event);
      }
      yield* events.length > 1 ? events.sort((a, b) => a.time - b.time) : events;
      from = to;
    }
  }

  /** Delivers an event to every listener that had subscribed before it happened. */
  publish(event: StreamPush): void {
    for (const [listener, since] of this.#streams.get(event.key)?.listeners ?? []) {
      if (since < event.time) listener.deliver(event);
    }
  }
}
