import type { TradingCalendar } from "../calendar/calendar.ts";
import { SessionClock } from "../calendar/market_sessions.ts";
import { assetsOf, type Instrument } from "../model/instrument.ts";
import { hasBar, type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { DAY, floorTo, type Interval, MINUTE } from "../model/time.ts";
import { changesOver, divergenceAt } from "../sync/divergence.ts";
import {
  DIVERGENCE_MINUTES,
  type DivergenceReading,
  readDivergence,
} from "../sync/divergence_reading.ts";
import { type VolatilityRatio, VolatilityStrip } from "../sync/realized_volatility.ts";
import { relativeVolume } from "../sync/relative_volume.ts";
import { returnsOf } from "../sync/returns.ts";
import { type VolumeBadge, volumeBadge } from "../sync/volume_badge.ts";
import { SessionVwap } from "../sync/vwap.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { CorrelationQuery, Pair, PairCorrelation } from "./correlation_board.ts";

/** A minute of some instruments, measured against their recent past. */
export interface MarketMeasures {
  /** Open time of the minute up to which is measured, epoch ms UTC; NaN when there is none. */
  readonly openTime: number;
  readonly instruments: readonly InstrumentMeasures[];
  readonly divergences: readonly PairDivergence[];
}

/** One instrument, measured at its newest bar. */
export interface InstrumentMeasures {
  readonly instrument: string;
  /** Open time of that bar, epoch ms UTC: earlier than the minute asked for where that has none; NaN without any. */
  readonly openTime: number;
  /** Its close. */
  readonly close: number;
  /** Change over the minute before, per cent; NaN across a gap, a session edge or a roll. */
  readonly changePercent: number;
  /** Realized volatility of the last 15 and 60 minutes, annualised: 0.6 is 60 %. */
  readonly volatility: VolatilityRatio;
  /** The minute's volume against its mean over 20. */
  readonly volume: VolumeBadge;
  /** Volume-weighted average price since the session began; NaN outside it. */
  readonly vwap: number;
  /** How far the close is above it, per cent. */
  readonly vwapDistancePercent: number;
}

/** The divergence of a pair at the newest minute that both have. */
export interface PairDivergence {
  readonly pair: string;
  /** Open time of that minute, epoch ms UTC; NaN without any. */
  readonly openTime: number;
  readonly reading: DivergenceReading;
}

/** What is measured. */
export interface MeasuredMarket {
  readonly instruments: readonly Instrument[];
  readonly pairs: readonly Pair[];
  minuteGrid(instrument: string): MinuteGrid;
}

/** Over how long a divergence builds up, from how many minutes its usual size is taken, and fewest of them. */
const DIVERGENCE = { horizon: DIVERGENCE_MINUTES, window: 60, minPeriods: 30 };
/** Returns before a minute that its volatility and divergence rest on, with room for the horizon. */
const RETURN_MINUTES = 60 + 2 * DIVERGENCE_MINUTES + 1;
/** Bars in the mean volume. */
const VOLUME_BARS = 20;
/** Longest part of a session that its VWAP looks back on. */
const VWAP_MS = DAY;

const NEW_YORK = new SessionClock("us");

/**
 * Volatility, relative volume and divergence of a market's newest minute that all instruments have. Nothing is
 * carried over a gap: what a missing minute leaves unknown is NaN or grey. Changes that diverge are taken over five
 * minutes.
 *
 * @param instruments which of the market's. @default all
 */
export function measuresOf(
  market: MeasuredMarket & { correlation(query: CorrelationQuery): readonly PairCorrelation[] },
  instruments: readonly string[] = market.instruments.map((instrument) => instrument.id),
): MarketMeasures {
  const isAsked = (id: string) => instruments.includes(id);
  const newest = Math.min(...instruments.map((id) => lastBarTime(market.minuteGrid(id))));
  const asked: MeasuredMarket = {
    instruments: market.instruments.filter(({ id }) => isAsked(id)),
    pairs: market.pairs.filter(({ a, b }) => isAsked(a) && isAsked(b)),
    minuteGrid: (id) => market.minuteGrid(id),
  };
  return measuresAt(asked, [Number.isFinite(newest) ? newest : NaN], (pair) => {
    const { estimate } = market.correlation({ pair, timeframe: "1m" })[0]!;
    return estimate.kind === "ok" ? estimate.value : NaN;
  })[0]!;
}

/**
 * The measures as of each of these minutes, by what was before each alone. The work is that of the time they span
 * and the past they rest on, not of their number.
 *
 * @param openTimes ascending, epoch ms UTC.
 * @param correlationAt the 1m correlation of a pair as of a minute, which arms its divergence; NaN while unknown.
 */
export function measuresAt(
  market: MeasuredMarket,
  openTimes: readonly number[],
  correlationAt: (pair: string, openTime: number) => number,
): MarketMeasures[] {
  const returns = new ReturnColumns(market);
  const instruments = market.instruments.map((instrument) =>
    measureInstrument(instrument, market.minuteGrid(instrument.id), openTimes, returns)
  );
  const sides = new Map(market.instruments.map((instrument) => [
    instrument.id,
    // The quote currency says nothing here: `BTC` for `BTCUSDT`.
    { grid: market.minuteGrid(instrument.id), base: assetsOf(instrument).base },
  ]));
  const hours = new Map<number, boolean>();
  const isRegularHours = (time: number) => {
    if (!hours.has(time)) hours.set(time, NEW_YORK.isOpen(time));
    return hours.get(time)!;
  };
  const divergences = market.pairs.map((pair) =>
    measurePair(pair, {
      a: sides.get(pair.a)!,
      b: sides.get(pair.b)!,
      openTimes,
      returns,
      correlationAt,
      isRegularHours,
    })
  );
  return openTimes.map((openTime, i) => ({
    openTime,
    instruments: instruments.map((each) => each[i]!),
    divergences: divergences.map((each) => each[i]!),
  }));
}

/** One-minute log returns of a stretch; those asked for by several measures are computed once. */
class ReturnColumns {
  readonly #market: MeasuredMarket;
  readonly #known = new Map<string, Float64Array>();
  readonly #changes = new Map<string, Float64Array>();

  constructor(market: MeasuredMarket) {
    this.#market = market;
  }

  /** The return of each minute from `from` to `to`, both open times, inclusive. */
  between(id: string, from: number, to: number): Float64Array {
    const key = `${id} ${from} ${to}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // The first minute's return starts from the minute before.
    const grid = minutesWithin(this.#market.minuteGrid(id), from - MINUTE, to + MINUTE);
    const { start, value } = returnsOf(grid, "1m");
    const change = new Float64Array(Math.max(0, (to - from) / MINUTE + 1)).fill(NaN);
    const skipped = (from - start) / MINUTE;
    for (let i = Math.max(0, -skipped); i < change.length; i++) {
      change[i] = value[skipped + i] ?? NaN;
    }
    this.#known.set(key, change);
    return change;
  }

  /** The change over the horizon at each of the same minutes, per cent. */
  changes(id: string, from: number, to: number): Float64Array {
    const key = `${id} ${from} ${to}`;
    const known = this.#changes.get(key) ??
      changesOver(this.between(id, from, to), DIVERGENCE_MINUTES);
    this.#changes.set(key, known);
    return known;
  }
}

function measureInstrument(
  instrument: Instrument,
  grid: MinuteGrid,
  openTimes: readonly number[],
  returns: ReturnColumns,
): InstrumentMeasures[] {
  const { id } = instrument;
  const times = openTimes.map((openTime) =>
    newestTime(openTime, (time) => isBarAt(grid, time), grid)
  );
  const known = times.filter((time) => !Number.isNaN(time));
  const first = known[0], last = known.at(-1);
  if (first === undefined || last === undefined) return times.map(() => unmeasured(id));
  const wanted = new Set(known);
  const from = first - RETURN_MINUTES * MINUTE;
  const change = returns.between(id, from, last);
  const volatility = volatilityOf(change, from, wanted);
  const volumeFrom = Math.max(grid.start, first - (VOLUME_BARS - 1) * MINUTE);
  const ratio = relativeVolume(minutesWithin(grid, volumeFrom, last + MINUTE).volume, {
    window: VOLUME_BARS,
  });
  const vwaps = vwapsAt(grid, calendarOf(instrument), wanted, { from: first, to: last });
  return times.map((time) => {
    if (Number.isNaN(time)) return unmeasured(id);
    const close = closeAt(grid, time);
    const { vwap, previous } = vwaps.get(time)!;
    const cross = previous === undefined ? {} : {
      cross: {
        close,
        vwap,
        previousClose: closeAt(grid, time - MINUTE),
        previousVwap: previous,
      },
    };
    return {
      instrument: id,
      openTime: time,
      close,
      changePercent: 100 * Math.expm1(change[(time - from) / MINUTE]!),
      volatility: volatility.get(time)!,
      volume: volumeBadge(ratio[(time - volumeFrom) / MINUTE] ?? NaN, cross),
      vwap,
      vwapDistancePercent: 100 * (close - vwap) / vwap,
    };
  });
}

function unmeasured(instrument: string): InstrumentMeasures {
  return {
    instrument,
    openTime: NaN,
    close: NaN,
    changePercent: NaN,
    volatility: new VolatilityStrip().value,
    volume: volumeBadge(NaN),
    vwap: NaN,
    vwapDistancePercent: NaN,
  };
}

/** The strip at each minute wanted. @param from open time of the first return. */
function volatilityOf(
  change: Float64Array,
  from: number,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, VolatilityRatio> {
  const strip = new VolatilityStrip();
  const found = new Map<number, VolatilityRatio>();
  change.forEach((value, i) => {
    strip.push(value);
    const time = from + i * MINUTE;
    if (wanted.has(time)) found.set(time, strip.value);
  });
  return found;
}

interface Vwaps {
  readonly vwap: number;
  /** Of the minute before, where it is of the same session. */
  readonly previous: number | undefined;
}

/** VWAP since the session began, at each minute wanted. A bar counts at its typical price. */
function vwapsAt(
  grid: MinuteGrid,
  calendar: TradingCalendar,
  wanted: ReadonlySet<number>,
  { from: first, to: last }: Interval,
): ReadonlyMap<number, Vwaps> {
  const began = sessionStart(calendar, first);
  const from = Math.max(grid.start, first - VWAP_MS, Number.isNaN(began) ? first : began);
  const { start, length, high, low, close, volume } = minutesWithin(grid, from, last + MINUTE);
  const running = new SessionVwap(calendar);
  const found = new Map<number, Vwaps>();
  for (let row = 0; row < length; row++) {
    const time = start + row * MINUTE;
    const isWanted = wanted.has(time);
    const isSameSession = isWanted && row > 0 && time - MINUTE >= sessionStart(calendar, time);
    const previous = isSameSession ? running.value : undefined;
    running.push(time, (high[row]! + low[row]! + close[row]!) / 3, volume[row]!, true);
    if (isWanted) found.set(time, { vwap: running.value, previous });
  }
  return found;
}

/** Where the session that holds a time began; one without end begins at midnight UTC; NaN outside. */
function sessionStart(calendar: TradingCalendar, time: number): number {
  const from = calendar.sessionOf(time)?.from ?? NaN;
  return from === -Infinity ? floorTo(time, DAY) : from;
}

/** One side of a pair. */
interface PairSide {
  readonly grid: MinuteGrid;
  /** `BTC` for `BTCUSDT`. */
  readonly base: string;
}

function measurePair(
  { a, b, name }: Pair,
  minutes: {
    readonly a: PairSide;
    readonly b: PairSide;
    readonly openTimes: readonly number[];
    readonly returns: ReturnColumns;
    readonly correlationAt: (pair: string, openTime: number) => number;
    readonly isRegularHours: (time: number) => boolean;
  },
): PairDivergence[] {
  const { openTimes, returns } = minutes;
  const gridA = minutes.a.grid, gridB = minutes.b.grid;
  const hasBoth = (time: number) => isBarAt(gridA, time) && isBarAt(gridB, time);
  const times = openTimes.map((openTime) => newestTime(openTime, hasBoth, gridA));
  const known = times.filter((time) => !Number.isNaN(time));
  const from = (known[0] ?? NaN) - RETURN_MINUTES * MINUTE, last = known.at(-1) ?? NaN;
  const scoreAt = (time: number) => {
    if (Number.isNaN(time)) return NaN;
    const ofA = returns.changes(a, from, last), ofB = returns.changes(b, from, last);
    return divergenceAt(ofA, ofB, (time - from) / MINUTE, DIVERGENCE);
  };
  return times.map((openTime, i) => ({
    pair: name,
    openTime,
    reading: readDivergence(scoreAt(openTime), {
      a: minutes.a.base,
      b: minutes.b.base,
      correlation: minutes.correlationAt(name, openTimes[i]!),
      isRegularHours: minutes.isRegularHours(openTime),
    }),
  }));
}

/** The newest minute up to `openTime` for which `isThere` holds; NaN when there is none in the grid. */
function newestTime(
  openTime: number,
  isThere: (time: number) => boolean,
  { start, length }: MinuteGrid,
): number {
  const last = start + (length - 1) * MINUTE;
  for (let time = Math.min(openTime, last); time >= start; time -= MINUTE) {
    if (isThere(time)) return time;
  }
  return NaN;
}

function isBarAt(grid: MinuteGrid, time: number): boolean {
  return hasBar(grid.status[(time - grid.start) / MINUTE]);
}

function closeAt(grid: MinuteGrid, time: number): number {
  return grid.close[(time - grid.start) / MINUTE] ?? NaN;
}

/** Open time of the newest bar, epoch ms; NaN when there is none. */
function lastBarTime(grid: MinuteGrid): number {
  return newestTime(Infinity, (time) => isBarAt(grid, time), grid);
}
