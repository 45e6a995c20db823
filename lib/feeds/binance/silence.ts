import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import type { BinanceApi } from "./api.ts";
import { noFirstData, type Peer, silentStream } from "./explain.ts";
import type { SymbolStream } from "./symbol_stream.ts";

/** On the local clock, silence and the wait for the first kline are at least this long. */
export const SILENT_FLOOR_MS = 2_000;
export const FIRST_FLOOR_MS = 3_000;
/** A kline that a trade has made due comes within this, venue ms, whatever the pace of the others. */
const OWED_MS = 9 * SECOND;
/** A stream that stays silent alone has its socket replaced ever more seldom, up to this, venue ms. */
const PATIENCE_CAP_MS = 10 * MINUTE;

/** What silence asks for. */
export type SilenceVerdict =
  /** `doubtful` ones are dead or merely not traded: asking again costs little, and nothing is told. */
  | { readonly kind: "none"; readonly doubtful: readonly SymbolStream[] }
  /** Nothing comes at all: the connection is over. */
  | { readonly kind: "dead"; readonly error: MarketError }
  /** These are silent while others deliver. `isNew` ones have just fallen silent. */
  | {
    readonly kind: "partial";
    readonly doubtful: readonly SymbolStream[];
    readonly silent: readonly {
      readonly stream: SymbolStream;
      readonly error: MarketError;
      readonly isNew: boolean;
    }[];
  };

/** What silence is judged by. */
export interface SilenceFacts {
  /** Local monotonic ms. */
  readonly now: number;
  /** When the socket opened, local monotonic ms. */
  readonly openedAt: number;
  readonly pace: Pace;
  readonly peer: Peer;
  readonly api: BinanceApi;
  /** Frames of the present connection that could not be used. */
  readonly unreadable: number;
}

/**
 * Judges by data, not by pings, whether a connection that is open still works.
 *
 * @param streams those that should deliver.
 */
export function judgeSilence(
  streams: readonly SymbolStream[],
  { now, openedAt, pace, peer, api, unreadable }: SilenceFacts,
): SilenceVerdict {
  const silent = streams.flatMap((stream) => {
    const { symbol, klineStream, hasKline, klineAt, klineOwedSince } = stream;
    const silentMs = now - (hasKline ? klineAt ?? openedAt : openedAt);
    const limitMs = hasKline
      ? pace(stream.hasSign ? api.firstMs : api.silentMs(stream.klineGapMs), SILENT_FLOOR_MS)
      : pace(api.firstMs, FIRST_FLOOR_MS);
    const isOwed = now - (klineOwedSince ?? now) > pace(OWED_MS, SILENT_FLOOR_MS);
    if (silentMs <= limitMs && !isOwed) return [];
    const error = hasKline
      ? silentStream(peer, klineStream, { symbol, silentMs })
      : noFirstData(peer, klineStream, {
        ...{ symbol, api, unreadable },
        silentMs: Math.min(silentMs, limitMs),
      });
    return [{ stream, error }];
  });
  const doubtful = streams.filter(({ hasSign, hasKline, klineAt = openedAt, klineGapMs }) =>
    hasSign && hasKline && now - klineAt > pace(api.silentMs(klineGapMs), SILENT_FLOOR_MS)
  );
  const [first] = silent;
  if (first === undefined) return { kind: "none", doubtful };
  if (silent.length === streams.length) return { kind: "dead", error: first.error };
  const news = silent.flatMap(({ stream, error }) => {
    const { quiet } = stream;
    if (quiet === undefined) return [{ stream, error, isNew: true }];
    const patienceMs = Math.min(PATIENCE_CAP_MS, api.firstMs * 2 ** (quiet.times - 1));
    return now - quiet.since > pace(patienceMs, FIRST_FLOOR_MS)
      ? [{ stream, error, isNew: false }]
      : [];
  });
  return news.length === 0
    ? { kind: "none", doubtful }
    : { kind: "partial", doubtful, silent: news };
}
