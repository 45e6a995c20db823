import type { MinuteLedger } from "../bars/minute_ledger.ts";
import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import type { Timeframe } from "../model/timeframe.ts";
import { CorrelationTracker } from "../sync/correlation_tracker.ts";
import { correlate, correlateAll, type CorrelationSeries } from "../sync/pair_correlation.ts";
import type { Pair } from "./pairs_of.ts";

/** Which correlations to look at; everything may be left out. */
export interface CorrelationQuery {
  /** Bar length. @default "1m" */
  readonly timeframe?: Timeframe;
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
  readonly timeframe: Timeframe;
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
}

/**
 * Every pair at every timeframe: the configured windows are kept up to date minute by minute, any other
 * window is computed when asked for.
 */
export class CorrelationBoard {
  readonly #options: CorrelationBoardOptions;
  readonly #live: readonly { readonly pair: Pair; readonly tracker: CorrelationTracker }[];
  #toldTo = -Infinity;

  constructor(options: CorrelationBoardOptions) {
    const { pairs, timeframes, windows, source } = options;
    this.#options = options;
    this.#live = pairs.flatMap((pair) =>
      timeframes.map((timeframe) => ({
        pair,
        tracker: new CorrelationTracker({ timeframe, window: windows[timeframe], source }),
      }))
    );
  }

  /** Takes in the minute that opened then, and gives every pair at every timeframe. */
  minutePassed(openTime: number): PairCorrelation[] {
    this.#toldTo = openTime + MINUTE;
    return this.#live.map(({ pair, tracker }) => this.#row(pair, tracker));
  }

  /** A minute of the instrument was entered, revised, or found to be absent. */
  changed(instrument: string, openTime: number): void {
    for (const { pair, tracker } of this.#live) {
      if (pair.a === instrument || pair.b === instrument) tracker.invalidate(openTime);
    }
  }

  /** @throws {RangeError} for an unknown pair, or a window or minPeriods out of range. */
  query(query: CorrelationQuery): PairCorrelation[] {
    const { timeframe = "1m", pair: name } = query;
    const { pairs, windows } = this.#options;
    const asked = name === undefined ? pairs : [this.#pair(name)];
    const window = query.window ?? windows[timeframe];
    if (window !== "all" && !(Number.isInteger(window) && window >= 4)) {
      throw new RangeError(`window must be a whole number of 4 or more, or "all", got ${window}`);
    }
    return asked.map((pair) => this.#ask(pair, timeframe, window, query.minPeriods));
  }

  /** @throws {RangeError} for an unknown pair, or a window or minPeriods out of range. */
  series(query: CorrelationSeriesQuery): CorrelationSeries {
    const { timeframe = "1m", pair: name, minPeriods, from = -Infinity } = query;
    const pair = this.#pair(name);
    const window = query.window ?? this.#options.windows[timeframe];
    if (!(Number.isInteger(window) && window >= 4)) {
      throw new RangeError(`window must be a whole number of 4 or more, got ${window}`);
    }
    const [a, b] = this.#grids(pair);
    const least = minPeriods === undefined ? {} : { minPeriods };
    return correlate(a, b, { timeframe, window, from, to: this.#to(pair), ...least });
  }

  #pair(name: string): Pair {
    const { pairs } = this.#options;
    const found = pairs.find((pair) => pair.name === name);
    if (found !== undefined) return found;
    const known = pairs.map((pair) => pair.name).join(", ");
    throw new RangeError(`pair must be one of ${known}, got ${name}`);
  }

  #ask(
    pair: Pair,
    timeframe: Timeframe,
    window: number | "all",
    minPeriods: number | undefined,
  ): PairCorrelation {
    const { source } = this.#options;
    const least = minPeriods === undefined ? {} : { minPeriods };
    if (window === "all") {
      const [a, b] = this.#grids(pair);
      const estimate = correlateAll(a, b, { timeframe, source, to: this.#to(pair), ...least });
      return { pair: pair.name, timeframe, window, estimate: this.#labelled(pair, estimate) };
    }
    const live = this.#live.find((entry) =>
      entry.pair === pair && entry.tracker.timeframe === timeframe
    )?.tracker;
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

  /** A pair is as good as its lesser side. */
  #labelled(pair: Pair, estimate: Estimate): Estimate {
    const { source, sourceOf = () => source } = this.#options;
    const lesser = [pair.a, pair.b].map(sourceOf).find((side) => side !== source);
    return lesser === undefined ? estimate : { ...estimate, source: lesser };
  }

  /** Up to the newest minute told; before the first, up to what both have settled. */
  #to(pair: Pair): number {
    if (this.#toldTo > -Infinity) return this.#toldTo;
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
