import { Reorder } from "./reorder.ts";

/** A pushed message, as far as faults look at it. */
export interface StreamedEvent {
  /** The name of its stream. */
  readonly stream: string;
  /** Venue time. */
  readonly time: number;
}

/** Temporary faults of a venue's streams and REST replies. Times are venue ms. */
export class Troubles<Event extends StreamedEvent> {
  readonly order = new Reorder<Event>();
  /** Answers of minutes still to be cut short. */
  answersToCut = 0;
  #silentUntil = -Infinity;
  /** Until when streams say nothing, by name. */
  readonly #muted = new Map<string, number>();
  #slow = { byMs: 0, until: -Infinity };
  #lag = { byMs: 0, until: -Infinity };

  /** Streams say nothing until then. */
  silence(until: number): void {
    this.#silentUntil = Math.max(this.#silentUntil, until);
  }

  /** One stream says nothing until then. */
  mute(stream: string, until: number): void {
    this.#muted.set(stream, until);
  }

  isSilent({ stream, time }: StreamedEvent): boolean {
    if (time < this.#silentUntil) return true;
    return time < (this.#muted.get(stream) ?? -Infinity);
  }

  slowRest(byMs: number, until: number): void {
    this.#slow = { byMs, until };
  }

  /** How much later a REST answer comes. */
  slowBy(now: number): number {
    return now < this.#slow.until ? this.#slow.byMs : 0;
  }

  lagRest(byMs: number, until: number): void {
    this.#lag = { byMs, until };
  }

  /** How far REST market data lag behind the streams. */
  lagBy(now: number): number {
    return now < this.#lag.until ? this.#lag.byMs : 0;
  }
}
