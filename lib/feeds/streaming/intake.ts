import { SECOND } from "../../model/time.ts";
import type { TradingMode } from "../../model/trading_mode.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { StreamingAdapter, StreamMessage, VenueTrade } from "./adapter.ts";
import type { FrameCounts } from "./frame_counts.ts";
import type { InstrumentStream, Refusal } from "./instrument_stream.ts";
import type { StreamTime } from "./stream_time.ts";

export interface IntakeOptions {
  readonly adapter: Pick<StreamingAdapter, "venue" | "decode" | "minutesFrom" | "limits">;
  readonly venueClock: VenueClock;
  readonly clock: Clock;
  readonly streamTime: StreamTime;
  readonly counts: FrameCounts;
  readonly speed: number;
  readonly log: Log;
  /** The venue's time became known by its messages, right before the one that proved it is taken. */
  readonly onTimeLearned: () => void;
}

/** What a frame asks its session to do. */
export type FrameNews =
  /** Nothing. */
  | { readonly kind: "none" }
  /** Market data was received, and perhaps a minute with it. */
  | { readonly kind: "data"; readonly mayClose: boolean }
  /** Something is dated later than the venue's time can be: either damaged, or this machine slept. */
  | { readonly kind: "doubt" }
  /** The server announced that it will close. */
  | { readonly kind: "closing" }
  | { readonly kind: "question"; readonly answer: string }
  /** The venue announces something of its own state. */
  | { readonly kind: "announced"; readonly text: string }
  /** What may be done with all of its products. */
  | { readonly kind: "trading"; readonly mode: TradingMode }
  /** The venue does not have the symbol of this stream. */
  | { readonly kind: "refused"; readonly stream: InstrumentStream };

const NONE: FrameNews = { kind: "none" };

type DataMessage = Extract<StreamMessage, { kind: "bar" | "trades" | "keepalive" }>;

/** A venue event may be ahead of the venue clock by this much venue time, */
const AHEAD_MS = 5 * SECOND;
/** and at high speeds by what passes in this much local time. */
const AHEAD_LOCAL_MS = 50;

/** Takes the frames of a connection to where they belong and counts what became of each. */
export class Intake {
  readonly #options: IntakeOptions;
  /** By the venue's symbol. */
  readonly #streams = new Map<string, InstrumentStream>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Messages of that stream's symbol are taken from now on. */
  follow(stream: InstrumentStream): void {
    this.#streams.set(stream.symbol, stream);
  }

  unfollow(stream: InstrumentStream): void {
    this.#streams.delete(stream.symbol);
  }

  /** @param mayLearnTime the venue's time has to be learned from its messages. */
  take(text: string, mayLearnTime: boolean): FrameNews {
    const { adapter: { venue, decode }, counts, log } = this.#options;
    const message = decode(text);
    switch (message.kind) {
      case "bar":
      case "trades":
      case "keepalive":
        return this.#takeData(message, mayLearnTime);
      case "closing":
      case "announced":
      case "trading":
        counts.accept();
        return message;
      case "question":
        counts.accept();
        return message;
      case "refused": {
        counts.accept();
        log.warn(`${venue}: a request was refused: ${message.text}`);
        const stream = this.#streams.get(message.symbol ?? "");
        return stream === undefined ? NONE : { kind: "refused", stream };
      }
      case "rejected":
        counts.reject(message.reason);
        return NONE;
      case "ignored":
        counts.ignore();
        return NONE;
    }
  }

  #takeData(message: DataMessage, mayLearnTime: boolean): FrameNews {
    const { adapter: { minutesFrom }, counts, venueClock, clock } = this.#options;
    // Read once a frame: at thousands a second it costs as much as decoding them.
    const now = clock.monotonic();
    const { symbol, eventTime } = message;
    const streams = symbol === undefined ? [...this.#streams.values()] : [];
    const stream = this.#streams.get(symbol ?? "") ?? streams[0];
    if (stream === undefined) {
      counts.ignore();
      return NONE;
    }
    if (eventTime !== undefined && !this.#isBelieved(eventTime, mayLearnTime, now)) {
      counts.reject(
        venueClock.isKnown
          ? "a time ahead of the venue's clock"
          : "the venue's time is not known yet",
      );
      return { kind: "doubt" };
    }
    if (eventTime !== undefined) venueClock.passed(eventTime, now);
    const refusal = this.#isPossible(message, now)
      ? this.#enter(stream, message, { streams, now })
      : "a minute or trade ahead of the venue's clock";
    if (refusal === undefined) counts.accept();
    else counts.reject(refusal);
    return { kind: "data", mayClose: message.kind === "bar" || minutesFrom === "trades" };
  }

  #enter(
    stream: InstrumentStream,
    message: DataMessage,
    { streams, now }: { readonly streams: readonly InstrumentStream[]; readonly now: number },
  ): Refusal {
    const { adapter: { venue, limits }, log } = this.#options;
    if (limits.anyMessageKeepsAlive === true && message.kind !== "keepalive") {
      for (const other of this.#streams.values()) if (other !== stream) other.takeKeepalive();
    }
    if (message.kind === "keepalive") {
      stream.takeKeepalive(message.lastTrade, message.eventTime);
      if (message.funding !== undefined) stream.funding.takeEstimate(message.funding);
      for (const other of streams) other.takeKeepalive();
      return undefined;
    }
    if (message.kind === "trades") {
      return takeTrades(stream, message.trades, now);
    }
    if (stream.quiet !== undefined) log.info(`${venue}: ${stream.name} delivers again`);
    return stream.takeBar(message);
  }

  /** What a message is about cannot be later than the message. */
  #isPossible(message: DataMessage, now: number): boolean {
    const { venueClock } = this.#options;
    const latest = venueClock.isKnown ? this.#latest(now) : Infinity;
    if (message.kind === "bar") return message.minute.openTime <= latest;
    return message.kind !== "trades" || message.trades.every(({ time }) => time <= latest);
  }

  #isBelieved(eventTime: number, mayLearnTime: boolean, now: number): boolean {
    const { venueClock, streamTime, onTimeLearned } = this.#options;
    if (venueClock.isKnown && eventTime <= this.#latest(now)) return true;
    if (!mayLearnTime || !streamTime.take(eventTime)) return false;
    onTimeLearned();
    return true;
  }

  /** A venue time that cannot have passed yet. */
  #latest(now: number): number {
    const { venueClock, speed } = this.#options;
    const toleranceMs = AHEAD_MS + AHEAD_LOCAL_MS * (speed - 1);
    return venueClock.estimate(now) + venueClock.uncertaintyMs() + toleranceMs;
  }
}

/** What one of them repeats does not matter when another is new. */
function takeTrades(
  stream: InstrumentStream,
  trades: readonly VenueTrade[],
  now: number,
): Refusal {
  let refusal: Refusal;
  let isAnyNew = false;
  for (const trade of trades) {
    const reason = stream.takeTrade(trade, now);
    if (reason === undefined) isAnyNew = true;
    else refusal ??= reason;
  }
  return isAnyNew ? undefined : refusal;
}
