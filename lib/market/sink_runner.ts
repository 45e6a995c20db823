import { SECOND } from "../model/time.ts";
import type { AfterTurn } from "../runtime/after_turn.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { EventBuffer } from "./event_buffer.ts";
import { FaultBook } from "./fault_book.ts";
import { isFleeting, type MarketEvent } from "./market_event.ts";
import type { Sink, SinkStatus } from "./sink.ts";

/** What a {@link SinkRunner} needs. */
export interface SinkRunnerOptions {
  /** The machine's own clock, also where the market's time is replayed. */
  readonly clock: Clock;
  readonly afterTurn: AfterTurn;
  readonly log: Log;
}

interface Queued {
  readonly event: MarketEvent;
  /** Local monotonic ms. */
  readonly since: number;
}

const CAPACITY = 10_000;
/** Events given between two looks at the clock, which costs as much as giving one to a fast sink. */
const LOOK_EVERY = 4;
/** Events given in one turn, so that feeds and panels get theirs in between, … */
const BATCH = 1_024;
/** … and local ms after which a turn of a slow sink ends. */
const TURN_MS = 2;
/** An event that takes a sink longer is worth a line in the log. */
const HANG_MS = 10 * SECOND;
/** Time for what is queued and for `flush`, when it is closed. */
const FLUSH_MS = 5 * SECOND;
/** Time for `close`. */
const CLOSE_MS = 2 * SECOND;

type Counts = Partial<Record<MarketEvent["kind"], number>>;

/** Gives events to one sink at the sink's own pace. Nothing a sink does reaches the caller of {@link take}. */
export class SinkRunner {
  readonly name: string;
  readonly #sink: Sink;
  readonly #options: SinkRunnerOptions;
  readonly #buffer: EventBuffer<Queued>;
  readonly #faults: FaultBook;
  readonly #droppedByKind: Counts = {};
  #dropped = 0;
  #delivered = 0;
  #failures = 0;
  #busyWith: Queued | undefined;
  #turnAt: number | undefined;
  #isHangReported = false;
  #isBehind = false;
  #isDraining = false;
  #isOver = false;
  #onIdle: () => void = () => {};
  #flushing: Promise<boolean> | undefined;
  #closing: Promise<void> | undefined;

