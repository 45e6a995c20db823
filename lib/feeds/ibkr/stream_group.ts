import type { MarketError } from "../../model/errors.ts";
import type { Attempt } from "../supervisor.ts";
import type { FollowedFuture } from "./followed_future.ts";
import { FutureStream } from "./future_stream.ts";
import { delayedInstead } from "./instrument_failures.ts";
import { type IbkrOptions, mayFallBack, typeNumberOf } from "./options.ts";
import type { Requests } from "./requests.ts";
import type { SessionTools } from "./session_tools.ts";

export interface StreamGroupOptions {
  readonly tools: SessionTools & { readonly requests: Requests };
  readonly options: IbkrOptions;
  readonly attempt: Attempt;
  /** A stream brings data, or its market is closed. */
  readonly onDelivers: () => void;
}

/**
 * The streams of one connection, one a future. What fails alone is left behind; where live data is not
 * permitted and the user allowed it, delayed data takes its place, and says so.
 */
export class StreamGroup {
  readonly #options: StreamGroupOptions;
  readonly #streams = new Map<string, FutureStream>();
  #hasRequested = false;
  #isLive = false;
  #isOver = false;

  constructor(options: StreamGroupOptions) {
    this.#options = options;
  }

  /** True while one stream is known to be cut off and no bar has proved otherwise. */
  get isCutOff(): boolean {
    return this.#all.some((stream) => stream.isCutOff);
  }

  /** Streams one more future, from the next tick on. */
  add(future: FollowedFuture): void {
    this.#streams.set(future.product.root, this.#make(future));
  }

  /** Ends the stream of a root on the wire, with all that it has asked for. */
  remove(root: string): void {
    this.#streams.get(root)?.close();
    this.#streams.delete(root);
    this.#assess();
  }

  tick(): void {
    for (const stream of this.#all) stream.tick();
  }

  each(act: (stream: FutureStream) => void): void {
    this.#all.forEach(act);
  }

  /** The stream that a request id belongs to. */
  owner(id: number): FutureStream | undefined {
    return this.#all.find((stream) => stream.owns(id));
  }

  /** The connection is over. @param reason why, for the gap that follows. */
  end(reason: string): void {
    this.#isOver = true;
    for (const stream of this.#all) stream.end(reason);
  }

  get #all(): FutureStream[] {
    return [...this.#streams.values()];
  }

  #make(future: FollowedFuture): FutureStream {
    const { tools, options } = this.#options;
    const { isDelayed } = future.record;
    // Real-time bars are live or nothing: the type says only what kind of ticks follow.
    if (isDelayed && mayFallBack(options)) tools.gateway.marketDataType(typeNumberOf("delayed"));
    const { manualExpiry, roll = "date" } = options;
    return new FutureStream({
      tools,
      future,
      rule: { manualExpiry, roll },
      isDelayed,
      acceptsDelayed: mayFallBack(options),
      onChange: () => this.#assess(),
      onFailed: (error) => this.#onFailed(error, future),
    });
  }

  /** One instrument is out. The others go on; when it was the last, so is the connection. */
  #onFailed(error: MarketError, future: FollowedFuture): void {
    const { tools: { context: { log, emit, clock }, end }, options } = this.#options;
    if (error.code === "no-permission" && mayFallBack(options) && !future.record.isDelayed) {
      return this.#fallBack(error, future);
    }
    if (this.#all.every((stream) => stream.isFailed)) return end(error);
    log.error(error.message, { code: error.code, instrument: error.instrument });
    emit({ kind: "failure", venue: "ibkr", error, receivedAt: clock.now() });
    this.#assess();
  }

  /** Delayed data instead of live data that is not permitted, reported as loudly as a failure. */
  #fallBack(cause: MarketError, future: FollowedFuture): void {
    const { log, emit, clock } = this.#options.tools.context;
    const { product: { root, exchange }, record } = future;
    const error = delayedInstead(root, exchange, cause);
    record.lower();
    const receivedAt = clock.now();
    log.warn(error.message, { code: error.code, instrument: root, why: cause.message });
    emit({ kind: "failure", venue: "ibkr", error, receivedAt });
    emit({ kind: "label", instrument: root, source: record.source, receivedAt });
    this.#streams.set(root, this.#make(future));
    this.#assess();
  }

  /** Reports to the connection's owner what the streams have come to. */
  #assess(): void {
    const { attempt, onDelivers } = this.#options;
    const active = this.#all.filter((stream) => !stream.isFailed);
    if (this.#isOver || active.length === 0) return;
    if (!this.#hasRequested && active.every((stream) => stream.isSubscribed)) {
      this.#hasRequested = true;
      attempt.report({ kind: "requested" });
    }
    const isAny = (state: string) => active.some((stream) => stream.record.state === state);
    const mayBeClosed = isAny("closed") || isAny("unknown");
    const delivers = isAny("live") || (mayBeClosed && !isAny("stale"));
    if (isAny("live")) onDelivers();
    if (delivers && (this.#isLive || active.every((stream) => stream.isReady))) {
      this.#isLive = true;
      if (this.#hasRequested) attempt.report({ kind: "data" });
    } else if (!delivers && isAny("stale")) {
      const reason = active.find((stream) => stream.record.state === "stale")?.record.trouble;
      attempt.report({ kind: "silent", reason: reason ?? "no bars" });
    }
  }
}
