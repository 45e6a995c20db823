import type { MinuteLedger } from "../bars/minute_ledger.ts";
import { alwaysOpen, type TradingCalendar } from "../calendar/calendar.ts";
import type { Estimate } from "../model/evidence.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import {
  type CorrelatedTimeframe,
  correlatedTimeframe,
  stepOf,
  type Timeframe,
  windowOf,
} from "../model/timeframe.ts";
import { CorrelationTracker, rollingMethod } from "../sync/correlation_tracker.ts";
import { correlateAllDays, correlateDays, newestOfDays } from "../sync/day_correlation.ts";
import { estimateOf } from "../sync/estimate_of.ts";
import {
  commonSlots,
  correlate,
  correlateAll,
  type CorrelationSeries,
} from "../sync/pair_correlation.ts";

/** Two instruments whose co-movement is followed. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** `BTCUSDT/ES`. */
  readonly name: string;
}

/**
 * The pairs of a market. By default every pair of what is traded: crypto first, then futures, each in configuration
 * order; an index is in none.
 *
 * @param names exactly these pairs, such as `BTCUSDT/ES`, of whatever kind; those whose instruments are not followed
 * are left out. @default every pair of what is traded
 * @throws {RangeError} for a name that is no pair.
 */
export function pairsOf(
  instruments: readonly Instrument[],
  names: readonly string[] | null = null,
): Pair[] {
  if (names !== null) {
    const isThere = (id: string) => instruments.some((instrument) => instrument.id === id);
    return [...new Set(names)].map(pairNamed).filter(({ a, b }) => isThere(a) && isThere(b));
  }
  const ordered = [
    ...instruments.filter((i) => i.kind === "crypto"),
    ...instruments.filter((i) => i.kind === "future"),
  ];
  return ordered.flatMap((a, i) =>
    ordered.slice(i + 1).map((b) => ({ a: a.id, b: b.id, name: `${a.id}/${b.id}` }))
  );
}

function pairNamed(name: string): Pair {
  const [a, b, ...rest] = name.split("/");
  if (!a || !b || rest.length > 0 || a === b) {
    throw new RangeError(`a pair must be named as BTCUSDT/ES is, of two instruments, got ${name}`);
  }
  return { a, b, name };
}

/** Which correlations to look at; everything may be left out. */
export interface CorrelationQuery {
  /**
   * Bar length; unless a window is given `4h` has one of 42, a week, and `1d` one of 20. Bars of `1d` are sessions of
   * the pair's future, else days of UTC. @default "1m"
   */
  readonly timeframe?: CorrelatedTimeframe;
  /** Returns in the window, 4 or more, or `"all"` for everything covered. @default as configured */
  readonly window?: number | "all";
  /** Fewest pairs of returns for a value. @default half the window, at least 20, at most all of it */
  readonly minPeriods?: number;
  /** Only this pair, e.g. `"BTCUSDT/ES"`. @default every pair */
  readonly pair?: string;
}

/** Which rolling correlation to look at over time. */
export interface CorrelationSeriesQuery extends Omit<CorrelationQuery, "window" | "pair"> {
  /** E.g. `"BTCUSDT/ES"`. */
  readonly pair: string;
  /** Returns in the window, 4 or more. @default as configured */
  readonly window?: number;
  /** Only slots that open at or after this time, epoch ms UTC. @default the first one both have */
  readonly from?: number;
}

/** Correlation of one pair over one window, with its evidence. */
export interface PairCorrelation {
  readonly pair: string;
  readonly timeframe: CorrelatedTimeframe;
  readonly window: number | "all";
  readonly estimate: Estimate;
}

export interface CorrelationBoardOptions {
  readonly pairs: readonly Pair[];
  readonly ledgers: ReadonlyMap<string, MinuteLedger>;
  readonly timeframes: readonly Timeframe[];
  readonly windows: Readonly<Record<Timeframe, number>>;
  readonly source: Source;
  /** What an instrument's data is now: a feed may have been lowered to `delayed`. */
  readonly sourceOf?: (instrument: string) => Source;
  /** When an instrument trades: cuts the days of `1d`. @default always */
  readonly calendarOf?: (instrument: string) => TradingCalendar;
}

interface LivePair {
  readonly pair: Pair;
  /** One a timeframe. */
  readonly trackers: readonly CorrelationTracker[];
}

