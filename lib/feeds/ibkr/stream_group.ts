import { productOf } from "../../calendar/products.ts";
import type { MarketError } from "../../model/errors.ts";
import type { Attempt } from "../supervisor.ts";
import { FutureStream } from "./future_stream.ts";
import { delayedInstead } from "./instrument_failures.ts";
import { type IbkrOptions, mayFallBack, typeNumberOf } from "./options.ts";
import type { SessionTools } from "./session_tools.ts";
import type { StreamRecord } from "./stream_record.ts";

export interface StreamGroupOptions {
  readonly tools: SessionTools;
  readonly options: IbkrOptions;
  readonly records: readonly StreamRecord[];
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
  readonly #streams: FutureStream[] = [];
  #hasRequested = false;
  #isLive = false;
  #isOver = false;

  constructor(options: StreamGroupOptions) {
    this.#options = options;
    for (const index of options.records.keys()) this.#streams.push(this.#make(index));
  }

  /** True while one stream is known to be cut off and no bar has proved otherwise. */
  get isCutOff(): boolean {
    return this.#streams.some((stream) => stream.isCutOff);
  }

  tick(): void {
    for (const stream of [...this.#streams]) stream.tick();
  }

  each(act: (stream: FutureStream) => void): void {
    [...this.#streams].forEach(act);
  }

  /** The stream that a request id belongs to. */
  owner(id: number): FutureStream | undefined {
    return this.#streams.find((stream) => stream.owns(id));
  }

  /** The connection is over. @param reason why, for the gap that follows. */
  end(reason: string): void {
    this.#isOver = true;
    for (const stream of this.#streams) stream.end(reason);
  }

  #make(index: number): FutureStream {
    const { tools, options, records } = this.#options;
    const { isDelayed } = records[index]!;
    // Real-time bars are live or nothing: the type says only what kind of ticks follow.
    if (isDelayed && mayFallBack(options)) tools.gateway.marketDataType(typeNumberOf("delayed"));
    const { futures, manualExpiry, roll = "date" } = options;
    return new FutureStream({
      tools,
      record: records[index]!,
      product: productOf(futures[index]!.symbol),
      rule: { manualExpiry, roll },
      isDelayed,
      onChange: () => this.#assess(),
      onFailed: (error) => this.#onFailed(error, index),
    });
  }

  /** One instrument is out. The others go on; when it was the last, so is the connection. */
  #onFailed(error: MarketError, index: number): void {
    const { tools: { context: { log, emit, clock }, end }, records, options } = this.#options;
    const record = records[index]!;
    if (error.code === "no-permission" && mayFallBack(options) && !record.isDelayed) {
      return this.#fallBack(error, index);
    }
    if (this.#streams.every((stream) => stream.isFailed)) return end(error);
    log.error(error.message, { code: error.code, instrument: error.instrument });
    emit({ kind: "failure", venue: "ibkr", error, receivedAt: clock.now() });
    this.#assess();
  }

  /** Delayed data instead of live data that is not permitted, told as loudly as a failure. */
  #fallBack(cause: MarketError, index: number): void {
    const { tools: { context: { log, emit, clock } }, records } = this.#options;
    const record = records[index]!;
    const error = delayedInstead(record.instrument, productOf(record.instrument).exchange, cause);
    record.lower();
    const receivedAt = clock.now();
    const fields = { code: error.code, instrument: record.instrument, why: cause.message };
    log.warn(error.message, fields);
    emit({ kind: "failure", venue: "ibkr", error, receivedAt });
    emit({ kind: "label", instrument: record.instrument, source: record.source, receivedAt });
    this.#streams[index] = this.#make(index);
    this.#assess();
  }

  /** Tells the connection's owner what the streams have come to. */
  #assess(): void {
    const { attempt, onDelivers } = this.#options;
    const active = this.#streams.filter((stream) => !stream.isFailed);
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
