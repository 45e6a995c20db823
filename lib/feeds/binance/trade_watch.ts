import type { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Pace } from "../pace.ts";
import { type Peer, silentTrades } from "./explain.ts";
import type { SymbolStream } from "./symbol_stream.ts";

/**
 * Trades that the klines know of may be late by this much, venue ms and on the local clock at least: 30 s from
 * the first one missed, as klines come every 2 s and are judged once a second.
 */
const LATE_MS = 27 * SECOND;
const LATE_FLOOR_MS = 2 * SECOND;
/** After a remedy the next one waits, longer each time, up to this, venue ms. */
const PATIENCE_CAP_MS = 10 * MINUTE;

/** A trade stream that says nothing although there are trades. */
export interface SilentTrades {
  readonly stream: SymbolStream;
  readonly error: MarketError;
  /** It has just fallen silent; else a first remedy did not help. */
  readonly isNew: boolean;
}

/**
 * Finds trade streams that died while their klines go on. A market without trades is quiet, not dead: the
 * ids in the klines tell one from the other.
 */
export class TradeWatch {
  readonly #remedies = new Map<string, { readonly at: number; readonly times: number }>();

  /** @param now local monotonic ms. */
  judge(
    streams: readonly SymbolStream[],
    { now, pace, peer }: { readonly now: number; readonly pace: Pace; readonly peer: Peer },
  ): SilentTrades[] {
    return streams.flatMap((stream) => {
      const { symbol, tradeStream, tradesMissedSince: since } = stream;
      if (since === undefined) this.#remedies.delete(symbol);
      if (since === undefined || now - since <= pace(LATE_MS, LATE_FLOOR_MS)) return [];
      const last = this.#remedies.get(symbol);
      const times = last?.times ?? 0;
      const patienceMs = Math.min(PATIENCE_CAP_MS, LATE_MS * 2 ** (times - 1));
      if (last !== undefined && now - last.at <= pace(patienceMs, LATE_FLOOR_MS)) return [];
      this.#remedies.set(symbol, { at: now, times: times + 1 });
      const error = silentTrades(peer, tradeStream, { symbol, silentMs: now - since });
      return [{ stream, error, isNew: last === undefined }];
    });
  }
}
