import type { Bar } from "../model/bar.ts";
import type { PairCorrelation } from "./correlation_board.ts";
import type { InstrumentFreshness } from "./instrument_freshness.ts";
import type { MarketMeasures } from "./market_measures.ts";

/**
 * All that is known of one closed minute, computed once for every reader. It is made as soon as every instrument has
 * settled the minute, and at the latest 8 s after its end. When a bar of the minute is healed or revised later, the
 * same minute comes again with a revision one higher; so does the newest minute, since its correlations rest on the
 * minutes before.
 */
export interface MinuteResult {
  /** Open time of the minute, epoch ms UTC. */
  readonly openTime: number;
  /** 0 when the minute is first made. */
  readonly revision: number;
  /** Instruments whose minute is neither closed nor known to be absent; it is being healed. */
  readonly waitingFor: readonly string[];
  /** The minute's bar of each instrument that has one. */
  readonly bars: ReadonlyMap<string, Bar>;
  /** How fresh each instrument's data was when this was made. */
  readonly freshness: ReadonlyMap<string, InstrumentFreshness>;
  /** Every pair at every timeframe as of the minute's end, with its configured window. */
  readonly correlations: readonly PairCorrelation[];
  /** Volatility, volume, VWAP and divergence as of the minute. */
  readonly measures: MarketMeasures;
  /** Local wall clock when this was made, epoch ms UTC. */
  readonly receivedAt: number;
}
