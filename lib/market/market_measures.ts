import { SessionClock } from "../calendar/market_sessions.ts";
import { assetsOf, type Instrument } from "../model/instrument.ts";
import { hasBar, type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { align } from "../sync/align.ts";
import { divergenceScore } from "../sync/divergence.ts";
import { type DivergenceReading, readDivergence } from "../sync/divergence_reading.ts";
import { type VolatilityRatio, VolatilityStrip } from "../sync/realized_volatility.ts";
import { relativeVolume } from "../sync/relative_volume.ts";
import { type VolumeBadge, volumeBadge } from "../sync/volume_badge.ts";
import { sessionVwap } from "../sync/vwap.ts";
import { calendarOf } from "./instrument_calendar.ts";
import type { Market } from "./market.ts";

/** The newest minute of some instruments, measured against their recent past. */
export interface MarketMeasures {
  /** Open time of the newest minute that all of them have, epoch ms UTC; NaN when there is none. */
  readonly openTime: number;
  readonly instruments: readonly InstrumentMeasures[];
  readonly divergences: readonly PairDivergence[];
}

export interface InstrumentMeasures {
  readonly instrument: string;
  /** Realized volatility of the last 15 and 60 minutes, annualised: 0.6 is 60 %. */
  readonly volatility: VolatilityRatio;
  /** The newest minute's volume against its mean over 20. */
  readonly volume: VolumeBadge;
  /** Volume-weighted average price since the session began; NaN outside it. */
  readonly vwap: number;
}

export interface PairDivergence {
  readonly pair: string;
  readonly reading: DivergenceReading;
}

/** Minutes over which a divergence builds up. */
const HORIZON = 5;
/** Minutes looked back for what is usual; a trading day, so that the session's VWAP has its beginning. */
const LOOK_BACK_MS = 24 * 60 * MINUTE;

/**
 * Volatility, relative volume and divergence of a market's newest minute. Nothing is carried over a gap: what a
 * missing minute leaves unknown is NaN or grey. Changes that diverge are taken over five minutes.
 *
 * @param instruments which of the market's. @default all
 */
export function measuresOf(
  market: Pick<Market, "instruments" | "minuteGrid" | "pairs" | "correlation">,
  instruments: readonly string[] = market.instruments.map((instrument) => instrument.id),
): MarketMeasures {
  const grids = new Map(instruments.map((id) => [id, market.minuteGrid(id)]));
  const to = Math.min(...[...grids.values()].map(lastBarEnd));
  const aligned = align(grids, { from: to - LOOK_BACK_MS, to });
  const openTime = aligned.openTime.at(-1) ?? NaN;
  const isRegularHours = new SessionClock("us").isOpen(openTime);
  const returnsOf = (id: string) => aligned.returns[instruments.indexOf(id)]!;
  const isAsked = (id: string) => instruments.includes(id);
  // The quote currency says nothing here: `BTC` for `BTCUSDT`.
  const nameOf = (id: string) => assetsOf(market.instruments.find((one) => one.id === id)!).base;
  return {
    openTime,
    instruments: market.instruments.filter(({ id }) => isAsked(id)).map((instrument) =>
      measure(instrument, grids.get(instrument.id)!, returnsOf(instrument.id), to)
    ),
    divergences: market.pairs.filter(({ a, b }) => isAsked(a) && isAsked(b)).map((pair) => {
      const scores = divergenceScore(returnsOf(pair.a), returnsOf(pair.b), { horizon: HORIZON });
      const { estimate } = market.correlation({ pair: pair.name, timeframe: "1m" })[0]!;
      const correlation = estimate.kind === "ok" ? estimate.value : NaN;
      const reading = readDivergence(scores.at(-1) ?? NaN, {
        ...{ a: nameOf(pair.a), b: nameOf(pair.b) },
        ...{ correlation, isRegularHours },
      });
      return { pair: pair.name, reading };
    }),
  };
}

function measure(
  instrument: Instrument,
  grid: MinuteGrid,
  returns: Float64Array,
  to: number,
): InstrumentMeasures {
  const strip = new VolatilityStrip();
  for (const value of returns.subarray(-60)) strip.push(value);
  const columns = columnsOf(minutesWithin(grid, to - LOOK_BACK_MS, to));
  const vwap = sessionVwap(columns, calendarOf(instrument)).value;
  const last = vwap.length - 1;
  const ratio = relativeVolume(columns.volume).at(-1) ?? NaN;
  const cross = last < 1 ? undefined : {
    close: columns.close[last]!,
    vwap: vwap[last]!,
    previousClose: columns.close[last - 1]!,
    previousVwap: vwap[last - 1]!,
  };
  const volume = volumeBadge(ratio, cross === undefined ? {} : { cross });
  return { instrument: instrument.id, volatility: strip.value, volume, vwap: vwap.at(-1) ?? NaN };
}

/** The rows as columns with their times. */
function columnsOf({ start, length, high, low, close, volume }: MinuteGrid) {
  const openTime = Float64Array.from({ length }, (_, row) => start + row * MINUTE);
  return { openTime, high, low, close, volume };
}

/** End of the newest bar, epoch ms; NaN when there is none. */
function lastBarEnd(grid: MinuteGrid): number {
  for (let row = grid.length - 1; row >= 0; row--) {
    if (hasBar(grid.status[row])) return grid.start + (row + 1) * MINUTE;
  }
  return NaN;
}
