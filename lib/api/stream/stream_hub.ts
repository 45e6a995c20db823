import type { MarketEvent } from "../../market/market_event.ts";
import { MINUTE } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import { Channel, type StreamMessage } from "./channel.ts";
import type { ChannelParts } from "./channel_source.ts";
import { CHANNELS } from "./channels/mod.ts";

/** Somebody who reads channels. */
export interface StreamReader {
  send(message: StreamMessage): void;
  /** The server stops: nothing more is sent. */
  end?(): void;
}

/** What a reader that comes back has already. */
export interface ReaderPlace {
  /** Id of its newest message, of all its channels. */
  readonly lastId?: number;
  /** Number of its newest message of each channel. */
  readonly after?: Readonly<Record<string, number>>;
}

/** Updates are kept so long for those who come back, local ms, and so many characters of them at most. */
const KEPT_MS = 15 * MINUTE;
const MOST_CHARACTERS = 64_000_000;
/** Channels at a time; each costs a little with every event. */
const MOST_CHANNELS = 2_000;

interface Kept extends StreamMessage {
  readonly at: number;
}

interface OpenChannel {
  readonly channel: Channel;
  readonly readers: Set<StreamReader>;
  /** When its last reader left; undefined while it has one. */
  leftAt: number | undefined;
}

/** All channels of a server, what they sent of late, and who reads them. */
export class StreamHub {
  readonly #parts: ChannelParts;
  readonly #clock: Clock;
  readonly #open = new Map<string, OpenChannel>();
  #kept: Kept[] = [];
  #keptFrom = 0;
  #characters = 0;
  /** The newest id that is no longer kept. */
  #forgotten: number;
  #id: number;
  /** Readers dropped because they were too slow. */
  dropped = 0;

  constructor(parts: ChannelParts, clock: Clock) {
    this.#parts = parts;
    this.#clock = clock;
    // Ids of a later run are higher, as long as an earlier one sent fewer than 10,000 a second on the whole.
    this.#id = Math.floor(clock.now()) * 10;
    this.#forgotten = this.#id;
  }

