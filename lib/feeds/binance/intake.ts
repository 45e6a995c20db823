import { SECOND } from "../../model/time.ts";
import type { Log } from "../../runtime/log.ts";
import { type BinanceMessage, decodeBinanceFrame } from "../../wire/binance_stream.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { BinanceApi } from "./api.ts";
import type { FrameCounts } from "./frame_counts.ts";
import type { StreamTime } from "./stream_time.ts";
import type { Refusal, SymbolStream } from "./symbol_stream.ts";

export interface IntakeOptions {
  readonly api: BinanceApi;
  readonly streams: ReadonlyMap<string, SymbolStream>;
  readonly venueClock: VenueClock;
  readonly counts: FrameCounts;
  readonly speed: number;
  readonly log: Log;
  /** A kline came in. */
  readonly onKline: () => void;
  /** The server announced that it will close. */
  readonly onShutdown: () => void;
  /** Something came that is dated later than the venue's time can be. */
  readonly onDoubt: () => void;
  readonly streamTime: StreamTime;
  /** The venue's time has to be learned from its messages. */
  readonly mayLearnTime: () => boolean;
  /** It has been. */
  readonly onTime: () => void;
}

type MarketMessage = Extract<
  BinanceMessage,
  { kind: "kline" | "trade" | "aggregate-trade" | "mark-price" }
>;

/** A venue event may be ahead of the venue clock by this much venue time, */
const AHEAD_MS = 5 * SECOND;
/** and at high speeds by what passes in this much local time. */
const AHEAD_LOCAL_MS = 50;

/** Takes the frames of a stream to where they belong and counts what became of each. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  take(text: string): void {
    const { api, counts, log, streams, onShutdown } = this.#options;
    const message = decodeBinanceFrame(text);
    switch (message.kind) {
      case "kline":
      case "trade":
      case "aggregate-trade":
      case "mark-price": {
        const stream = streams.get(message.symbol);
        if (stream === undefined || !isUsed(message, api)) return counts.ignore();
        const refusal = this.#takeData(stream, message);
        return refusal === undefined ? counts.accept() : counts.reject(refusal);
      }
      case "shutdown":
        counts.accept();
        return onShutdown();
      case "error":
        counts.accept();
        return log.warn(`binance: a control request was refused: ${message.text}`, {
          code: message.code,
        });
      case "rejected":
        return counts.reject(message.reason);
      default:
        return counts.ignore();
    }
  }

  #takeData(stream: SymbolStream, message: MarketMessage): Refusal {
    const { venueClock, log, onKline, onDoubt } = this.#options;
    if (!this.#isPossible(message.eventTime)) {
      // Either the frame is damaged or this machine slept: the venue's own clock decides.
      onDoubt();
      return venueClock.isKnown
        ? "a time ahead of the venue's clock"
        : "the venue's time is not known yet";
    }
    venueClock.passed(message.eventTime);
    if (message.kind === "mark-price") return stream.takeSign();
    if (message.kind === "trade") return stream.takeTrade({ ...message, lastTradeId: message.id });
    if (message.kind === "aggregate-trade") return stream.takeTrade(message);
    if (stream.quiet !== undefined) log.info(`binance: ${stream.klineStream} delivers again`);
    const refusal = stream.takeKline(message);
    onKline();
    return refusal;
  }

  #isPossible(eventTime: number): boolean {
    const { venueClock, streamTime, mayLearnTime, onTime } = this.#options;
    if (venueClock.isKnown && eventTime <= this.#latest()) return true;
    if (!mayLearnTime() || !streamTime.take(eventTime)) return false;
    onTime();
    return true;
  }

  /** A venue time that cannot have passed yet. */
  #latest(): number {
    const { venueClock, speed } = this.#options;
    const toleranceMs = AHEAD_MS + AHEAD_LOCAL_MS * (speed - 1);
    return venueClock.estimate() + venueClock.uncertaintyMs() + toleranceMs;
  }
}

function isUsed(message: MarketMessage, { tradeStream, lifeSign }: BinanceApi): boolean {
  if (message.kind === "kline") return message.kline.interval === "1m";
  if (message.kind === "mark-price") return lifeSign !== undefined;
  return (message.kind === "trade") === (tradeStream === "trade");
}
