import type { MinuteLedger } from "../bars/minute_ledger.ts";
import { type Bar, sameValues } from "../model/bar.ts";
import type { Instrument } from "../model/instrument.ts";
import { isSettled } from "../model/minute_grid.ts";
import { DAY } from "../model/time.ts";
import { stepOf, type Timeframe } from "../model/timeframe.ts";
import type { CorrelationBoard, PairCorrelation } from "./correlation_board.ts";
import type { InstrumentFreshness } from "./instrument_freshness.ts";
import { measuresAt } from "./market_measures.ts";
import type { MinuteResult } from "./minute_result.ts";
import type { PassedMinute } from "./minute_watch.ts";

export interface MinuteResultsOptions {
  /** Followed now. */
  readonly instruments: () => readonly Instrument[];
  readonly ledgers: ReadonlyMap<string, MinuteLedger>;
  readonly board: CorrelationBoard;
  readonly timeframes: readonly Timeframe[];
  readonly windows: Readonly<Record<Timeframe, number>>;
  readonly freshness: () => readonly InstrumentFreshness[];
  /** False for an instrument whose bars nobody tries to get. @default all are awaited */
  readonly isAwaited?: (instrument: string) => boolean;
  /** Local wall clock, epoch ms UTC. */
  readonly now: () => number;
}

/** What is remembered of a minute that has been made, to see whether it has changed since. */
interface Made {
  readonly revision: number;
  readonly bars: ReadonlyMap<string, Bar>;
  readonly waitingFor: readonly string[];
  /** Followed at the time: one that came later changes nothing of it. */
  readonly instruments: readonly string[];
}

/** Minutes that are made again when they change; a change of an older one shows in the newest alone. */
const REVISED_MINUTES = 240;

/** Makes the {@link MinuteResult} of each minute, and again of those that healed or revised bars have changed. */
export class MinuteResults {
  readonly #options: MinuteResultsOptions;
  /** How far back the newest minute rests on bars, ms. */
  readonly #reachMs: number;
  /** By open time, oldest first. */
  readonly #made = new Map<number, Made>();
  readonly #changed = new Set<number>();
  #latest: MinuteResult | undefined;
  #isLatestChanged = false;
  /** Kept until a bar or an instrument comes in. */
  #previewed: MinuteResult | undefined;
  #previewedFor: readonly Instrument[] = [];

  constructor(options: MinuteResultsOptions) {
    const { timeframes, windows } = options;
    const windowsMs = timeframes.map((timeframe) => (windows[timeframe] + 1) * stepOf(timeframe));
    this.#options = options;
    this.#reachMs = Math.max(DAY, ...windowsMs);
  }

