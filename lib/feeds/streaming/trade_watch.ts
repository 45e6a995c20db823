import { MINUTE, SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import type { Peer } from "./peer.ts";
import type { SilentStream } from "./silence.ts";
import { silentTrades } from "./stream_failures.ts";

/**
 * Trades that bars or keepalives know of may be late by this much, venue ms and on the local clock at least:
 * 30 s from the first one missed where bars come every 2 s and are judged once a second.
 */
const LATE_MS = 27 * SECOND;
const LATE_FLOOR_MS = 2 * SECOND;
/** After a remedy the next one waits, longer each time, up to this, venue ms. */
const PATIENCE_CAP_MS = 10 * MINUTE;

/**
 * Finds trade streams that died while their bars go on. Without trades the market may only be quiet: the
 * trade ids in the bars show which it is.
 */
export class TradeWatch {
  readonly #remedies = new Map<string, { readonly at: number; readonly times: number }>();

  /** @param now local monotonic ms. */
  judge(
    streams: readonly InstrumentStream[],
    { now, pace, peer }: { readonly now: number; readonly pace: Pace; readonly peer: Peer },
  ): SilentStream[] {
    return streams.flatMap((stream) => {
      const { id, symbol, tradesMissedSince: since } = stream;
      if (since === undefined) this.#remedies.delete(id);
      if (since === undefined || now - since <= pace(LATE_MS, LATE_FLOOR_MS)) return [];
      const last = this.#remedies.get(id);
      const times = last?.times ?? 0;
      const patienceMs = Math.min(PATIENCE_CAP_MS, LATE_MS * 2 ** (times - 1));
      if (last !== undefined && now - last.at <= pace(patienceMs, LATE_FLOOR_MS)) return [];
      this.#remedies.set(id, { at: now, times: times + 1 });
      const error = silentTrades(peer, stream.topic("trades")?.name ?? symbol, {
        id,
        symbol,
        silentMs: now - since,
      });
      return [{ stream, error, isNew: last === undefined }];
    });
  }
}
