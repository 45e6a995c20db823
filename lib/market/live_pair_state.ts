import type { Bar } from "../model/bar.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { ceilTo, floorTo, MINUTE, SECOND } from "../model/time.ts";
import { stepOf } from "../model/timeframe.ts";
import { PAIR_FITS } from "../pairs/pair_fits.ts";
import type { PairSettings } from "../pairs/pair_settings.ts";
import { pairBarAt, type PairColumns, type PairReading, PairState } from "../pairs/pair_state.ts";
import { type PairTests, pairTestSteps, testedRows } from "../pairs/pair_tests.ts";
import type { AfterTurn } from "../runtime/after_turn.ts";
import type { Clock } from "../runtime/clock.ts";
import { type PairRows, pairRows, pairSeconds } from "../sync/pair_rows.ts";
import type { BarsQuery } from "./frame.ts";
import type { MarketEvent } from "./market_event.ts";

/** What a live pair reads of its market. */
export interface PairMarket {
  readonly latest: { readonly openTime: number } | undefined;
  readonly venueTime: number;
  minuteGrid(instrument: string): MinuteGrid;
  bars(instrument: string, query: BarsQuery): Bar[];
}

export interface LivePairStateOptions {
  readonly market: PairMarket;
  readonly y: string;
  readonly x: string;
  readonly settings: PairSettings;
  readonly clock: Pick<Clock, "monotonic">;
  readonly afterTurn: AfterTurn;
  /** Called when rows were added or made again, and when tests were. */
  readonly onChange: () => void;
  /** Called with what goes wrong in tests that nobody waits for. */
  readonly onFault: (error: unknown) => void;
}

/** Longest stretch of work before other work may pass in between, ms. */
const SLICE_MS = 15;
/** A second is taken this long after its end: its last trade may be on its way. */
const SECOND_GRACE_MS = 2 * SECOND;

/**
 * The state of one pair in a market: its rows as they are now, taken in once each and made again from the first that a
 * heal or a revision changed. Long work is done in slices.
 */
export class LivePairState {
  readonly settings: PairSettings;
  readonly #options: LivePairStateOptions;
  readonly #stepMs: number;
  #state: PairState;
  /** First row that changed since the last update. */
  #changedFrom = Infinity;
  /** End of what may be taken in, epoch ms. */
  #passedTo = -Infinity;
  /** Newest second with a trade, by instrument. */
  readonly #seconds = new Map<string, number>();
  #reading: PairReading | undefined;
  #revision = 0;
  #isUpdating = false;
  #isOver = false;
  #tests: PairTests | undefined;
  #testing: Promise<PairTests> | undefined;
  /** End of the newest row when the tests were last begun. */
  #testedTo = -Infinity;
  #isTestDue = false;

  constructor(options: LivePairStateOptions) {
    this.settings = options.settings;
    this.#options = options;
    this.#stepMs = stepOf(options.settings.timeframe);
    this.#state = new PairState(options.settings, this.#stepMs, PAIR_FITS);
    this.#advance();
    this.#update();
  }

  get latest(): PairReading | undefined {
    this.#update();
    return this.#reading;
  }

  get columns(): PairColumns {
    this.#update();
    return this.#state.columns;
  }

  get tests(): PairTests | undefined {
    return this.#tests;
  }

