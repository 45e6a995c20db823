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
import { RecentReturns } from "../sync/recent_returns.ts";
import { SharedReturns } from "../sync/shared_returns.ts";
import { BoardReading } from "./board_reading.ts";
import type { Stop } from "./stopped_venues.ts";

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
  /** Since when its venue is stopped, and why: nothing is known of its pairs from then on. @default none is */
  readonly stopOf?: (instrument: string) => Stop | undefined;
  /** When an instrument trades: cuts the days of `1d`. @default always */
  readonly calendarOf?: (instrument: string) => TradingCalendar;
}

/** A pair at one timeframe, and its newest row while nothing has changed it. */
interface LiveRow {
  readonly tracker: CorrelationTracker;
  row: PairCorrelation | undefined;
}

/** Rows, and the state of the board that they are of. */
interface Answer {
  readonly state: string;
  readonly rows: readonly PairCorrelation[];
}

/** What the newest rows of a pair are read from. */
interface PairSides {
  /** Returns of each side, one a timeframe. */
  readonly a: readonly RecentReturns[];
  readonly b: readonly RecentReturns[];
  /** End of the newest minute that counts. */
  readonly to: number;
  /** Of the lesser side. */
  readonly source: Source;
  readonly stop: Stop | undefined;
}

interface LivePair {
  readonly pair: Pair;
  /** One a timeframe. */
  readonly rows: readonly LiveRow[];
}

/**
 * Every pair at every timeframe: the configured windows are kept up to date minute by minute, any other
 * window is computed when asked for.
 *
 * What a minute costs is one return an instrument and timeframe, which all of its pairs read, and one push a pair.
 */
export class CorrelationBoard {
  readonly #options: CorrelationBoardOptions;
  /** By name, in order. */
  #live: ReadonlyMap<string, LivePair> = new Map();
  #pairs: readonly Pair[] = [];
  #liveOf: ReadonlyMap<string, readonly LivePair[]> = new Map();
  #returns: ReadonlyMap<string, readonly RecentReturns[]> = new Map();
  /** End of the newest minute that has passed. */
  #passedTo = -Infinity;
  /** Counts what may have changed a row. */
  #changes = 0;
  /** All pairs at a timeframe and its configured window, as they were last asked for. */
  readonly #answers = new Map<CorrelatedTimeframe, Answer>();

  constructor(options: CorrelationBoardOptions) {
    this.#options = options;
    this.setPairs(options.pairs);
  }

