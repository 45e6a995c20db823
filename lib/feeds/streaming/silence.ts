import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import type { StreamingLimits } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import type { Peer } from "./peer.ts";
import { noFirstData, silentStream } from "./stream_failures.ts";

/** On the local clock, silence and the wait for the first bar are at least this long. */
export const SILENT_FLOOR_MS = 2_000;
export const FIRST_FLOOR_MS = 3_000;
/** A bar that a trade has made due comes within this, venue ms, whatever the pace of the others. */
const OWED_MS = 9 * SECOND;
/** A stream that stays silent alone has its socket replaced ever more seldom, up to this, venue ms. */
const PATIENCE_CAP_MS = 10 * MINUTE;

/** A stream that is silent while others deliver. */
export interface SilentStream {
  readonly stream: InstrumentStream;
  readonly error: MarketError;
  /** It has just fallen silent; else a first remedy did not help. */
  readonly isNew: boolean;
}

/** What silence asks for. */
export interface SilenceVerdict {
  /** Nothing comes at all: the connection is over. */
  readonly dead?: MarketError;
  /** Dead or merely not traded: asking again costs little, and nothing is reported. */
  readonly doubtful: readonly InstrumentStream[];
  readonly silent: readonly SilentStream[];
}

/** What silence is judged by. */
export interface SilenceFacts {
  /** Local monotonic ms. */
  readonly now: number;
  /** When the socket opened, local monotonic ms. */
  readonly openedAt: number;
  readonly pace: Pace;
  readonly peer: Peer;
  readonly limits: StreamingLimits;
  /** Frames of the present connection that could not be used. */
  readonly unreadable: number;
}

/**
 * Judges by data, not by pings, whether a connection that is open still works.
 *
 * @param streams those that should deliver.
 */
export function judgeSilence(
  streams: readonly InstrumentStream[],
  { now, openedAt, pace, peer, limits, unreadable }: SilenceFacts,
): SilenceVerdict {
  const silent = streams.flatMap((stream) => {
    const { hasBar, barAt, barOwedSince } = stream;
    const since = Math.max(openedAt, stream.askedAt);
    const silentMs = now - (hasBar ? barAt ?? since : since);
    const limitMs = hasBar
      ? pace(
        stream.hasKeepalive ? limits.firstMs : limits.silentMs(stream.barGapMs),
        SILENT_FLOOR_MS,
      )
      : pace(limits.firstMs, FIRST_FLOOR_MS);
    const isOwed = now - (barOwedSince ?? now) > pace(OWED_MS, SILENT_FLOOR_MS);
    if (silentMs <= limitMs && !isOwed) return [];
    const { id, symbol, name } = stream;
    const error = hasBar
      ? silentStream(peer, name, { id, symbol, silentMs })
      : noFirstData(peer, name, {
        id,
        symbol,
        silentMs: Math.min(silentMs, limitMs),
        unreadable,
      });
    return [{ stream, error }];
  });
  const doubtful = streams.filter(({ hasKeepalive, hasBar, barAt = openedAt, barGapMs }) =>
    hasKeepalive && hasBar && now - barAt > pace(limits.silentMs(barGapMs), SILENT_FLOOR_MS)
  );
  const [first] = silent;
  if (first === undefined) return { doubtful, silent: [] };
  if (silent.length === streams.length) return { dead: first.error, doubtful: [], silent: [] };
  const news = silent.flatMap(({ stream, error }) => {
    const { quiet } = stream;
    if (quiet === undefined) return [{ stream, error, isNew: true }];
    const patienceMs = Math.min(PATIENCE_CAP_MS, limits.firstMs * 2 ** (quiet.times - 1));
    return now - quiet.since > pace(patienceMs, FIRST_FLOOR_MS)
      ? [{ stream, error, isNew: false }]
      : [];
  });
  return { doubtful, silent: news };
}