  constructor(sink: Sink, options: SinkRunnerOptions) {
    const { log, clock } = options;
    this.name = sink.name;
    this.#sink = sink;
    this.#options = options;
    this.#faults = new FaultBook({ log, now: () => clock.now(), role: "sink" });
    this.#buffer = new EventBuffer<Queued>({
      capacity: sink.capacity ?? CAPACITY,
      isFleeting: ({ event }) => isFleeting(event),
      onDrop: ({ event }) => {
        this.#drop(event);
        this.#reportDrop(event);
      },
    });
  }

  get status(): SinkStatus {
    const oldest = this.#busyWith ?? this.#buffer.first;
    const now = this.#options.clock.monotonic();
    return {
      name: this.name,
      queued: this.#buffer.length + (this.#busyWith === undefined ? 0 : 1),
      delivered: this.#delivered,
      dropped: this.#dropped,
      droppedByKind: { ...this.#droppedByKind },
      failures: this.#failures,
      lagMs: oldest === undefined ? 0 : Math.max(0, Math.round(now - oldest.since)),
      lastError: this.#faults.last?.message,
    };
  }

  /** Queues an event; never waits and never throws. */
  take(event: MarketEvent): void {
    if (this.#flushing !== undefined) return;
    const since = this.#turnTime();
    this.#buffer.push({ event, since });
    this.#reportHang(since);
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#options.afterTurn(() => void this.#drain());
  }

  /**
   * Takes nothing more, delivers what is queued and flushes the sink, within a time limit. Never rejects.
   *
   * @returns false where that failed or took longer.
   */
  flush(): Promise<boolean> {
    return this.#flushing ??= this.#flush();
  }

  /** Flushes and closes the sink, each within a time limit. Never rejects. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Local monotonic ms, read once a turn. */
  #turnTime(): number {
    if (this.#turnAt === undefined) {
      this.#turnAt = this.#options.clock.monotonic();
      this.#options.afterTurn(() => this.#turnAt = undefined);
    }
    return this.#turnAt;
  }

  async #drain(): Promise<void> {
    const { clock, afterTurn } = this.#options;
    while (!this.#isOver) {
      const until = clock.monotonic() + TURN_MS;
      for (let given = 0; given < BATCH; given++) {
        if (given % LOOK_EVERY === 0 && clock.monotonic() > until) break;
        const next = this.#buffer.shift();
        if (next === undefined) return this.#idle();
        const pending = this.#give(next);
        if (pending === undefined) continue;
        await pending;
        if (this.#isOver) return;
      }
      await new Promise<void>(afterTurn);
    }
  }

  /** @returns a promise that never rejects, or undefined for a sink that returned at once. */
  #give(queued: Queued): Promise<void> | undefined {
    this.#busyWith = queued;
    try {
      const result: unknown = this.#sink.take(queued.event);
      if (result !== null && typeof result === "object") {
        return Promise.resolve(result).then(
          () => this.#done(),
          (reason) => this.#done(reason, true),
        );
      }
      this.#done();
    } catch (error) {
      this.#done(error, true);
    }
    return undefined;
  }

  #done(reason?: unknown, hasFailed = false): void {
    this.#busyWith = undefined;
    this.#isHangReported = false;
    if (hasFailed) this.#fail(reason);
    else this.#delivered++;
  }

  #idle(): void {
    this.#isDraining = false;
    if (this.#isBehind) {
      this.#isBehind = false;
      this.#log("info", `The sink ${this.name} has caught up`);
    }
    this.#onIdle();
  }

  #drop({ kind }: MarketEvent): void {
    this.#dropped++;
    this.#droppedByKind[kind] = (this.#droppedByKind[kind] ?? 0) + 1;
    if (this.#isBehind) return;
    this.#isBehind = true;
    this.#log("warn", `The sink ${this.name} falls behind: events are dropped`);
  }

  #reportDrop(event: MarketEvent): void {
    try {
      this.#sink.dropped?.(event);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(reason: unknown): void {
    this.#failures++;
    this.#faults.record(this.name, reason);
  }

  #reportHang(now: number): void {
    const since = this.#busyWith?.since ?? Infinity;
    if (this.#isHangReported || now - since < HANG_MS) return;
    this.#isHangReported = true;
    this.#log("warn", `The sink ${this.name} has been busy with one event for 10 s`);
  }

  #log(level: "info" | "warn", message: string): void {
    const { queued, dropped, droppedByKind, failures, lagMs } = this.status;
    try {
      this.#options.log[level](message, { queued, dropped, droppedByKind, failures, lagMs });
    } catch {
      // The same numbers stand in the status.
    }
  }

  #flush(): Promise<boolean> {
    const idle = this.#isDraining
      ? new Promise<void>((resolve) => this.#onIdle = resolve)
      : Promise.resolve();
    return this.#within(FLUSH_MS, "flush", async () => {
      await idle;
      // One that hangs in an event is not flushed beside it.
      if (!this.#isOver) await this.#sink.flush();
    });
  }

  async #close(): Promise<void> {
    const isFlushed = await this.flush();
    this.#isOver = true;
    await this.#within(CLOSE_MS, "close", () => this.#sink.close());
    this.#countUndelivered(isFlushed);
  }

  /** @returns false where it failed or took longer, which is counted. */
  async #within(ms: number, what: string, work: () => Promise<void>): Promise<boolean> {
    const isDone = new AbortController();
    // The call itself may throw before there is a promise.
    const working = Promise.resolve().then(work).then(() => true, (reason) => {
      if (!isDone.signal.aborted) this.#fail(reason);
      return false;
    });
    const late = sleep(this.#options.clock, ms, isDone.signal).then(() => {
      isDone.abort();
      this.#fail(`${what} did not end within ${ms / SECOND} s`);
      return false;
    }, () => false);
    const isInTime = await Promise.race([working, late]);
    isDone.abort();
    return isInTime;
  }

  #countUndelivered(isFlushed: boolean): void {
    const left: Queued[] = this.#busyWith === undefined ? [] : [this.#busyWith];
    this.#busyWith = undefined;
    for (let next = this.#buffer.shift(); next !== undefined; next = this.#buffer.shift()) {
      left.push(next);
    }
    this.#isBehind = true;
    for (const { event } of left) this.#drop(event);
    if (left.length === 0 && isFlushed) return;
    const kinds: Counts = {};
    for (const { event: { kind } } of left) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const list = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`).join(", ");
    const what = left.length === 0 ? "it was not flushed" : `not delivered: ${list}`;
    this.#log("warn", `The sink ${this.name} was closed before it was done; ${what}`);
  }
}