  /** Pairs followed now. */
  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  /** Follows these pairs from now on; those that stay keep their state. */
  setPairs(pairs: readonly Pair[]): void {
    this.#changes++;
    const { timeframes, windows, source } = this.#options;
    const methods = new Map(timeframes.map((timeframe) => [
      timeframe,
      rollingMethod(timeframe, windows[timeframe]),
    ]));
    const newTracker = (timeframe: Timeframe) =>
      new CorrelationTracker({
        timeframe,
        window: windows[timeframe],
        source,
        method: methods.get(timeframe)!,
      });
    const before = this.#live;
    this.#live = new Map(pairs.map((pair) => {
      const live = before.get(pair.name) ?? {
        pair,
        rows: timeframes.map((timeframe): LiveRow => {
          return { tracker: newTracker(timeframe), row: undefined };
        }),
      };
      return [pair.name, live];
    }));
    const all = [...this.#live.values()];
    this.#pairs = all.map(({ pair }) => pair);
    const sides = all.flatMap((live) => [live.pair.a, live.pair.b].map((id) => ({ id, live })));
    const bySide = Map.groupBy(sides, ({ id }) => id);
    this.#liveOf = new Map([...bySide].map(([id, found]) => [id, found.map(({ live }) => live)]));
    const returns = this.#returns;
    const newReturns = (timeframe: Timeframe) => new RecentReturns(timeframe, windows[timeframe]);
    this.#returns = new Map(
      [...bySide.keys()].map((id) => [id, returns.get(id) ?? timeframes.map(newReturns)]),
    );
  }

  /** Takes in the minute that opened then, and gives every pair at every timeframe. */
  minutePassed(openTime: number): PairCorrelation[] {
    this.#passedTo = openTime + MINUTE;
    this.#changes++;
    return this.newest();
  }

  /** Every pair at every timeframe, as of the newest minute that has passed. */
  newest(): PairCorrelation[] {
    const reading = this.#reading();
    const newest: PairCorrelation[] = [];
    for (const live of this.#live.values()) {
      const sides = this.#sidesOf(live.pair, reading);
      for (let at = 0; at < live.rows.length; at++) newest.push(this.#liveRow(live, at, sides));
    }
    return newest;
  }

  /**
   * Every pair at every timeframe as of each of these minutes, by the bars of now. The work is that of the time they
   * span and one window before, not of their number.
   *
   * @param openTimes ascending, epoch ms UTC.
   */
  asOf(openTimes: readonly number[]): PairCorrelation[][] {
    const first = openTimes[0];
    if (first === undefined) return [];
    const { timeframes, windows } = this.#options;
    const reading = this.#reading();
    const shared = timeframes.map((timeframe) => {
      const stepMs = stepOf(timeframe);
      return new SharedReturns(
        timeframe,
        slotOf(first, stepMs) - (windows[timeframe] - 1) * stepMs,
      );
    });
    const columns = [...this.#live.values()].flatMap(({ pair, rows }) =>
      rows.map(({ tracker }, at) =>
        this.#columnAt(pair, tracker, { openTimes, reading, returns: shared[at]! })
      )
    );
    return openTimes.map((_, i) => columns.map((column) => column[i]!));
  }

  /** Minutes of the instrument that open in `[from, to)` were entered, revised, or found to be absent. */
  changed(instrument: string, from: number, to: number = from + MINUTE): void {
    this.#changes++;
    for (const returns of this.#returns.get(instrument) ?? []) returns.invalidate(from, to);
    for (const { rows } of this.#liveOf.get(instrument) ?? []) {
      for (const { tracker } of rows) tracker.invalidate(from, to);
    }
  }

  /** @throws {RangeError} for an unknown pair, or a window or minPeriods out of range. */
  query(query: CorrelationQuery): PairCorrelation[] {
    const { pair: name } = query;
    const timeframe = correlatedTimeframe(query.timeframe ?? "1m");
    const { windows } = this.#options;
    const asked = name === undefined ? [...this.#live.values()] : [this.#pair(name)];
    const window = query.window ?? windowOf(windows, timeframe);
    if (window !== "all" && !(Number.isInteger(window) && window >= 4)) {
      throw new RangeError(`window must be a whole number of 4 or more, or "all", got ${window}`);
    }
    const reading = this.#reading();
    const { minPeriods } = query;
    const ask = () =>
      asked.map((live) => this.#ask(live, { timeframe, window, minPeriods, reading }));
    const isUsual = name === undefined && query.window === undefined && minPeriods === undefined;
    return isUsual ? this.#answer(timeframe, ask) : ask();
  }

  /** What was answered last, while nothing has changed since that it rests on; else a new answer. */
  #answer(timeframe: CorrelatedTimeframe, ask: () => PairCorrelation[]): PairCorrelation[] {
    const state = this.#state();
    const last = this.#answers.get(timeframe);
    if (last?.state === state) return [...last.rows];
    const rows = ask();
    this.#answers.set(timeframe, { state, rows });
    return [...rows];
  }

  /** Another text whenever a row may have changed. */
  #state(): string {
    const { sourceOf } = this.#options;
    const ids = [...this.#liveOf.keys()];
    const states = ids.map((id) => {
      const { to, settledTo } = this.#ledger(id);
      return `${to} ${settledTo} ${sourceOf?.(id)} ${this.#options.stopOf?.(id)?.since}`;
    });
    return `${this.#changes} ${states.join()}`;
  }

  /** @throws {RangeError} for an unknown pair, or a window or minPeriods out of range. */
  series(query: CorrelationSeriesQuery): CorrelationSeries {
    const { pair: name, minPeriods, from = -Infinity } = query;
    const timeframe = correlatedTimeframe(query.timeframe ?? "1m");
    const { pair } = this.#pair(name);
    const window = query.window ?? windowOf(this.#options.windows, timeframe);
    if (!(Number.isInteger(window) && window >= 4)) {
      throw new RangeError(`window must be a whole number of 4 or more, got ${window}`);
    }
    const [a, b] = this.#grids(pair);
    const stop = this.#stopOf(pair);
    if (timeframe === "1d") {
      const days = { window, minPeriods, from, ...this.#daysOf(pair) };
      return endedBy(stop, correlateDays(a, b, days));
    }
    const least = minPeriods === undefined ? {} : { minPeriods };
    const span = { from, to: this.#to(pair) };
    return endedBy(stop, correlate(a, b, { timeframe, window, ...span, ...least }));
  }

  /** Why nothing is known of a pair now; undefined where something is. */
  #stopOf({ a, b }: Pair): Stop | undefined {
    const { stopOf } = this.#options;
    return stopOf?.(a) ?? stopOf?.(b);
  }

  #pair(name: string): LivePair {
    const found = this.#live.get(name);
    if (found !== undefined) return found;
    const known = this.pairs.map((pair) => pair.name).join(", ") || "none";
    throw new RangeError(`pair must be one of ${known}, got ${name}`);
  }

  #ask(live: LivePair, question: Question): PairCorrelation {
    const { pair } = live;
    const { timeframe, window, minPeriods, reading } = question;
    const { source } = this.#options;
    const a = reading.gridOf(pair.a), b = reading.gridOf(pair.b), to = this.#to(pair);
    const stop = this.#stopOf(pair);
    const rowOf = (estimate: Estimate) => {
      const known = unknownFor(stop, labelled(pair, estimate, reading));
      return { pair: pair.name, timeframe, window, estimate: known };
    };
    if (timeframe === "1d") {
      const days = { source, minPeriods, ...this.#daysOf(pair) };
      return rowOf(
        window === "all" ? correlateAllDays(a, b, days) : newestOfDays(a, b, { ...days, window }),
      );
    }
    const least = minPeriods === undefined ? {} : { minPeriods };
    if (window === "all") {
      const returns = reading.sharedReturns(timeframe);
      return rowOf(correlateAll(a, b, { timeframe, source, to, returns, ...least }));
    }
    const at = live.rows.findIndex(({ tracker }) => tracker.timeframe === timeframe);
    const isKept = live.rows[at]?.tracker.window === window && minPeriods === undefined;
    if (isKept) return this.#liveRow(live, at, this.#sidesOf(pair, reading));
    const tracker = new CorrelationTracker({ timeframe, window, source, ...least });
    const returnsOf = (id: string) => reading.recentReturns(id, timeframe, window);
    tracker.update(returnsOf(pair.a), returnsOf(pair.b), to);
    return rowOf(tracker.latest());
  }

  /** What the rows of a pair are read from, whatever their timeframe. */
  #sidesOf(pair: Pair, reading: BoardReading): PairSides {
    return {
      a: reading.liveReturns(pair.a),
      b: reading.liveReturns(pair.b),
      to: this.#to(pair),
      source: reading.lesserOf(pair.a) ?? reading.lesserOf(pair.b) ?? this.#options.source,
      stop: this.#stopOf(pair),
    };
  }

  #liveRow(live: LivePair, at: number, sides: PairSides): PairCorrelation {
    const row = this.#keptRow(live, at, sides);
    const { stop } = sides;
    return stop === undefined ? row : { ...row, estimate: unknownFor(stop, row.estimate) };
  }

  /** The newest row of a pair at the timeframe of that place; the same object until it changes. */
  #keptRow({ pair, rows }: LivePair, at: number, { a, b, to, source }: PairSides): PairCorrelation {
    const live = rows[at]!, { tracker, row } = live;
    const isNew = tracker.update(a[at]!, b[at]!, to);
    if (!isNew && row !== undefined && row.estimate.source === source) return row;
    const { timeframe, window } = tracker;
    const newest = tracker.latest();
    const estimate = newest.source === source ? newest : { ...newest, source };
    return live.row = { pair: pair.name, timeframe, window, estimate };
  }

  /** One estimate a minute. */
  #columnAt(
    pair: Pair,
    { timeframe, window, minPeriods }: CorrelationTracker,
    { openTimes, reading, returns }: {
      readonly openTimes: readonly number[];
      readonly reading: BoardReading;
      readonly returns: SharedReturns;
    },
  ): PairCorrelation[] {
    const a = reading.gridOf(pair.a), b = reading.gridOf(pair.b);
    const stepMs = stepOf(timeframe);
    const from = slotOf(openTimes[0]!, stepMs), to = openTimes.at(-1)! + MINUTE;
    const series = correlate(a, b, { timeframe, window, minPeriods, from, to, returns });
    const { start } = commonSlots(a, b, stepMs, to);
    const method = rollingMethod(timeframe, window);
    const stop = this.#stopOf(pair);
    return openTimes.map((openTime) => {
      const slot = slotOf(openTime, stepMs);
      const row = Math.min((slot - series.openTime[0]!) / stepMs, series.length - 1);
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
      const known = labelled(pair, estimate, reading);
      const isStopped = stop !== undefined && openTime + MINUTE > stop.since;
      return {
        pair: pair.name,
        timeframe,
        window,
        estimate: isStopped ? unknownFor(stop, known) : known,
      };
    });
  }

  /** What cuts the days of a pair, and up to when. */
  #daysOf(pair: Pair) {
    const { calendarOf = () => alwaysOpen } = this.#options;
    return { calendars: [calendarOf(pair.a), calendarOf(pair.b)] as const, to: this.#to(pair) };
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

  #reading(): BoardReading {
    const { source, sourceOf = () => source } = this.#options;
    return new BoardReading({
      gridOf: (id) => this.#ledger(id).grid,
      lesserOf: (id) => {
        const own = sourceOf(id);
        return own === source ? undefined : own;
      },
      returnsOf: (id) => this.#returns.get(id)!,
    });
  }

  #ledger(instrument: string): MinuteLedger {
    const ledger = this.#options.ledgers.get(instrument);
    if (ledger === undefined) throw new Error(`${instrument} has no ledger`);
    return ledger;
  }
}