  /**
   * The newest result. Before the first minute has passed it is made of what history has brought, and has not been
   * emitted; undefined while there is no bar.
   */
  get latest(): MinuteResult | undefined {
    if (this.#latest !== undefined) return this.#latest;
    const instruments = this.#options.instruments();
    if (instruments !== this.#previewedFor) this.#previewed = undefined;
    this.#previewedFor = instruments;
    return this.#previewed ??= this.#preview();
  }

  /** A minute of the instrument was entered, revised, or found to be absent. */
  changed(instrument: string, openTime: number): void {
    this.#previewed = undefined;
    const latest = this.#latest?.openTime ?? NaN;
    const isFollowed = this.#made.get(latest)?.instruments.includes(instrument) === true;
    if (!isFollowed || openTime > latest) return;
    if (openTime > latest - this.#reachMs) this.#isLatestChanged = true;
    if (this.#made.get(openTime)?.instruments.includes(instrument)) this.#changed.add(openTime);
  }

  /** The results of minutes that have just passed, in order. */
  passed(minutes: readonly PassedMinute[]): MinuteResult[] {
    const { board } = this.#options;
    const correlations = minutes.map(({ openTime }) => board.minutePassed(openTime));
    const results = this.#make(minutes.map(({ openTime }) => openTime), correlations, () => 0);
    this.#latest = results.at(-1) ?? this.#latest;
    this.#previewed = undefined;
    return results;
  }

  /**
   * The minutes changed since the last call, in order, each with its revision one higher.
   *
   * @param options.isNewestDue whether the newest is made again because minutes before it changed; it need not be
   * when the next one follows at once.
   */
  revised({ isNewestDue }: { readonly isNewestDue: boolean }): MinuteResult[] {
    const latest = this.#latest?.openTime;
    if (latest === undefined || !(this.#isLatestChanged || this.#changed.size > 0)) return [];
    const isAgain = (time: number) => (isNewestDue && time === latest) || this.#differs(time);
    const changed = this.#isLatestChanged ? [...this.#changed, latest] : [...this.#changed];
    const openTimes = [...new Set(changed)].filter(isAgain).sort((a, b) => a - b);
    this.#changed.clear();
    this.#isLatestChanged = false;
    const { board } = this.#options;
    // While history comes in the newest alone is made again and again: what it rests on is kept up to date.
    const isNewestAlone = openTimes.length === 1 && openTimes[0] === latest;
    const correlations = isNewestAlone ? [board.newest()] : board.asOf(openTimes);
    const revisionOf = (openTime: number) => this.#made.get(openTime)!.revision + 1;
    const results = this.#make(openTimes, correlations, revisionOf);
    if (results.at(-1)?.openTime === latest) this.#latest = results.at(-1);
    return results;
  }

  #make(
    openTimes: readonly number[],
    correlations: readonly (readonly PairCorrelation[])[],
    revisionOf: (openTime: number) => number,
  ): MinuteResult[] {
    const { freshness, now, instruments } = this.#options;
    if (openTimes.length === 0) return [];
    const fresh = new Map(freshness().map((each) => [each.instrument, each]));
    const receivedAt = now();
    const measures = this.#measures(openTimes, correlations);
    const followed = instruments().map(({ id }) => id);
    return openTimes.map((openTime, i) => {
      const bars = this.#barsAt(openTime), waitingFor = this.#waitingFor(openTime);
      const revision = revisionOf(openTime);
      this.#remember(openTime, { revision, bars, waitingFor, instruments: followed });
      return {
        openTime,
        revision,
        waitingFor,
        bars,
        freshness: fresh,
        correlations: correlations[i]!,
        measures: measures[i]!,
        receivedAt,
      };
    });
  }

  #measures(openTimes: readonly number[], correlations: readonly (readonly PairCorrelation[])[]) {
    const { instruments, ledgers, board } = this.#options;
    const market = {
      instruments: instruments(),
      pairs: board.pairs,
      minuteGrid: (id: string) => ledgers.get(id)!.grid,
    };
    const rowsAt = new Map(openTimes.map((openTime, i) => {
      const rows = (correlations[i] ?? []).filter(({ timeframe }) => timeframe === "1m");
      return [openTime, new Map(rows.map((row) => [row.pair, row]))];
    }));
    return measuresAt(market, openTimes, (pair, openTime) => {
      const row = rowsAt.get(openTime)!.get(pair) ?? board.query({ pair, timeframe: "1m" })[0];
      return row?.estimate.kind === "ok" ? row.estimate.value : NaN;
    });
  }

  #barsAt(openTime: number): ReadonlyMap<string, Bar> {
    const bars = new Map<string, Bar>();
    for (const { id } of this.#options.instruments()) {
      const bar = this.#options.ledgers.get(id)?.at(openTime);
      if (bar !== undefined) bars.set(id, bar);
    }
    return bars;
  }

  #waitingFor(openTime: number): readonly string[] {
    const { instruments, ledgers, isAwaited = () => true } = this.#options;
    return instruments().map(({ id }) => id)
      .filter((id) => !isSettled(ledgers.get(id)?.statusAt(openTime)) && isAwaited(id));
  }

  #remember(openTime: number, made: Made): void {
    this.#made.set(openTime, made);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= REVISED_MINUTES) break;
      this.#made.delete(oldest);
    }
  }

  #differs(openTime: number): boolean {
    const made = this.#made.get(openTime);
    if (made === undefined) return false;
    const bars = this.#barsAt(openTime);
    const isSame = (id: string) => {
      const before = made.bars.get(id), now = bars.get(id);
      return before === undefined || now === undefined
        ? before === now
        : before.revision === now.revision && sameValues(before, now);
    };
    return !made.instruments.every(isSame) ||
      made.waitingFor.join() !== this.#waitingFor(openTime).join();
  }

  #preview(): MinuteResult | undefined {
    const { instruments, ledgers, board, freshness, now } = this.#options;
    const newest = instruments().map(({ id }) => ledgers.get(id)?.last?.openTime ?? -Infinity);
    const openTime = Math.max(...newest);
    if (openTime === -Infinity) return undefined;
    const correlations = board.newest();
    return {
      openTime,
      revision: 0,
      waitingFor: this.#waitingFor(openTime),
      bars: this.#barsAt(openTime),
      freshness: new Map(freshness().map((each) => [each.instrument, each])),
      correlations,
      measures: this.#measures([openTime], [correlations])[0]!,
      receivedAt: now(),
    };
  }
}
