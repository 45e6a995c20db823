import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import type { StreamingLimits } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import { FIRST_FLOOR_MS, type SilenceFacts, SILENT_FLOOR_MS } from "./silence.ts";
import { noFirstData, silentStream } from "./stream_failures.ts";

/** Other messages received after this share of the limit show that only the keepalive is missing. */
const OVERDUE = 2 / 3;
/** Back-off between requests for a missing keepalive, from this up to the cap, venue ms. */
const PATIENCE_MS = 30 * SECOND;
const PATIENCE_CAP_MS = 10 * MINUTE;

/** State of a connection by its keepalives. */
export interface KeepaliveVerdict {
  /** Set when nothing is received at all: the connection is dead. */
  readonly dead?: MarketError;
  /** Streams that lack only their keepalive: resubscribe to it. */
  readonly again: readonly InstrumentStream[];
}

/** True when at least one keepalive is reliable: a silent socket is then dead. */
export function hasKeepalive(
  streams: readonly InstrumentStream[],
  { keepalive }: StreamingLimits,
): boolean {
  return keepalive !== undefined && streams.some((stream) => !stream.lacksKeepalive);
}

/**
 * Finds dead sockets in a market that sends bars only when something trades. The keepalive of any symbol counts
 * for the whole socket. Missing keepalives prove nothing while other messages arrive.
 */
export class KeepaliveWatch {
  readonly #asked = new Map<string, { readonly at: number; readonly times: number }>();

  /**
   * @param streams those that should deliver, at least one.
   */
  judge(
    streams: readonly InstrumentStream[],
    { now, openedAt, pace, peer, limits, unreadable }: SilenceFacts,
  ): KeepaliveVerdict {
    const { keepalive } = limits;
    const [first] = streams;
    if (keepalive === undefined || first === undefined) return { again: [] };
    const limitMs = pace(keepalive.silentMs, SILENT_FLOOR_MS);
    const receivedAt = streams.reduce((at, stream) => Math.max(at, stream.receivedAt), openedAt);
    const again = streams.filter((stream) => {
      const since = Math.max(openedAt, stream.askedAt);
      const keepaliveAt = Math.max(since, stream.keepaliveAt ?? since);
      const isAlone = now - keepaliveAt > limitMs &&
        receivedAt - keepaliveAt > limitMs * OVERDUE;
      return isAlone && this.#mayAsk(stream, now, pace);
    });
    if (!hasKeepalive(streams, limits)) return { again };
    const { id, symbol, name } = first;
    const silentMs = now - receivedAt;
    if (receivedAt > openedAt) {
      if (silentMs <= limitMs) return { again };
      return { again: [], dead: silentStream(peer, name, { id, symbol, silentMs }) };
    }
    if (silentMs <= pace(keepalive.firstMs, FIRST_FLOOR_MS)) return { again };
    return { again: [], dead: noFirstData(peer, name, { id, symbol, silentMs, unreadable }) };
  }

  /** Records a missing keepalive; true when it should be requested now. */
  #mayAsk(stream: InstrumentStream, now: number, pace: Pace): boolean {
    // Received since the last request, or missing for the first time.
    if (!stream.lacksKeepalive) this.#asked.delete(stream.id);
    stream.lacksKeepalive = true;
    const { at, times } = this.#asked.get(stream.id) ?? { at: -Infinity, times: 0 };
    const patienceMs = Math.min(PATIENCE_CAP_MS, PATIENCE_MS * 2 ** (times - 1));
    if (now - at <= pace(patienceMs, FIRST_FLOOR_MS)) return false;
    this.#asked.set(stream.id, { at: now, times: times + 1 });
    return true;
  }
}
