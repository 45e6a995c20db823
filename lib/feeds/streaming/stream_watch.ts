import type { MarketError } from "../../model/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { StreamingAdapter, Topic } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import { hasKeepalive, KeepaliveWatch } from "./keepalive.ts";
import { judgeSilence, type SilenceFacts } from "./silence.ts";
import { TradeWatch } from "./trade_watch.ts";

export interface StreamWatchOptions {
  readonly adapter: Pick<StreamingAdapter, "venue" | "limits">;
  readonly log: Log;
}

/** Actions to take on silent streams. */
export interface WatchVerdict {
  /** Nothing comes any more: the connection is over. */
  readonly dead?: MarketError;
  /** Topics to ask for again. */
  readonly again: readonly Topic[];
  /** Why the socket is to be replaced, for each stream that asking did not help. */
  readonly renewals: readonly string[];
  /** Failures that do not end the connection. */
  readonly failures: readonly MarketError[];
}

/**
 * Watches the streams of one connection for silence while pings flow: which to resubscribe, and when
 * to replace the socket because that did not help.
 */
export class StreamWatch {
  readonly #options: StreamWatchOptions;
  readonly #keepalives = new KeepaliveWatch();
  readonly #trades = new TradeWatch();

  constructor(options: StreamWatchOptions) {
    this.#options = options;
  }

  /** A new socket that has delivered nothing for this long is dead, venue ms. */
  firstMs(streams: readonly InstrumentStream[]): number {
    const { limits } = this.#options.adapter;
    return hasKeepalive(streams, limits) ? limits.keepalive!.firstMs : limits.firstMs;
  }

  /** @param streams those not given up. */
  judge(
    streams: readonly InstrumentStream[],
    given: Omit<SilenceFacts, "limits">,
  ): WatchVerdict {
    const { adapter: { venue, limits }, log } = this.#options;
    const facts: SilenceFacts = { ...given, limits };
    const again: (Topic | undefined)[] = [];
    const renewals: string[] = [];
    const failures: MarketError[] = [];
    const dead = (error: MarketError) => ({ dead: error, again: [], renewals, failures });
    const keepalives = this.#keepalives.judge(streams, facts);
    if (keepalives.dead !== undefined) return dead(keepalives.dead);
    for (const stream of keepalives.again) {
      const topic = stream.topic("keepalive");
      log.info(`${venue}: ${topic?.name} is silent alone, it is asked for again`);
      again.push(topic);
    }
    const silence = judgeSilence(streams, facts);
    if (silence.dead !== undefined) return dead(silence.dead);
    for (const stream of silence.doubtful) {
      // Asked once in each silence.
      if (stream.isDoubted || stream.quiet !== undefined) continue;
      stream.isDoubted = true;
      log.info(`${venue}: ${stream.name} is quiet, it is asked for again`);
      again.push(stream.topic("bars"), stream.topic("trades"));
    }
    for (const { stream, error, isNew } of silence.silent) {
      stream.quiet = { since: facts.now, times: (stream.quiet?.times ?? 0) + 1 };
      stream.trouble = error;
      if (!isNew) {
        renewals.push(`${stream.name} stays silent`);
        continue;
      }
      failures.push(error);
      stream.resubscribes++;
      again.push(stream.topic("bars"), stream.topic("trades"));
    }
    for (const { stream, error, isNew } of this.#trades.judge(streams, facts)) {
      stream.tradeTrouble = error;
      const topic = stream.topic("trades");
      if (!isNew) {
        renewals.push(`${topic?.name} stays silent`);
        continue;
      }
      failures.push(error);
      stream.resubscribes++;
      again.push(topic);
    }
    // One request for all: venues take few messages a second, and pongs count too.
    const topics = new Set(again.filter((topic) => topic !== undefined));
    return { again: [...topics], renewals, failures };
  }
}
