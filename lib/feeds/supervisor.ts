import { MarketError } from "../model/errors.ts";
import type { Venue } from "../model/instrument.ts";
import { sleep } from "../runtime/clock.ts";
import { breakerOf, type Connection, type ConnectionEvent, idle, step } from "./connection.ts";
import type { FeedContext, FeedSnapshot } from "./feed.ts";
import { paceOf } from "./pace.ts";
import type { VenueClock } from "./venue_clock.ts";

/** One life of a connection, from connecting to its end. */
export interface Attempt {
  /** Aborted when the feed is stopped or closed: stop waiting, free everything, and throw its reason. */
  readonly signal: AbortSignal;
  /** Reports what happened; ignored once this attempt is over. */
  report(event: Report): void;
}

/** What an attempt may report; it ends by throwing. */
export type Report =
  | { readonly kind: "opened" | "accepted" | "requested" | "data" }
  | { readonly kind: "silent"; readonly reason: string };

export interface SupervisorOptions {
  readonly venue: Venue;
  readonly context: Pick<FeedContext, "clock" | "random" | "log" | "speed" | "emit">;
  readonly venueClock: VenueClock;
  /**
   * Connects, streams and heals until the connection ends, then throws: a {@link MarketError} says
   * whether trying again makes sense; anything else is taken for a defect and not retried. Everything it
   * opened must be closed when it throws.
   */
  readonly run: (attempt: Attempt) => Promise<never>;
}

export type SupervisorSnapshot = Pick<
  FeedSnapshot,
  | "venue"
  | "state"
  | "since"
  | "reconnects"
  | "attempt"
  | "breaker"
  | "retryAt"
  | "lastError"
  | "venueTime"
  | "clockOffsetMs"
  | "clockUncertaintyMs"
>;

/** Waits between attempts are at least this long on the local clock. */
const RETRY_FLOOR_MS = 100;

/**
 * The single owner of one venue connection. It runs one attempt at a time, classifies its end, waits and
 * tries again, for ever when the cause may pass, and not at all when the user has to act. Every change of
 * state is emitted once and logged.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  /** Of the present run, from a start to a stop. */
  #stop = new AbortController();
  #connection: Connection = idle;
  #since: number;
  #lastError: MarketError | undefined;
  #retryAt: number | undefined;
  /** Attempts and waits, while there are any. */
  #loop: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#since = options.context.clock.now();
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Its part of the feed's snapshot. */
  snapshot(): SupervisorSnapshot {
    const { state, reconnects, attempt } = this.#connection;
    const { venue, venueClock } = this.#options;
    return {
      state,
      reconnects,
      attempt,
      venue,
      since: this.#since,
      breaker: breakerOf(this.#connection),
      retryAt: this.#retryAt,
      lastError: this.#lastError,
      venueTime: venueClock.estimate(),
      clockOffsetMs: venueClock.offsetMs(),
      clockUncertaintyMs: venueClock.uncertaintyMs(),
    };
  }

  /** Begins, also again after {@link stop}; returns at once. */
  start(): void {
    const { state } = this.#connection;
    if (state !== "idle" && state !== "stopped") return;
    this.#apply({ kind: "start" });
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const run = () => this.#keepConnected(signal);
    // What ran before has ended first: a venue refuses a second connection under the same name.
    const loop = this.#loop === undefined ? run() : this.#loop.then(run);
    this.#loop = loop;
    void loop.then(() => {
      if (this.#loop === loop) this.#loop = undefined;
    });
  }

  /** Ends the attempt or the wait and resolves when everything is freed. {@link start} begins again. */
  stop(): Promise<void> {
    return this.#end("stop");
  }

  /** The same for ever. */
  close(): Promise<void> {
    return this.#end("close");
  }

  async #end(kind: "stop" | "close"): Promise<void> {
    this.#apply({ kind });
    if (kind === "stop") this.#lastError = undefined;
    this.#stop.abort(new Error(kind === "stop" ? "the feed was stopped" : "the feed was closed"));
    await this.#loop;
  }

  async #keepConnected(signal: AbortSignal): Promise<void> {
    const { venue, context: { clock, random, speed }, run } = this.#options;
    const pace = paceOf(speed);
    while (!signal.aborted) {
      let isOver = false;
      const report = (event: Report) => {
        if (!isOver) this.#apply({ ...event, at: this.#venueMs() } as ConnectionEvent);
      };
      let error: MarketError;
      try {
        await run({ signal, report });
        error = defect(venue, new Error("the connection ended without a reason"));
      } catch (cause) {
        if (signal.aborted) return;
        error = cause instanceof MarketError ? cause : defect(venue, cause);
      } finally {
        isOver = true;
      }
      this.#fail(error);
      const at = this.#venueMs();
      const command = this.#apply({ kind: "lost", error, random: random(), at });
      if (command.kind !== "retry-after") return;
      const waitMs = pace(command.delayMs, RETRY_FLOOR_MS);
      this.#retryAt = clock.now() + waitMs;
      try {
        await sleep(clock, waitMs, signal);
      } catch {
        return;
      } finally {
        this.#retryAt = undefined;
      }
      this.#apply({ kind: "retry" });
    }
  }

  #fail(error: MarketError): void {
    const { venue, context: { log, emit, clock } } = this.#options;
    this.#lastError = error;
    const fields = { venue, code: error.code, remedy: error.remedy };
    if (error.isPassing) log.warn(error.message, fields);
    else log.error(error.message, error.cause ? { ...fields, cause: `${error.cause}` } : fields);
    emit({ kind: "failure", venue, error, receivedAt: clock.now() });
  }

  #apply(event: ConnectionEvent) {
    const before = this.#connection;
    const { next, command } = step(before, event);
    this.#connection = next;
    if (next.state !== before.state) this.#entered(before, next);
    return command;
  }

  #entered(before: Connection, next: Connection): void {
    const { venue, context: { log, emit, clock }, venueClock } = this.#options;
    this.#since = clock.now();
    if (next.state === "live") this.#lastError = undefined;
    const time = venueClock.estimate();
    const { reason } = next;
    log.info(`${venue}: ${before.state} → ${next.state}`, {
      from: before.state,
      to: next.state,
      reason,
      venueTime: time,
    });
    emit({
      kind: "transition",
      venue,
      from: before.state,
      to: next.state,
      reason,
      time: Number.isNaN(time) ? undefined : Math.round(time),
      receivedAt: this.#since,
    });
  }

  /** Local monotonic time in venue pace. */
  #venueMs(): number {
    const { clock, speed } = this.#options.context;
    return clock.monotonic() * speed;
  }
}

function defect(venue: Venue, cause: unknown): MarketError {
  const what = cause instanceof Error ? cause.message : String(cause);
  return new MarketError(
    "defect",
    "give-up",
    `The ${venue} feed stopped on a defect of Comove: ${what}. Please report it with the log; reopening the market starts it again.`,
    { venue, cause },
  );
}