/** The last slot that has ended when the minute has. */
function slotOf(openTime: number, stepMs: number): number {
  return floorTo(openTime + MINUTE, stepMs) - stepMs;
}

/** A pair is as good as its lesser side. */
function labelled({ a, b }: Pair, estimate: Estimate, reading: BoardReading): Estimate {
  const lesser = reading.lesserOf(a) ?? reading.lesserOf(b);
  return lesser === undefined ? estimate : { ...estimate, source: lesser };
}

/** An estimate from before a stop is not of now; how many returns there were stays said. */
function unknownFor(stop: Stop | undefined, estimate: Estimate): Estimate {
  if (stop === undefined) return estimate;
  const { n, expected, from, to, method, source } = estimate;
  const needed = estimate.kind === "insufficient" ? estimate.needed : n;
  const { reason } = stop;
  return { kind: "insufficient", needed, reason, n, expected, from, to, method, source };
}

/** A series with nothing in the slots that end after a stop. */
function endedBy(stop: Stop | undefined, series: CorrelationSeries): CorrelationSeries {
  if (stop === undefined) return series;
  const cut = (column: Float64Array) =>
    column.map((value, row) => series.endTime[row]! > stop.since ? NaN : value);
  return { ...series, r: cut(series.r), lo: cut(series.lo), hi: cut(series.hi) };
}

/** What is asked of every pair. */
interface Question {
  readonly timeframe: CorrelatedTimeframe;
  readonly window: number | "all";
  readonly minPeriods: number | undefined;
  readonly reading: BoardReading;
}
