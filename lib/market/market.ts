import { MinuteLedger } from "../bars/minute_ledger.ts";
import { flagMinutes, type QualityFlag } from "../bars/quality.ts";
import { RecentSeconds } from "../bars/recent_seconds.ts";
import type { Feed, FeedSnapshot } from "../feeds/feed.ts";
import { paceOf } from "../feeds/pace.ts";
import { type Advice, NOTEBOOK_ADVICE } from "../model/advice.ts";
import type { Bar } from "../model/bar.ts";
import { type BarCells, barCells } from "../model/bar_cells.ts";
import type { Coverage } from "../model/coverage.ts";
import type { FeedEvent } from "../model/feed_event.ts";
import type { Instrument, Source, Venue } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { MINUTE, SECOND } from "../model/time.ts";
import { barTimeframe, type Timeframe } from "../model/timeframe.ts";
import type { Timer } from "../runtime/clock.ts";
import type { PairOptions } from "../pairs/pair_settings.ts";
import type { CorrelationSeries } from "../sync/pair_correlation.ts";
import { timeframeBars } from "../sync/timeframe_bars.ts";
import {
  CorrelationBoard,
  type CorrelationQuery,
  type CorrelationSeriesQuery,
  type Pair,
  type PairCorrelation,
  pairsOf,
} from "./correlation_board.ts";
import { EventBus, type MarketListener } from "./event_bus.ts";
import type { EventQueue } from "./event_queue.ts";
import { FaultBook } from "./fault_book.ts";
import { type BarsQuery, dataFrameOf } from "./frame.ts";
import { type Funding, FundingBook } from "./funding_book.ts";
import { type InstrumentFreshness, instrumentFreshness } from "./instrument_freshness.ts";
import { shortLabels } from "./instrument_label.ts";
import type { MarketAlerts } from "./market_alerts.ts";
import { isFleeting, isOfAlerts, type MarketEvent } from "./market_event.ts";
import type { DeliveryReceipt } from "../model/delivery.ts";
import { type MarketPair, MarketPairs } from "./market_pair.ts";
import { MarketTime } from "./market_time.ts";
import {
  givenUpIn,
  MarketAlarm,
  type MarketStatus,
  messageOf,
  stateOf,
  titledFacts,
  type VenueRole,
} from "./market_status.ts";
import { HistoryWatch } from "./history_progress.ts";
import { type HistoryEvent, MarketHistory } from "./market_history.ts";
import type { MarketParts } from "./market_parts.ts";
import { MarketJournal } from "./market_journal.ts";
import type { MinuteResult } from "./minute_result.ts";
import { MinuteResults } from "./minute_results.ts";
import { MinuteWatch, SummaryPace } from "./minute_watch.ts";
import type { Sink } from "./sink.ts";
import { Sinks } from "./sinks.ts";
import { gapReason, type Stop, StoppedVenues, withStops } from "./stopped_venues.ts";
import { streamOverviews } from "./stream_overview.ts";

/** Time given to a minute that is not settled on every venue before its result is made anyway, venue ms. */
const MINUTE_GRACE_MS = 8 * SECOND;
/** The same on the local clock, for high simulated speeds. */
const MINUTE_GRACE_FLOOR_MS = 1_500;
/** Rows of correlations in a minute that is made again at each look; with more, fewer looks do so. */
const REVISED_ROWS = 1_000;

/**
 * A live market: bars of every instrument on one UTC clock, their correlation, and what is missing. Closed
 * minutes enter exactly once; what was lost is healed in the background and listed in {@link coverage}.
 *
 * It runs until {@link close}; with `await using` it closes itself.
 */