  /** Channels that are open, and updates that are kept. */
  get counts(): { readonly channels: number; readonly kept: number } {
    return { channels: this.#open.size, kept: this.#kept.length - this.#keptFrom };
  }

  /** Everybody who reads a channel. */
  get readers(): number {
    return new Set([...this.#open.values()].flatMap(({ readers }) => [...readers])).size;
  }

  /** How channels are written, for messages. */
  get forms(): string {
    return CHANNELS.map(({ form }) => form).join(", ");
  }

  /** True for a channel that there is. */
  has(name: string): boolean {
    return this.#channel(name) !== undefined;
  }

  /**
   * Begins to read channels that {@link has} knows: what was missed since the reader's place where all of it is kept, else
   * a snapshot; then every update.
   *
   * @param place @default none
   */
  join(names: readonly string[], reader: StreamReader, place: ReaderPlace = {}): void {
    const joined = names.flatMap((name) => this.#channel(name) ?? [])
      .filter(({ readers }) => !readers.has(reader));
    const resumed = new Map<string, (message: StreamMessage) => boolean>();
    for (const open of joined) {
      open.leftAt = undefined;
      open.readers.add(reader);
      const isMissed = this.#missedBy(place, open.channel);
      if (isMissed !== undefined) resumed.set(open.channel.name, isMissed);
    }
    if (resumed.size > 0) {
      for (let i = this.#keptFrom; i < this.#kept.length; i++) {
        const kept = this.#kept[i]!;
        if (resumed.get(kept.channel)?.(kept)) reader.send(kept);
      }
    }
    // Behind what was missed: their ids are higher.
    for (const { channel } of joined) {
      if (!resumed.has(channel.name)) reader.send(channel.snapshot());
    }
  }

  /** Which updates of a channel a reader lacks; undefined where not all of them can be had. */
  #missedBy(
    { lastId, after }: ReaderPlace,
    channel: Channel,
  ): ((message: StreamMessage) => boolean) | undefined {
    const seq = after?.[channel.name];
    if (seq !== undefined && channel.keepsAfter(seq)) return (message) => message.seq > seq;
    if (lastId === undefined) return undefined;
    const isKept = lastId >= this.#forgotten && lastId >= channel.since && lastId <= this.#id;
    return isKept ? (message) => message.id > lastId : undefined;
  }

  /** Ends reading. @param names @default all */
  leave(reader: StreamReader, names: Iterable<string> = [...this.#open.keys()]): void {
    for (const name of names) {
      const open = this.#open.get(name);
      if (open?.readers.delete(reader) && open.readers.size === 0) {
        open.leftAt = this.#clock.monotonic();
      }
    }
  }

  take(event: MarketEvent): void {
    if (event.kind === "unfollow") this.#closeOf(event.instrument);
    for (const { channel } of this.#open.values()) channel.take(event);
    if (event.kind === "minute") this.#sweep();
  }

  /** Ends all channels and says so to their readers. */
  close(): void {
    const readers = new Set([...this.#open.values()].flatMap(({ readers }) => [...readers]));
    for (const { channel } of this.#open.values()) channel.close();
    this.#open.clear();
    for (const reader of readers) reader.end?.();
  }

  #channel(name: string): OpenChannel | undefined {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    if (this.#open.size >= MOST_CHANNELS) return undefined;
    const at = name.indexOf(":");
    const kind = CHANNELS.find((one) => one.name === (at < 0 ? name : name.slice(0, at)));
    const source = kind?.open(this.#parts, at < 0 ? undefined : name.slice(at + 1));
    if (source === undefined) return undefined;
    const channel = new Channel(name, source, {
      clock: this.#clock,
      nextId: () => ++this.#id,
      venueTime: () => {
        const { venueTime } = this.#parts.market;
        return Number.isNaN(venueTime) ? null : Math.round(venueTime);
      },
      onUpdate: (message) => this.#publish(message),
    });
    const open = { channel, readers: new Set<StreamReader>(), leftAt: this.#clock.monotonic() };
    this.#open.set(name, open);
    return open;
  }

  #publish(message: StreamMessage): void {
    this.#kept.push({ ...message, at: this.#clock.monotonic() });
    this.#characters += message.text.length;
    this.#trim();
    for (const reader of [...this.#open.get(message.channel)?.readers ?? []]) reader.send(message);
  }

  #trim(): void {
    const before = this.#clock.monotonic() - KEPT_MS;
    while (this.#keptFrom < this.#kept.length) {
      const oldest = this.#kept[this.#keptFrom]!;
      if (oldest.at >= before && this.#characters <= MOST_CHARACTERS) break;
      this.#characters -= oldest.text.length;
      this.#forgotten = oldest.id;
      this.#open.get(oldest.channel)?.channel.forget(oldest.seq);
      this.#keptFrom++;
    }
    if (this.#keptFrom < 1_000 || this.#keptFrom < this.#kept.length / 2) return;
    this.#kept = this.#kept.slice(this.#keptFrom);
    this.#keptFrom = 0;
  }

  /** Channels that nobody came back to. */
  #sweep(): void {
    this.#trim();
    const before = this.#clock.monotonic() - KEPT_MS;
    for (const [name, { channel, leftAt }] of this.#open) {
      if (leftAt === undefined || leftAt >= before) continue;
      channel.close();
      this.#open.delete(name);
    }
  }

  /** An instrument that is followed again begins anew. */
  #closeOf(instrument: string): void {
    for (const [name, { channel }] of this.#open) {
      const of = name.slice(name.indexOf(":") + 1);
      if (!of.split("/").includes(instrument) || !name.includes(":")) continue;
      channel.close();
      this.#open.delete(name);
    }
  }
}
