import type { MarketEvent } from "./market_event.ts";

/**
 * Something that takes a market's events elsewhere: a store, a bus, alerts. Each sink has a bounded queue of its own
 * and is called outside the feeds' turn, one event after the other in order of arrival: the next one is given when
 * {@link Sink.take} has returned or settled. What it throws or rejects with is caught and counted, and the event is
 * not given again.
 *
 * @example Every closed minute as a line of JSON
 * ```ts
 * import type { Sink } from "./sink.ts";
 * const lines: string[] = [];
 * const sink: Sink = {
 *   name: "lines",
 *   take(event) {
 *     if (event.kind === "minute") lines.push(JSON.stringify([...event.bars.values()]));
 *   },
 *   flush: () => Promise.resolve(),
 *   close: () => Promise.resolve(),
 * };
 * // const detach = market.attach(sink);
 * ```
 */
export interface Sink {
  /** Unique among a market's sinks; names it in the status and the log. */
  readonly name: string;
  /** Most events queued for it, 2 or more. @default 10_000 */
  readonly capacity?: number;
  take(event: MarketEvent): void | Promise<void>;
  /** Called with each event that was dropped because the queue was full. Must be cheap. @default nothing */
  dropped?(event: MarketEvent): void;
  /** Brings to its end what was taken. Called before {@link close}, within the market's time limit. */
  flush(): Promise<void>;
  /** Lets go of files, sockets and timers; called once. */
  close(): Promise<void>;
}

/** How a sink fares; plain data, safe to keep. */
export interface SinkStatus {
  readonly name: string;
  /** Events waiting for it, the one it is busy with included. */
  readonly queued: number;
  /** Events it has taken without failing. */
  readonly delivered: number;
  /** Events dropped because its queue was full, or left when it was closed. */
  readonly dropped: number;
  /** The same by kind of event: fleeting ones (trade, forming) go first. */
  readonly droppedByKind: Readonly<Partial<Record<MarketEvent["kind"], number>>>;
  /** Calls that threw, rejected, or did not end before the time limit. */
  readonly failures: number;
  /** Age of the oldest event not delivered yet, local ms; 0 when it keeps up. */
  readonly lagMs: number;
  /** What the newest failure said; undefined before the first. */
  readonly lastError: string | undefined;
}

/** @throws {TypeError} for what is no sink (cells are not type-checked); {RangeError} for its capacity. */
export function assertSink(sink: Sink): void {
  const missing = (["take", "flush", "close"] as const)
    .filter((method) => typeof sink?.[method] !== "function");
  if (missing.length > 0) {
    throw new TypeError(
      `a sink needs the functions take, flush and close; it lacks ${missing.join(", ")}`,
    );
  }
  const { capacity = 2 } = sink;
  if (!Number.isInteger(capacity) || capacity < 2) {
    throw new RangeError(`a sink's capacity must be a whole number of 2 or more, got ${capacity}`);
  }
  if (typeof sink.name !== "string" || sink.name.trim() === "") {
    throw new TypeError(`a sink's name must be text that is not empty, got ${sink.name}`);
  }
}