export class Market implements AsyncDisposable {
  readonly timeframes: readonly Timeframe[];
  /** Configured window of each timeframe, in returns. */
  readonly windows: Readonly<Record<Timeframe, number>>;
  /** The simulated venues, to inspect or to break on purpose; undefined on other sources. */
  readonly simulator: MarketParts["simulator"];
  /** How far the replay is, and what it came to; undefined on other sources. */
  readonly replay: MarketParts["replay"];
  /** What readers of its panels can do about what they see. */
  readonly advice: Advice;
  /** What happened: connections, contracts, gaps, heals. */
  readonly journal = new MarketJournal();
  readonly #history = new MarketHistory();
  readonly #historyWatch = new HistoryWatch();
  readonly #parts: MarketParts;
  #instruments: readonly Instrument[];
  readonly #ledgers = new Map<string, MinuteLedger>();
  readonly #time = new MarketTime();
  readonly #feeds: Feed[];
  readonly #board: CorrelationBoard;
  readonly #watch: MinuteWatch;
  readonly #results: MinuteResults;
  readonly #forming = new Map<string, Bar>();
  readonly #funding = new FundingBook();
  /** One-second bars of what trades. */
  readonly #seconds = new Map<string, RecentSeconds>();
  /** Looks until minutes that were healed or revised are made again. */
  #looksToRevision = 0;
  /** What the venue really sends, where it differs from {@link source}. */
  readonly #labels = new Map<string, Source>();
  readonly #delayed = new Set<string>();
  /** Every instrument is labelled so. */
  #isSimulated = false;
  readonly #faults: FaultBook;
  readonly #bus: EventBus;
  readonly #sinks: Sinks;
  readonly #livePairs: MarketPairs;
  readonly #summaries = new SummaryPace();
  readonly #alarm: MarketAlarm;
  readonly #stopped = new StoppedVenues();
  #alerts: MarketAlerts | undefined;
  #timer: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: MarketParts) {
    this.#parts = parts;
    const { machineClock, afterTurn, log } = parts;
    this.#faults = new FaultBook({ log, now: () => machineClock.now(), role: "listener" });
    this.#bus = new EventBus(this.#faults);
    this.#sinks = new Sinks({ clock: machineClock, afterTurn, log });
    this.#bus.listen((event) => this.#sinks.take(event), "sinks");
    for (const sink of parts.sinks ?? []) this.#sinks.attach(sink);
    this.#instruments = parts.instruments;
    this.timeframes = parts.timeframes;
    this.windows = parts.windows;
    this.simulator = parts.simulator;
    this.replay = parts.replay;
    this.advice = parts.advice ?? NOTEBOOK_ADVICE;
    for (const instrument of parts.instruments) this.#addLedger(instrument);
    this.#board = new CorrelationBoard({
      pairs: pairsOf(parts.instruments, parts.pairs),
      ledgers: this.#ledgers,
      timeframes: parts.timeframes,
      windows: parts.windows,
      source: parts.source,
      sourceOf: (instrument) => this.sourceOf(instrument),
      stopOf: (instrument) => this.#stopOf(instrument),
      calendarOf: (instrument) =>
        parts.calendarOf(this.#instruments.find(({ id }) => id === instrument)!),
    });
    this.#alarm = new MarketAlarm({
      sourceOf: (venue) => this.#sourceOfVenue(venue),
      log: parts.log,
    });
    const pace = paceOf(parts.speed);
    const isAwaited = (instrument: string) => this.#stopOf(instrument) === undefined;
    this.#watch = new MinuteWatch({
      ledgers: this.#ledgers,
      isAwaited,
      graceMs: pace(MINUTE_GRACE_MS, MINUTE_GRACE_FLOOR_MS) * parts.speed,
    });
    this.#results = new MinuteResults({
      instruments: () => this.instruments,
      ledgers: this.#ledgers,
      board: this.#board,
      timeframes: parts.timeframes,
      windows: parts.windows,
      freshness: () => this.#freshness(),
      isAwaited,
      now: () => parts.clock.now(),
    });
    this.#livePairs = new MarketPairs({
      market: this,
      clock: machineClock,
      afterTurn,
      isolated: (work) => this.#isolated("pair", work),
    });
    this.#feeds = [...parts.makeFeeds(this.#feedContext)];
  }

  /** Followed now: those of the configuration first, then those that {@link follow} added. */
  get instruments(): readonly Instrument[] {
    return this.#instruments;
  }

  /** What changed the state of a venue, a stream or the coverage since the start, oldest first: the newest 10,000. */
  get history(): readonly HistoryEvent[] {
    return this.#history.events;
  }

  /** What connects each venue, to look at. */
  get feeds(): readonly Pick<Feed, "venue" | "instruments" | "snapshot" | "venueTimeAtLeast">[] {
    return this.#feeds;
  }

  /** Rules and their alerts; undefined where nothing is watched. */
  get alerts(): MarketAlerts | undefined {
    return this.#alerts;
  }

  /** Emits what became of a message of an alert. */
  report(receipt: DeliveryReceipt): void {
    this.#emit({ kind: "delivery", receipt, receivedAt: this.#parts.machineClock.now() });
  }

  /**
   * Gives alerts every event from now on, in its turn, and emits that rules have changed. Alerts of before, if any, are
   * let go of; the same ones may be given again with other rules.
   */
  watchBy(alerts: MarketAlerts): void {
    this.#alerts = alerts;
    this.#emit({
      kind: "rules",
      rules: alerts.rules.map(({ rule }) => rule.name),
      receivedAt: this.#parts.clock.now(),
    });
  }

  /** Correlated now. */
  get pairs(): readonly Pair[] {
    return this.#board.pairs;
  }

  /** The instrument that {@link follow} would follow under an id; undefined where it would refuse. */
  followable(id: string): Instrument | undefined {
    const known = this.#instruments.find((instrument) => instrument.id === id);
    if (known !== undefined || this.#isClosed || this.replay !== undefined) return known;
    try {
      return this.#parts.instrumentOf(id);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /**
   * Streams one more instrument from now on, with its history, pairs and measures. Nothing changes for one that is
   * followed already.
   *
   * @param id as in the configuration: `ETHUSDT`, `RTY`.
   * @throws {RangeError} for an id that no venue of this market can follow, naming what is possible; on a closed
   * market, and on a replay, which follows what was recorded.
   */
  follow(id: string): Instrument {
    if (typeof id !== "string") throw new TypeError(`id must be text such as ETHUSDT, got ${id}`);
    const known = this.#instruments.find((instrument) => instrument.id === id);
    if (known !== undefined) return known;
    this.#assertChangeable(`${id} cannot be followed`);
    const instrument = this.#parts.instrumentOf(id);
    this.#addLedger(instrument);
    try {
      this.#followOn(instrument);
    } catch (error) {
      this.#ledgers.delete(id);
      throw error;
    }
    this.#setInstruments([...this.#instruments, instrument]);
    this.#emit({ kind: "follow", instrument, receivedAt: this.#parts.clock.now() });
    return instrument;
  }

  /**
   * Ends the stream of an instrument and lets go of its bars. {@link follow} brings it back, with its history.
   *
   * @throws {RangeError} for an instrument that is not in this market; on a closed market, and on a replay.
   */
  unfollow(id: string): void {
    this.#ledgerOf(id);
    this.#assertChangeable(`${id} cannot be left`);
    for (const feed of this.#feeds) feed.unfollow(id);
    this.#setInstruments(this.#instruments.filter((instrument) => instrument.id !== id));
    this.#ledgers.delete(id);
    this.#forming.delete(id);
    this.#labels.delete(id);
    this.#delayed.delete(id);
    this.#seconds.delete(id);
    this.#funding.delete(id);
    this.#emit({ kind: "unfollow", instrument: id, receivedAt: this.#parts.clock.now() });
  }

  /**
   * Gives up the connection to a venue until {@link startVenue}: its instruments stay, and so do their bars; what needs
   * newer ones is unknown. Nothing changes for one that is stopped already. Not kept for the next run, which begins as
   * `data.stopped` says.
   *
   * @param venue as in the configuration: `coinbase`.
   * @returns resolves once its sockets and timers are freed.
   * @throws {RangeError} for a venue of which nothing is followed; on a closed market, and on a replay.
   */
  async stopVenue(venue: Venue): Promise<void> {
    const feed = this.#feedOf(venue);
    this.#assertChangeable(`${venue} cannot be stopped`);
    await feed.stop();
  }

  /**
   * Connects a stopped venue again, which heals what went by meanwhile; and one that has failed begins anew. Nothing
   * changes for one that runs.
   *
   * @throws {RangeError} as {@link stopVenue} does.
   */
  startVenue(venue: Venue): void {
    const feed = this.#feedOf(venue);
    this.#assertChangeable(`${venue} cannot be started`);
    feed.start();
  }

  /** Starts the feeds. Called once, by `openMarket`. */
  start(): void {
    const { stopped = [] } = this.#parts;
    for (const feed of this.#feeds) {
      if (stopped.includes(feed.venue)) void feed.stop();
      else feed.start();
    }
    const everyMs = paceOf(this.#parts.speed)(SECOND, 20);
    const tick = () => {
      this.#timer = this.#parts.clock.setTimer(tick, everyMs);
      this.#isolated("market", () => {
        this.#reportMinutes();
        this.#reviseAtPace();
      });
    };
    this.#timer = this.#parts.clock.setTimer(tick, everyMs);
  }

  /**
   * Closed bars of an instrument, oldest first. Bars of `1s` are made from its trades and kept for three hours; `1d`
   * of a future is a session of its exchange.
   *
   * @throws {RangeError} for an instrument that is not in this market, and for any other timeframe.
   */
  bars(instrument: string, query: BarsQuery = {}): Bar[] {
    const ledger = this.#ledgerOf(instrument);
    const { from = -Infinity, to = Infinity } = query;
    const timeframe = barTimeframe(query.timeframe ?? "1m");
    if (timeframe === "1m") return ledger.bars(Math.max(from, ledger.from), to);
    if (timeframe === "1s") return this.#seconds.get(instrument)?.between(from, to) ?? [];
    const source = this.sourceOf(instrument);
    const { daysOf = instrument } = query;
    this.#ledgerOf(daysOf);
    const calendar = this.#parts.calendarOf(this.instruments.find(({ id }) => id === daysOf)!);
    return timeframeBars(ledger.grid, timeframe, { source, calendar, from }).filter((bar) =>
      bar.closed && bar.openTime < to
    );
  }

  /** The values of {@link bars}, for those who need no more of many: `openTime`, the prices, volume, revision, source. */
  barCells(instrument: string, query: BarsQuery = {}): BarCells[] {
    const { timeframe = "1m", from = -Infinity, to = Infinity } = query;
    if (timeframe !== "1m") return this.bars(instrument, query).map(barCells);
    const ledger = this.#ledgerOf(instrument);
    return ledger.cells(Math.max(from, ledger.from), to);
  }

  /** The minutes of an instrument on the UTC grid: views, to be read at once. */
  minuteGrid(instrument: string): MinuteGrid {
    return this.#ledgerOf(instrument).grid;
  }

  /** The forming minute, as last received; undefined when there is none. */
  forming(instrument: string): Bar | undefined {
    this.#ledgerOf(instrument);
    return this.#forming.get(instrument);
  }

  /**
   * Funding of a perpetual: what its venue expects next, and what was paid. Nothing of an instrument that has none; of
   * one whose bars were read from a store, what was stored.
   */
  funding(instrument: string): Funding {
    this.#ledgerOf(instrument);
    return this.#funding.of(instrument);
  }

  /** The {@link bars} as a danfojs DataFrame. */
  frame(instrument: string, query: BarsQuery = {}): ReturnType<typeof dataFrameOf> {
    return dataFrameOf(this.bars(instrument, query));
  }

  /**
   * Rolling correlation of log returns, newest window, one entry a pair.
   *
   * @param query.timeframe bar length, from `1m` to `1d`. @default "1m"
   * @param query.window returns in the window, or `"all"`. @default the configured window
   * @param query.pair only this pair, e.g. `"BTCUSDT/ES"`.
   * @throws {RangeError} for an unknown pair or timeframe, or a window below 4.
   */
  correlation(query: CorrelationQuery = {}): PairCorrelation[] {
    return this.#board.query(query);
  }

  /**
   * Rolling correlation of one pair over time, one row a slot of the UTC grid, of `1d` one a session of its future, up
   * to the newest minute.
   *
   * @throws {RangeError} for an unknown pair or timeframe, or a window below 4.
   */
  correlationSeries(query: CorrelationSeriesQuery): CorrelationSeries {
    return this.#board.series(query);
  }

  /**
   * A pair bar by bar: five hedge ratios, spread, past-only z-score and correlation at each closed bar, and its tests
   * once a minute. Close it when it is no longer read; readers of the same pair and options share one state.
   *
   * @param y id of the instrument that is hedged, and `x` of the one that hedges it.
   * @throws {RangeError} for an instrument that is not in this market, the same one twice, or an option out of range;
   * {TypeError} for an option that there is not.
   */
  pair(y: string, x: string, options: PairOptions = {}): MarketPair {
    this.#ledgerOf(y);
    this.#ledgerOf(x);
    if (this.#isClosed) throw new RangeError("no pair can be opened: the market is closed");
    return this.#livePairs.open(y, x, options);
  }

  /**
   * The newest minute's result: the closed bars, how fresh each instrument is, correlations and measures. Before the
   * first minute has passed it is made of what history has brought; undefined while there is no bar.
   */
  get latest(): MinuteResult | undefined {
    return this.#results.latest;
  }

  /** What the data is: as the market was opened, or `simulated` once every trading venue has said that it is. */
  get source(): Source {
    return this.#isSimulated ? "simulated" : this.#parts.source;
  }

  /** True for an instrument whose data comes 10 to 15 minutes late. */
  isDelayed(instrument: string): boolean {
    this.#ledgerOf(instrument);
    return this.#delayed.has(instrument);
  }

  /** What the instrument's data is: lower than {@link source} where the venue sends less. */
  sourceOf(instrument: string): Source {
    this.#ledgerOf(instrument);
    return this.#labels.get(instrument) ?? this.#parts.sourceOf?.(instrument) ?? this.source;
  }

  /** Minutes worth a look: gaps, flat bars, extreme moves, odd volume; judged by the past alone. */
  flags(instrument: string): QualityFlag[] {
    return flagMinutes(this.#ledgerOf(instrument).grid);
  }

  /** What has been seen, healed and lacks, of one instrument. */
  coverage(instrument: string): Coverage {
    const feeds = this.#feeds.filter((feed) =>
      feed.instruments.some(({ id }) => id === instrument)
    );
    return this.#coverageOf(instrument, feeds.map((feed) => feed.snapshot()));
  }

  #coverageOf(instrument: string, venues: readonly FeedSnapshot[]): Coverage {
    const held = this.#ledgerOf(instrument).coverage();
    const coverage = { ...held, missing: withStops(held.missing, this.#stopsOf(instrument)) };
    const stream = venues.flatMap(({ streams }) => streams)
      .find((stream) => stream.instrument === instrument);
    return stream?.trades === undefined ? coverage : { ...coverage, trades: stream.trades };
  }

  /** True once the instrument's history reaches up to the present, live data or not. */
  isBackfilled(instrument: string): boolean {
    return this.#ledgerOf(instrument).settledTo > this.venueTime - 2 * MINUTE;
  }

  /** True while some minute that ends by `time` has no bar and may still be healed. */
  hasHolesBefore(time: number): boolean {
    const given = givenUpIn(this.#facts().venues);
    return [...this.#ledgers].some(([id, l]) => !given.has(id) && l.wanted(time).length > 0);
  }

  /** Everything at a glance, with one sentence for people. */
  status(): MarketStatus {
    const facts = this.#facts();
    const { source, venues, venueTime, outages } = facts;
    const state = stateOf(facts.venues, this.#isClosed, facts.roleOf);
    const coverage = this.instruments.map(({ id }) => this.#coverageOf(id, venues));
    const streams = streamOverviews(facts.venues, coverage);
    const history = this.#historyWatch.take(streams, this.#parts.machineClock.monotonic());
    return {
      source,
      venues,
      venueTime,
      outages,
      state,
      coverage,
      history,
      message: messageOf(
        state,
        titledFacts(
          history === undefined ? facts : { ...facts, history },
          shortLabels(this.instruments),
        ),
      ),
      streams,
      speed: this.#parts.speed,
      droppedEvents: this.#bus.dropped,
      waitingEvents: this.#bus.waiting,
      listeners: this.#faults.list,
      sinks: this.#sinks.status,
      channels: this.#alerts?.deliveries?.channels ?? [],
    };
  }

  /** A venue time that has surely passed, epoch ms UTC; NaN while no venue's time is known. */
  get venueTime(): number {
    const times = this.#feeds.map((feed) => feed.venueTimeAtLeast());
    return this.#time.of(times, this.#parts.clock.now());
  }

  /**
   * Calls back for each event, in the turn in which it happened, until the returned function is called. What a
   * callback throws or rejects with is caught, logged once per cause and counted in the status' `listeners`.
   *
   * @param name names the callback there. @default the function's own name
   */
  onEvent(callback: MarketListener, name?: string): () => void {
    return this.#bus.listen(callback, name);
  }

  /** Events from now on. Each iteration has its own bounded queue; see {@link EventQueue}. */
  events(): EventQueue<MarketEvent> {
    return this.#bus.queue();
  }

  [Symbol.asyncIterator](): AsyncIterator<MarketEvent> {
    return this.events();
  }

  /**
   * Gives a sink every event from now on, through a bounded queue of its own; see {@link Sink}. Closing the market
   * flushes and closes it.
   *
   * @returns detaches it: delivers what is queued for it, flushes and closes it, within 7 s at most.
   * @throws {TypeError} for what is no sink; {RangeError} for a name that is taken, or on a closed market.
   */
  attach(sink: Sink): () => Promise<void> {
    return this.#sinks.attach(sink);
  }

  /**
   * Stops feeds, timers and the embedded venues, ends every iteration, and flushes and closes the sinks. Takes at
   * most 7 s for sinks that hang; what they were not given is logged and counted. Safe to call twice.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  async #close(): Promise<void> {
    // The state is closed before a feed reports that it is: that is no outage.
    await Promise.resolve();
    this.#timer?.cancel();
    this.#livePairs.close();
    this.replay?.stop();
    this.#isolated("market", () => this.#reportRevisions({ isNewestDue: true }));
    try {
      await Promise.all(this.#feeds.map((feed) => feed.close()));
      await this.simulator?.close();
    } finally {
      this.#bus.close();
      await this.#sinks.close();
      await this.#parts.release?.();
    }
  }

  /**
   * While history comes in, minutes of many pairs would be made again at every look. The pace rests on their number and
   * not on how long they take: a replay makes the same minutes.
   */
  #reviseAtPace(): void {
    if (--this.#looksToRevision > 0) return;
    const rows = this.pairs.length * this.timeframes.length;
    this.#looksToRevision = Math.ceil(rows / REVISED_ROWS);
    this.#reportRevisions({ isNewestDue: true });
  }

  /** What goes wrong in here must not end a feed, nor the timer. */
  #isolated(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#faults.record(name, error);
    }
  }

  #secondsOf(instrument: string): RecentSeconds {
    let seconds = this.#seconds.get(instrument);
    if (seconds === undefined) {
      seconds = new RecentSeconds({ sourceOf: () => this.sourceOf(instrument) });
      this.#seconds.set(instrument, seconds);
    }
    return seconds;
  }

  #ledgerOf(instrument: string): MinuteLedger {
    const ledger = this.#ledgers.get(instrument);
    if (ledger === undefined) {
      const known = [...this.#ledgers.keys()].join(", ");
      throw new RangeError(`instrument must be one of ${known}, got ${instrument}`);
    }
    return ledger;
  }

  get #feedContext() {
    return {
      ledgers: this.#ledgers,
      emit: (event: FeedEvent) => this.#isolated("market", () => this.#onEvent(event)),
    };
  }

  /** @throws {RangeError} where nothing of the venue is followed. */
  #feedOf(venue: Venue): Feed {
    const found = this.#feeds.find((feed) => feed.venue === venue);
    if (found !== undefined) return found;
    const known = this.#feeds.map((feed) => feed.venue).join(", ");
    throw new RangeError(`venue must be one of ${known}, got ${venue}`);
  }

  #stopOf(instrument: string): Stop | undefined {
    const venue = this.#venueOf(instrument);
    return venue === undefined ? undefined : this.#stopped.of(venue);
  }

  #stopsOf(instrument: string) {
    const venue = this.#venueOf(instrument);
    return venue === undefined ? [] : this.journal.connections.stops(venue);
  }

  #venueOf(instrument: string): Venue | undefined {
    return this.#instruments.find(({ id }) => id === instrument)?.venue;
  }

  #addLedger(instrument: Instrument): void {
    const calendar = this.#parts.calendarOf(instrument);
    const hasVolume = instrument.kind !== "index";
    const isOpen = (time: number) => calendar.isOpen(time);
    const recall = this.#parts.recall?.(instrument) ?? (() => undefined);
    const absence = this.#parts.source === "stored" ? "nothing is stored" : undefined;
    const ledger = new MinuteLedger(instrument.id, isOpen, { hasVolume, recall, absence });
    this.#ledgers.set(instrument.id, ledger);
    this.#parts.onLedger?.(instrument, ledger);
  }

  #setInstruments(instruments: readonly Instrument[]): void {
    this.#instruments = instruments;
    this.#judgeSource();
    this.#board.setPairs(pairsOf(instruments, this.#parts.pairs));
  }

  /** What a venue's data is: `simulated` once one of its instruments is labelled so. */
  #sourceOfVenue(venue: Venue): Source {
    const isSimulated = this.#instruments.some((instrument) =>
      instrument.venue === venue && this.#labels.get(instrument.id) === "simulated"
    );
    return isSimulated ? "simulated" : this.source;
  }

  #judgeSource(): void {
    const labels = this.#instruments.filter(({ kind }) => kind !== "index")
      .map(({ id }) => this.#labels.get(id));
    this.#isSimulated = labels.length > 0 && labels.every((label) => label === "simulated");
  }

  /** On the feed of its venue; one is started where nothing of the venue was followed before. */
  #followOn(instrument: Instrument): void {
    const { venue } = instrument;
    const found = this.#feeds.find((feed) => feed.venue === venue);
    if (found !== undefined) return found.follow(instrument);
    const feed = this.#parts.makeFeed(venue, this.#feedContext);
    feed.follow(instrument);
    this.#feeds.push(feed);
    feed.start();
  }

  #assertChangeable(what: string): void {
    if (this.#isClosed) throw new RangeError(`${what}: the market is closed`);
    if (this.replay !== undefined) {
      throw new RangeError(`${what}: a replay follows what was recorded`);
    }
    if (this.#parts.source === "stored") {
      throw new RangeError(`${what}: no feed runs, and all that is stored is there`);
    }
  }

  #onEvent(event: FeedEvent): void {
    // Under way when its instrument was left.
    if ("instrument" in event && !this.#ledgers.has(event.instrument)) return;
    if (event.kind === "forming") this.#forming.set(event.instrument, event.bar);
    if (event.kind === "trade") this.#secondsOf(event.instrument).take(event);
    this.#funding.take(event);
    if (event.kind === "bar") {
      const formingSince = this.#forming.get(event.instrument)?.openTime ?? Infinity;
      if (formingSince <= event.bar.openTime) this.#forming.delete(event.instrument);
      this.#changed(event.instrument, event.bar.openTime);
    }
    if (event.kind === "heal") {
      this.#changed(event.instrument, event.from, event.to);
    }
    if (event.kind === "label") {
      this.#labels.set(event.instrument, event.source);
      if (event.isDelayed ?? event.source === "delayed") this.#delayed.add(event.instrument);
      else this.#delayed.delete(event.instrument);
      this.#judgeSource();
    }
    if (event.kind === "clock") this.#alarm.clock(event);
    if (event.kind === "transition") this.#moved(event);
    this.#emit(
      event.kind === "gap"
        ? { ...event, reason: gapReason(event, this.#stopsOf(event.instrument)) }
        : event,
    );
    if (event.kind === "bar") this.#reportMinutes();
    if (event.kind === "transition" && !this.#isClosed) this.#watchOutage();
  }

  #moved(event: Extract<FeedEvent, { readonly kind: "transition" }>): void {
    this.#stopped.take(event);
    if (event.to !== "stopped") return;
    // What was forming is of the past from now on.
    for (const { id, venue } of this.#instruments) {
      if (venue === event.venue) this.#forming.delete(id);
    }
  }

  #emit(event: MarketEvent): void {
    if (!isFleeting(event)) {
      this.#isolated("journal", () => this.journal.take(event));
      this.#history.take(event);
    }
    this.#bus.emit(event);
    if (this.#alerts !== undefined && !isOfAlerts(event)) this.#judge(this.#alerts, event);
  }

  #judge(alerts: MarketAlerts, event: MarketEvent): void {
    this.#isolated("alerts", () => {
      for (const change of alerts.judge(event)) {
        this.#emit({ kind: "alert", change, receivedAt: this.#parts.clock.now() });
      }
    });
  }

  #reportMinutes(): void {
    const now = this.venueTime;
    if (Number.isNaN(now)) return;
    const passed = this.#watch.passed(now);
    if (passed.length > 0) this.#reportRevisions({ isNewestDue: false });
    for (const result of this.#results.passed(passed)) {
      this.#emit({ kind: "minute", ...result });
      this.#summaries.passed(result.openTime);
    }
    const time = this.#summaries.takeDue();
    if (time === undefined) return;
    const { streams } = this.status();
    this.#emit({ kind: "summary", time, streams, receivedAt: this.#parts.clock.now() });
  }

  /** Minutes that were healed or revised after their result was made. */
  #reportRevisions(options: { readonly isNewestDue: boolean }): void {
    for (const result of this.#results.revised(options)) this.#emit({ kind: "minute", ...result });
  }

  /** Minutes that open in `[from, to)`. */
  #changed(instrument: string, from: number, to: number = from + MINUTE): void {
    this.#board.changed(instrument, from, to);
    for (let time = from; time < to; time += MINUTE) this.#results.changed(instrument, time);
  }

  #freshness(): InstrumentFreshness[] {
    const { venues, roleOf } = this.#facts();
    const state = stateOf(venues, this.#isClosed, roleOf);
    return instrumentFreshness({ venues, state, speed: this.#parts.speed });
  }

  /** A connection that carries nothing that is followed makes no market live. */
  #roleOf(venue: Venue): VenueRole {
    if (!this.#instruments.some((instrument) => instrument.venue === venue)) return "unfollowed";
    return this.#parts.roleOf?.(venue) ?? "trading";
  }

  #facts() {
    const { source, venueTime, journal } = this;
    const venues = this.#feeds.map((feed) => feed.snapshot());
    const roleOf = (venue: Venue) => this.#roleOf(venue);
    return { source, venues, venueTime, outages: journal.connections.open, roleOf };
  }

  #watchOutage(): void {
    const outage = this.#alarm.outage(this.#facts());
    const receivedAt = this.#parts.clock.now();
    if (outage !== undefined) this.#emit({ kind: "outage", ...outage, receivedAt });
  }
}
