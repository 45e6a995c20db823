import type { MarketEvent } from "../../market/market_event.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { ChannelSource, ChannelUpdate } from "./channel_source.ts";

/** A message as it goes to readers. */
export interface StreamMessage {
  /** Rises over all channels of a server, and from run to run. */
  readonly id: number;
  readonly channel: string;
  readonly seq: number;
  readonly type: "snapshot" | "update";
  readonly text: string;
}

/** Gives numbers to messages and passes updates on. */
export interface ChannelPorts {
  readonly clock: Clock;
  readonly nextId: () => number;
  /** Venue time, epoch ms; null while unknown. */
  readonly venueTime: () => number | null;
  readonly onUpdate: (message: StreamMessage) => void;
}

/** One channel: numbers what it sends, and holds fleeting updates back to its pace. */
export class Channel {
  readonly name: string;
  /** The id when it was opened: it has sent everything since. */
  readonly since: number;
  readonly #source: ChannelSource;
  readonly #ports: ChannelPorts;
  #seq: number;
  /** Newest update that is no longer kept for those who come back. */
  #forgotten: number;
  #sentAt = -Infinity;
  #waiting: ChannelUpdate | undefined;
  #timer: Timer | undefined;

  constructor(name: string, source: ChannelSource, ports: ChannelPorts) {
    this.name = name;
    this.#source = source;
    this.#ports = ports;
    this.since = ports.nextId();
    // No number of an earlier run, or of a channel of that name before this one, is higher.
    this.#seq = this.#forgotten = this.since;
  }

  /** The newest update. */
  get seq(): number {
    return this.#seq;
  }

  /** True where every update after that one can be had. */
  keepsAfter(seq: number): boolean {
    return seq >= this.#forgotten && seq <= this.#seq;
  }

  /** The update of that number is kept no longer, nor are those before. */
  forget(seq: number): void {
    this.#forgotten = Math.max(this.#forgotten, seq);
  }

  /** How things stand, with the number that the next update comes after. */
  snapshot(): StreamMessage {
    return this.#message("snapshot", this.#source.snapshot());
  }

  take(event: MarketEvent): void {
    const update = this.#source.update(event);
    if (update === undefined) return;
    const { paceMs = 0 } = this.#source;
    if (update.isFleeting !== true || paceMs === 0) {
      this.#forgetWaiting();
      return this.#send(update);
    }
    const leftMs = this.#sentAt + paceMs - this.#ports.clock.monotonic();
    if (leftMs <= 0) {
      this.#forgetWaiting();
      return this.#send(update);
    }
    this.#waiting = update;
    this.#timer ??= this.#ports.clock.setTimer(() => {
      const { clock } = this.#ports;
      const waiting = this.#waiting;
      this.#forgetWaiting();
      if (waiting === undefined) return;
      this.#sentAt = clock.monotonic();
      this.#send(waiting);
    }, leftMs);
  }

  close(): void {
    this.#forgetWaiting();
  }

  #forgetWaiting(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = undefined;
  }

  #send(update: ChannelUpdate): void {
    if (update.isFleeting === true) this.#sentAt = this.#ports.clock.monotonic();
    this.#seq++;
    this.#ports.onUpdate(this.#message("update", update.data()));
  }

  #message(type: "snapshot" | "update", data: unknown): StreamMessage {
    const { name: channel, seq } = this;
    const text = JSON.stringify({
      channel,
      seq,
      type,
      time: this.#ports.venueTime(),
      data,
    });
    return { id: this.#ports.nextId(), channel, seq, type, text };
  }
}