/**
 * Every pair at every timeframe: the configured windows are kept up to date minute by minute, any other
 * window is computed when asked for.
 */
export class CorrelationBoard {
  readonly #options: CorrelationBoardOptions;
  #live: readonly LivePair[] = [];
  /** End of the newest minute that has passed. */
  #passedTo = -Infinity;

  constructor(options: CorrelationBoardOptions) {
    this.#options = options;
    this.setPairs(options.pairs);
  }

  /** Pairs followed now. */
  get pairs(): readonly Pair[] {
    return this.#live.map(({ pair }) => pair);
  }

  /** Follows these pairs from now on; those that stay keep their state. */
  setPairs(pairs: readonly Pair[]): void {
    const { timeframes, windows, source } = this.#options;
    this.#live = pairs.map((pair) =>
      this.#live.find((each) => each.pair.name === pair.name) ?? {
        pair,
        trackers: timeframes.map((timeframe) =>
          new CorrelationTracker({ timeframe, window: windows[timeframe], source })
        ),
      }
    );
  }

  /** Takes in the minute that opened then, and gives every pair at every timeframe. */
  minutePassed(openTime: number): PairCorrelation[] {
    this.#passedTo = openTime + MINUTE;
    return this.newest();
  }

  /** Every pair at every timeframe, as of the newest minute that has passed. */
  newest(): PairCorrelation[] {
    return this.#live.flatMap(({ pair, trackers }) =>
      trackers.map((tracker) => this.#row(pair, tracker))
    );
  }

  /**
   * Every pair at every timeframe as of each of these minutes, by the bars of now. The work is that of the time they
   * span and one window before, not of their number.
   *
   * @param openTimes ascending, epoch ms UTC.
   */
  asOf(openTimes: readonly number[]): PairCorrelation[][] {
    const first = openTimes[0], last = openTimes.at(-1);
    if (first === undefined || last === undefined) return [];
    const columns = this.#live.flatMap(({ pair, trackers }) =>
      trackers.map((tracker) => this.#columnAt(pair, tracker, openTimes, first, last))
    );
    return openTimes.map((_, i) => columns.map((column) => column[i]!));
  }

  /** A minute of the instrument was entered, revised, or found to be absent. */
  changed(instrument: string, openTime: number): void {
    for (const { pair, trackers } of this.#live) {
      if (pair.a !== instrument && pair.b !== instrument) continue;
      for (const tracker of trackers) tracker.invalidate(openTime);
    }
  }

  /** @throws {RangeError} for an unknown pair, or a window or minPeriods out of range. */
  query(query: CorrelationQuery): PairCorrelation[] {
    const { pair: name } = query;
    const timeframe = correlatedTimeframe(query.timeframe ?? "1m");
    const { windows } = this.#options;
    const asked = name === undefined ? this.pairs : [this.#pair(name)];
    const window = query.window ?? windowOf(windows, timeframe);
    if (window !== "all" && !(Number.isInteger(window) && window >= 4)) {
      throw new RangeError(`window must be a whole number of 4 or more, or "all", got ${window}`);
    }
    return asked.map((pair) => this.#ask(pair, timeframe, window, query.minPeriods));
  }

  /** @throws {RangeError} for an unknown pair, or a window or minPeriods out of range. */
  series(query: CorrelationSeriesQuery): CorrelationSeries {
    const { pair: name, minPeriods, from = -Infinity } = query;
    const timeframe = correlatedTimeframe(query.timeframe ?? "1m");
    const pair = this.#pair(name);
    const window = query.window ?? windowOf(this.#options.windows, timeframe);
    if (!(Number.isInteger(window) && window >= 4)) {
      throw new RangeError(`window must be a whole number of 4 or more, got ${window}`);
    }
    const [a, b] = this.#grids(pair);
    if (timeframe === "1d") {
      return correlateDays(a, b, { window, minPeriods, from, ...this.#daysOf(pair) });
    }
    const least = minPeriods === undefined ? {} : { minPeriods };
    return correlate(a, b, { timeframe, window, from, to: this.#to(pair), ...least });
  }

  #pair(name: string): Pair {
    const found = this.pairs.find((pair) => pair.name === name);
    if (found !== undefined) return found;
    const known = this.pairs.map((pair) => pair.name).join(", ") || "none";
    throw new RangeError(`pair must be one of ${known}, got ${name}`);
  }

  #ask(
    pair: Pair,
    timeframe: CorrelatedTimeframe,
    window: number | "all",
    minPeriods: number | undefined,
  ): PairCorrelation {
    const { source } = this.#options;
    if (timeframe === "1d") {
      const [a, b] = this.#grids(pair);
      const days = { source, minPeriods, ...this.#daysOf(pair) };
      const estimate = window === "all"
        ? correlateAllDays(a, b, days)
        : newestOfDays(a, b, { ...days, window });
      return { pair: pair.name, timeframe, window, estimate: this.#labelled(pair, estimate) };
    }
    const least = minPeriods === undefined ? {} : { minPeriods };
    if (window === "all") {
      const [a, b] = this.#grids(pair);
      const estimate = correlateAll(a, b, { timeframe, source, to: this.#to(pair), ...least });
      return { pair: pair.name, timeframe, window, estimate: this.#labelled(pair, estimate) };
    }
    const live = this.#live.find((entry) => entry.pair === pair)?.trackers
      .find((tracker) => tracker.timeframe === timeframe);
    const isKept = live !== undefined && live.window === window && minPeriods === undefined;
    const tracker = isKept ? live : new CorrelationTracker({ timeframe, window, source, ...least });
    return this.#row(pair, tracker);
  }

  #row(pair: Pair, tracker: CorrelationTracker): PairCorrelation {
    const [a, b] = this.#grids(pair);
    tracker.update(a, b, this.#to(pair));
    const { timeframe, window } = tracker;
    return { pair: pair.name, timeframe, window, estimate: this.#labelled(pair, tracker.latest()) };
  }

  /** One estimate a minute. @param first the earliest of the minutes. @param last the newest. */
  #columnAt(
    pair: Pair,
    { timeframe, window, minPeriods }: CorrelationTracker,
    openTimes: readonly number[],
    first: number,
    last: number,
  ): PairCorrelation[] {
    const [a, b] = this.#grids(pair);
    const stepMs = stepOf(timeframe);
    // The last slot that has ended when the minute has.
    const slotOf = (openTime: number) => floorTo(openTime + MINUTE, stepMs) - stepMs;
    const to = last + MINUTE;
    const series = correlate(a, b, { timeframe, window, minPeriods, from: slotOf(first), to });
    const { start } = commonSlots(a, b, stepMs, to);
    const method = rollingMethod(timeframe, window);
    return openTimes.map((openTime) => {
      const row = Math.min((slotOf(openTime) - series.openTime[0]!) / stepMs, series.length - 1);
      const end = (series.openTime[row] ?? NaN) + stepMs;
      const estimate = estimateOf({
        r: series.r[row] ?? NaN,
        n: series.n[row] ?? 0,
        nEff: series.nEff[row] ?? NaN,
        expected: series.expected[row] ?? 0,
        needed: series.minPeriods,
        from: Math.max(start, end - window * stepMs),
        to: end,
        method,
        source: this.#options.source,
      });
      return { pair: pair.name, timeframe, window, estimate: this.#labelled(pair, estimate) };
    });
  }

  /** What cuts the days of a pair, and up to when. */
  #daysOf(pair: Pair) {
    const { calendarOf = () => alwaysOpen } = this.#options;
    return { calendars: [calendarOf(pair.a), calendarOf(pair.b)] as const, to: this.#to(pair) };
  }

  /** A pair is as good as its lesser side. */
  #labelled(pair: Pair, estimate: Estimate): Estimate {
    const { source, sourceOf = () => source } = this.#options;
    const lesser = [pair.a, pair.b].map(sourceOf).find((side) => side !== source);
    return lesser === undefined ? estimate : { ...estimate, source: lesser };
  }

  /** Up to the newest minute that has passed; before the first, up to what both have settled. */
  #to(pair: Pair): number {
    if (this.#passedTo > -Infinity) return this.#passedTo;
    const [a, b] = [pair.a, pair.b].map((id) => this.#ledger(id).settledTo);
    return Math.min(a!, b!);
  }

  #grids({ a, b }: Pair) {
    return [this.#ledger(a).grid, this.#ledger(b).grid] as const;
  }

  #ledger(instrument: string): MinuteLedger {
    const ledger = this.#options.ledgers.get(instrument);
    if (ledger === undefined) throw new Error(`${instrument} has no ledger`);
    return ledger;
  }
}