  /** Resolves once all rows there are have been taken in. */
  async ready(): Promise<void> {
    this.#update();
    while (this.#isUpdating && !this.#isOver) {
      await new Promise<void>((resolve) => this.#options.afterTurn(resolve));
    }
  }

  /** Takes an event of the market. */
  take(event: MarketEvent): void {
    if (this.#isOver) return;
    const { y, x, settings: { timeframe } } = this.#options;
    const isSeconds = timeframe === "1s";
    switch (event.kind) {
      case "bar":
        if (isSeconds || (event.instrument !== y && event.instrument !== x)) return;
        return this.#changed(event.bar.openTime);
      case "heal":
        if (isSeconds || (event.instrument !== y && event.instrument !== x)) return;
        return this.#changed(event.from);
      case "trade":
        if (!isSeconds || (event.instrument !== y && event.instrument !== x)) return;
        return this.#traded(event.instrument, event.time);
      case "minute":
        this.#advance(event.openTime + MINUTE);
        return this.#update();
    }
  }

  /** Makes the tests of the newest rows now, in slices. */
  refreshTests(): Promise<PairTests> {
    this.#update();
    const { endTime = -Infinity } = this.#reading ?? {};
    if (this.#testing !== undefined && this.#testedTo === endTime) return this.#testing;
    const before = this.#testing ?? Promise.resolve();
    const testing = before.then(() => this.#test());
    this.#testing = testing;
    this.#testedTo = endTime;
    const finish = () => {
      if (this.#testing !== testing) return;
      this.#testing = undefined;
      this.#testWhereDue();
    };
    testing.then(finish, finish);
    return testing;
  }

  end(): void {
    this.#isOver = true;
  }

  /** How far rows may be taken in. */
  #advance(minuteEnd = -Infinity): void {
    const { market, settings: { timeframe } } = this.#options;
    if (timeframe === "1s") {
      const to = floorTo(market.venueTime, SECOND) - SECOND_GRACE_MS;
      if (to > this.#passedTo) this.#passedTo = to;
      return;
    }
    const latest = market.latest === undefined ? -Infinity : market.latest.openTime + MINUTE;
    const to = Math.max(minuteEnd, latest);
    if (to > -Infinity) this.#passedTo = floorTo(to, this.#stepMs);
  }

  #changed(time: number): void {
    this.#changedFrom = Math.min(this.#changedFrom, floorTo(time, this.#stepMs));
  }

  /** A second closes with the first trade after it. */
  #traded(instrument: string, time: number): void {
    const second = floorTo(time, SECOND), newest = this.#seconds.get(instrument);
    if (second === newest) return;
    this.#changed(newest === undefined ? second : Math.min(second, newest));
    this.#seconds.set(instrument, Math.max(second, newest ?? -Infinity));
    const before = this.#passedTo;
    this.#advance();
    if (this.#passedTo > before) this.#update();
  }

  /** Takes in what is new and what has changed. */
  #update(): void {
    if (this.#isUpdating || this.#isOver || this.#passedTo === -Infinity) return;
    const { next, start } = this.#state, to = this.#passedTo;
    const first = this.#firstRow(to);
    if (Number.isNaN(first)) return;
    const isElsewhere = Number.isNaN(next) || first < start || first > next ||
      to < start || next - to > this.settings.history * this.#stepMs;
    const isChanged = this.#changedFrom < next;
    if (!isElsewhere && !isChanged && !(to > next)) {
      this.#changedFrom = Infinity;
      return;
    }
    if (isElsewhere) this.#state = new PairState(this.settings, this.#stepMs, PAIR_FITS);
    else if (isChanged) this.#state.rewind(Math.max(this.#changedFrom, start));
    this.#changedFrom = Infinity;
    const from = Number.isNaN(this.#state.next) ? first : this.#state.next;
    this.#isUpdating = true;
    this.#push(this.#rows(from, to), 0);
  }

  #push(rows: PairRows, from: number): void {
    const { clock, afterTurn } = this.#options, began = clock.monotonic();
    for (let row = from; row < rows.length; row++) {
      if (row > from && clock.monotonic() - began > SLICE_MS) {
        afterTurn(() => this.#isOver || this.#push(rows, row));
        return;
      }
      this.#state.push(pairBarAt(rows, row));
    }
    this.#isUpdating = false;
    this.#updated();
  }

  #updated(): void {
    const { openTime } = this.#state.reading ?? {};
    this.#revision = openTime !== undefined && openTime === this.#reading?.openTime
      ? this.#revision + 1
      : 0;
    this.#state.revised(this.#revision);
    this.#reading = this.#state.reading;
    const { onChange } = this.#options;
    onChange();
    this.#isTestDue ||= this.#revision > 0;
    this.#testWhereDue();
  }

  /** Once a minute, and after rows were made again; one after the other. */
  #testWhereDue(): void {
    const { endTime = -Infinity } = this.#reading ?? {};
    const isDue = this.#isTestDue || endTime - this.#testedTo >= MINUTE || endTime < this.#testedTo;
    if (!isDue || this.#testing !== undefined || this.#isOver) return;
    this.refreshTests().catch(this.#options.onFault);
  }

  /** The oldest row that is kept when rows up to `to` are; NaN while a side has none. */
  #firstRow(to: number): number {
    const { market, y, x, settings: { timeframe, history, window } } = this.#options;
    const oldest = to - (history + window) * this.#stepMs;
    const starts = [y, x].map((id) => {
      if (timeframe !== "1s") {
        const { start, length } = market.minuteGrid(id);
        return length === 0 ? NaN : start;
      }
      const known = this.#seconds.get(id) ?? Infinity;
      if (this.#state.start <= known) return this.#state.start;
      return market.bars(id, { timeframe, from: oldest, to })[0]?.openTime ?? NaN;
    });
    const first = ceilTo(Math.max(...starts), this.#stepMs);
    if (!(first < to)) return NaN;
    // Rows that have been taken in stay until they are pushed out.
    const kept = Math.max(first, oldest);
    const { start } = this.#state;
    return kept > start && kept <= this.#state.next ? start : kept;
  }

  #rows(from: number, to: number): PairRows {
    const { market, y, x, settings: { timeframe } } = this.#options;
    if (timeframe !== "1s") {
      return pairRows(market.minuteGrid(y), market.minuteGrid(x), timeframe, { from, to });
    }
    const [barsY, barsX] = [y, x].map((id) => market.bars(id, { timeframe, from, to }));
    return pairSeconds(barsY!, barsX!, { from, to });
  }

  async #test(): Promise<PairTests> {
    const { afterTurn, onChange } = this.#options;
    await this.ready();
    this.#isTestDue = false;
    this.#testedTo = this.#reading?.endTime ?? -Infinity;
    const rows = testedRows(this.#state.columns, {
      most: this.settings.testWindow,
      stepMs: this.#stepMs,
    });
    const steps = pairTestSteps(rows);
    for (;;) {
      await new Promise<void>((resolve) => afterTurn(resolve));
      const step = steps.next();
      if (!step.done) continue;
      this.#tests = step.value;
      if (!this.#isOver) onChange();
      return step.value;
    }
  }
}
