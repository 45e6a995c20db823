import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import type { BinanceApi } from "./api.ts";
import { noFirstData, silentStream } from "./explain.ts";
import { FIRST_FLOOR_MS, type SilenceFacts, SILENT_FLOOR_MS } from "./silence.ts";
import type { SymbolStream } from "./symbol_stream.ts";

/** Messages that came when this part of its limit had passed show that a life sign is missing alone. */
const OVERDUE = 2 / 3;
/** A life sign that stays away is asked for ever more seldom, up to this, venue ms. */
const PATIENCE_MS = 30 * SECOND;
const PATIENCE_CAP_MS = 10 * MINUTE;

/** What the life signs of a connection say. */
export interface SignVerdict {
  /** Nothing comes at all: the connection is over. */
  readonly dead?: MarketError;
  /** Those whose life sign alone is missing: it is asked for again, and nothing else is wrong. */
  readonly again: readonly SymbolStream[];
}

/** True when some life sign can be relied on: a socket on which nothing comes is then dead. */
export function hasLifeSign(streams: readonly SymbolStream[], api: BinanceApi): boolean {
  return api.lifeSign !== undefined && streams.some((stream) => !stream.lacksSign);
}

/**
 * Finds sockets on which nothing comes any more, in a market whose klines come only when something trades.
 * The life sign of each symbol counts for the whole socket. Where the signs do not come although other
 * messages do, they prove nothing until they are back.
 */
export class LifeSigns {
  readonly #asked = new Map<string, { readonly at: number; readonly times: number }>();

  /**
   * @param streams those that should deliver, at least one.
   */
  judge(
    streams: readonly SymbolStream[],
    { now, openedAt, pace, peer, api, unreadable }: SilenceFacts,
  ): SignVerdict {
    const { lifeSign } = api;
    const [first] = streams;
    if (lifeSign === undefined || first === undefined) return { again: [] };
    const limitMs = pace(lifeSign.silentMs, SILENT_FLOOR_MS);
    const heardAt = streams.reduce((at, stream) => Math.max(at, stream.heardAt), openedAt);
    const again = streams.filter((stream) => {
      const signAt = Math.max(openedAt, stream.signAt ?? openedAt);
      const isAlone = now - signAt > limitMs && heardAt - signAt > limitMs * OVERDUE;
      return isAlone && this.#mayAsk(stream, now, pace);
    });
    if (!hasLifeSign(streams, api)) return { again };
    const { symbol, klineStream } = first;
    const silentMs = now - heardAt;
    if (heardAt > openedAt) {
      if (silentMs <= limitMs) return { again };
      return { again: [], dead: silentStream(peer, klineStream, { symbol, silentMs }) };
    }
    if (silentMs <= pace(lifeSign.firstMs, FIRST_FLOOR_MS)) return { again };
    return {
      again: [],
      dead: noFirstData(peer, klineStream, { symbol, silentMs, api, unreadable }),
    };
  }

  /** Notes that a life sign is missing; true when it is to be asked for now. */
  #mayAsk(stream: SymbolStream, now: number, pace: Pace): boolean {
    // It has come since it was asked for, or it is missed for the first time.
    if (!stream.lacksSign) this.#asked.delete(stream.symbol);
    stream.lacksSign = true;
    const { at, times } = this.#asked.get(stream.symbol) ?? { at: -Infinity, times: 0 };
    const patienceMs = Math.min(PATIENCE_CAP_MS, PATIENCE_MS * 2 ** (times - 1));
    if (now - at <= pace(patienceMs, FIRST_FLOOR_MS)) return false;
    this.#asked.set(stream.symbol, { at: now, times: times + 1 });
    return true;
  }
}
