import type { MarketError } from "../../model/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Pace } from "../pace.ts";
import type { BinanceApi } from "./api.ts";
import { hasLifeSign, LifeSigns } from "./life_signs.ts";
import { judgeSilence } from "./silence.ts";
import type { StreamLine } from "./stream_line.ts";
import type { SymbolStream } from "./symbol_stream.ts";
import { TradeWatch } from "./trade_watch.ts";

export interface StreamWatchOptions {
  readonly api: BinanceApi;
  readonly line: Pick<StreamLine, "openedAt" | "peer" | "renew" | "send">;
  readonly pace: Pace;
  readonly log: Log;
  /** Those not given up. */
  readonly delivering: () => readonly SymbolStream[];
  /** Frames of the present connection that could not be used. */
  readonly unreadable: () => number;
  /** A failure that does not end the connection. */
  readonly tell: (error: MarketError) => void;
  /** Nothing comes any more: the connection is over. */
  readonly onDead: (error: MarketError) => void;
}

/**
 * Watches the streams of one connection for silence while pings flow, asks again for those that fell silent,
 * and has the socket replaced where that does not help.
 */
export class StreamWatch {
  readonly #options: StreamWatchOptions;
  readonly #signs = new LifeSigns();
  readonly #trades = new TradeWatch();
  #requestId = 0;

  constructor(options: StreamWatchOptions) {
    this.#options = options;
  }

  /** A socket that has brought nothing for so long since it opened never will, venue ms. */
  get firstMs(): number {
    const { api, delivering } = this.#options;
    return hasLifeSign(delivering(), api) ? api.lifeSign!.firstMs : api.firstMs;
  }

  /** @param now local monotonic ms. */
  judge(now: number): void {
    const { openedAt } = this.#options.line;
    if (openedAt === undefined) return;
    const signs = this.#watchSigns(now, openedAt);
    if (signs === "dead") return;
    const klines = this.#watchKlines(now, openedAt);
    if (klines === "dead") return;
    this.#resubscribe([...signs, ...klines, ...this.#watchTrades(now)]);
  }

  /** @returns names of the streams to ask for again. */
  #watchSigns(now: number, openedAt: number): readonly string[] | "dead" {
    const { api, line, pace, log, delivering, unreadable, onDead } = this.#options;
    const { dead, again } = this.#signs.judge(delivering(), {
      ...{ now, openedAt, pace, peer: line.peer, api, unreadable: unreadable() },
    });
    if (dead !== undefined) {
      onDead(dead);
      return "dead";
    }
    return again.map((stream) => {
      log.info(`binance: ${stream.signStream} is silent alone, it is asked for again`);
      return stream.signStream!;
    });
  }

  /** @returns names of the streams to ask for again. */
  #watchKlines(now: number, openedAt: number): readonly string[] | "dead" {
    const { api, line, pace, delivering, unreadable, tell, onDead } = this.#options;
    const verdict = judgeSilence(delivering(), {
      ...{ now, openedAt, pace, peer: line.peer, api, unreadable: unreadable() },
    });
    if (verdict.kind === "dead") {
      onDead(verdict.error);
      return "dead";
    }
    const doubtful = this.#doubt(verdict.doubtful);
    if (verdict.kind === "none") return doubtful;
    const silent = verdict.silent.flatMap(({ stream, error, isNew }) => {
      stream.quiet = { since: now, times: (stream.quiet?.times ?? 0) + 1 };
      stream.trouble = error;
      if (!isNew) {
        line.renew(`${stream.klineStream} stays silent`);
        return [];
      }
      tell(error);
      stream.resubscribes++;
      return [stream.klineStream, stream.tradeStream];
    });
    return [...doubtful, ...silent];
  }

  /** Asks once in each silence. @returns names of the streams to ask for again. */
  #doubt(streams: readonly SymbolStream[]): readonly string[] {
    return streams.flatMap((stream) => {
      if (stream.isDoubted || stream.quiet !== undefined) return [];
      stream.isDoubted = true;
      this.#options.log.info(`binance: ${stream.klineStream} is quiet, it is asked for again`);
      return [stream.klineStream, stream.tradeStream];
    });
  }

  /** @returns names of the streams to ask for again. */
  #watchTrades(now: number): readonly string[] {
    const { line, pace, delivering, tell } = this.#options;
    const silent = this.#trades.judge(delivering(), { now, pace, peer: line.peer });
    return silent.flatMap(({ stream, error, isNew }) => {
      stream.tradeTrouble = error;
      if (!isNew) {
        line.renew(`${stream.tradeStream} stays silent`);
        return [];
      }
      tell(error);
      stream.resubscribes++;
      return [stream.tradeStream];
    });
  }

  /** Two frames, however many streams: Binance takes few messages a second, and pongs count too. */
  #resubscribe(names: readonly string[]): void {
    const params = [...new Set(names)];
    if (params.length === 0) return;
    for (const method of ["UNSUBSCRIBE", "SUBSCRIBE"]) {
      this.#options.line.send({ method, params, id: ++this.#requestId });
    }
  }
}
