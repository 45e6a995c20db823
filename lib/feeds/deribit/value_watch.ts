import { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import type { Channels } from "./channels.ts";
import { allSilent, locked, silent } from "./explain.ts";
import type { IndexStream } from "./index_stream.ts";

/** Values arrive about once a second; an index without one for this long is silent, venue ms. */
const SILENT_MS = 12 * SECOND;
const SILENT_FLOOR_MS = 3 * SECOND;
/** Interval between resubscriptions of a silent channel. */
const AGAIN_MS = 30 * SECOND;
/** When no index has had a value for this long, the connection is replaced. */
const DEAD_MS = 75 * SECOND;
const DEAD_FLOOR_MS = 10 * SECOND;

export interface ValueWatchOptions {
  readonly channels: Channels;
  readonly pace: Pace;
  readonly host: () => string;
  /** A failure that does not end the connection. */
  readonly report: (error: MarketError) => void;
}

/** Judges the silence of the indices of a connection. Times are local monotonic ms. */
export class ValueWatch {
  readonly #options: ValueWatchOptions;
  readonly #askedAt = new Map<IndexStream, number>();
  /** Indices that Deribit has locked, or all of them. */
  readonly #locked = new Set<string>();
  #isAllLocked = false;
  #isMaintained = false;
  #beganAt = Infinity;

  constructor(options: ValueWatchOptions) {
    this.#options = options;
  }

  /** The channels have been asked for. */
  begin(now: number): void {
    this.#beganAt = now;
  }

  /** Whether every index is locked. */
  lockAll(isLocked: boolean): void {
    this.#isAllLocked = isLocked;
  }

  lock(name: string, isLocked: boolean): void {
    if (isLocked) this.#locked.add(name);
    else this.#locked.delete(name);
  }

  /** A value has come, whatever was announced. */
  unlock({ index }: IndexStream): void {
    this.#isAllLocked = false;
    this.#locked.delete(index.name);
    this.#locked.delete(index.currency);
  }

  /** Maintenance has been announced, or its end. */
  maintain(isMaintained: boolean): void {
    this.#isMaintained = isMaintained;
  }

  isLocked({ index }: IndexStream): boolean {
    return this.#isAllLocked || this.#locked.has(index.name) || this.#locked.has(index.currency);
  }

  /** True when an index has had no value for long. */
  isSilent(stream: IndexStream, now: number): boolean {
    return this.#silentMs(stream, now) > this.#options.pace(SILENT_MS, SILENT_FLOOR_MS);
  }

  /**
   * Asks for channels again that have fallen silent.
   *
   * @returns why the connection is to be given up; undefined while it is not.
   */
  judge(streams: readonly IndexStream[], now: number): MarketError | undefined {
    const { channels, pace, host, report } = this.#options;
    const quiet = streams.filter((stream) => this.isSilent(stream, now));
    for (const stream of quiet) {
      const askedAt = this.#askedAt.get(stream) ?? -Infinity;
      if (this.isLocked(stream)) {
        this.#say(stream, locked(stream.index.id), report);
      } else if (channels.has(stream) && now - askedAt > pace(AGAIN_MS, SILENT_FLOOR_MS)) {
        this.#say(stream, silent(stream.index.id, pace(SILENT_MS, SILENT_FLOOR_MS)), report);
        this.#askedAt.set(stream, now);
        channels.doubt(stream);
      }
    }
    const isExplained = this.#isMaintained || streams.some((stream) => this.isLocked(stream)) ||
      !streams.every((stream) => channels.has(stream));
    if (isExplained || streams.length === 0) {
      this.#beganAt = now;
      return undefined;
    }
    const deadMs = pace(DEAD_MS, DEAD_FLOOR_MS);
    const isDead = streams.every((stream) => this.#silentMs(stream, now) > deadMs);
    return isDead ? allSilent(host(), deadMs) : undefined;
  }

  #say(stream: IndexStream, error: MarketError, report: (error: MarketError) => void): void {
    const isNews = stream.valueTrouble?.code !== error.code;
    stream.valueTrouble = error;
    if (isNews) report(error);
  }

  #silentMs({ hasValue, valueAt }: IndexStream, now: number): number {
    return now - (hasValue ? valueAt ?? this.#beganAt : this.#beganAt);
  }
}
