import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import type { StreamingLimits } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import { FIRST_FLOOR_MS, type SilenceFacts, SILENT_FLOOR_MS } from "./silence.ts";
import { noFirstData, silentStream } from "./stream_failures.ts";

/** Messages that came when this part of its limit had passed show that a keepalive is missing alone. */
const OVERDUE = 2 / 3;
/** A keepalive that stays away is asked for ever more seldom, up to this, venue ms. */
const PATIENCE_MS = 30 * SECOND;
const PATIENCE_CAP_MS = 10 * MINUTE;

/** What the keepalives of a connection say. */
export interface KeepaliveVerdict {
  /** Nothing comes at all: the connection is over. */
  readonly dead?: MarketError;
  /** Those whose keepalive alone is missing: it is asked for again, and nothing else is wrong. */
  readonly again: readonly InstrumentStream[];
}

/** True when some keepalive can be relied on: a socket on which nothing comes is then dead. */
export function hasKeepalive(
  streams: readonly InstrumentStream[],
  { keepalive }: StreamingLimits,
): boolean {
  return keepalive !== undefined && streams.some((stream) => !stream.lacksKeepalive);
}

/**
 * Finds sockets on which nothing comes any more, in a market whose bars come only when something trades.
 * The keepalive of each symbol counts for the whole socket. Where they do not come although other messages
 * do, they prove nothing until they are back.
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

  /** Notes that a keepalive is missing; true when it is to be asked for now. */
  #mayAsk(stream: InstrumentStream, now: number, pace: Pace): boolean {
    // It has come since it was asked for, or it is missed for the first time.
    if (!stream.lacksKeepalive) this.#asked.delete(stream.id);
    stream.lacksKeepalive = true;
    const { at, times } = this.#asked.get(stream.id) ?? { at: -Infinity, times: 0 };
    const patienceMs = Math.min(PATIENCE_CAP_MS, PATIENCE_MS * 2 ** (times - 1));
    if (now - at <= pace(patienceMs, FIRST_FLOOR_MS)) return false;
    this.#asked.set(stream.id, { at: now, times: times + 1 });
    return true;
  }
}
