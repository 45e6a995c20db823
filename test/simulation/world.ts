import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import type { MarketListener } from "../../lib/market/event_bus.ts";
import type { StreamSnapshot, StreamState } from "../../lib/feeds/feed.ts";
import type { Bar } from "../../lib/model/bar.ts";
import type { Coverage } from "../../lib/model/coverage.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { check, type Verdict } from "./checker/check.ts";
import { checkTrades, type Tape } from "./checker/trades.ts";
import type { History, LedgerExport, Struck } from "./checker/history.ts";
import { promisesOf } from "./checker/promises.ts";
import { type BrokenParts, FUTURES, openFeeds, VIX } from "./feeds_under_test.ts";
import { delayedFutures, type Mode, modeOf } from "./mode.ts";
import { isStandstill, strikeNear } from "./near_faults.ts";
import { Network } from "./network.ts";
import { INDEX, planFaults, type PlannedFault, TRADING } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import { TcpNetwork } from "./tcp_network.ts";
import { openVenues, type Venues, violationsOf } from "./venues_under_fault.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { INDICES, venueOf, WORLD_VENUES } from "./venue.ts";
import { WebNetwork } from "./web_network.ts";
import { isTrading, truthAtOf } from "./world_truth.ts";

/** Parts of the program under test that a test may replace by broken ones, to see the harness go red. */
export interface Sabotage extends BrokenParts {
  readonly ledger?: (
    instrument: string,
    isOpen: ConstructorParameters<typeof MinuteLedger>[1],
    options?: ConstructorParameters<typeof MinuteLedger>[2],
  ) => MinuteLedger;
}

export interface WorldOptions {
  readonly seed: number;
  /** Simulated length. @default 24 */
  readonly hours?: number;
  /** Venue time at which it begins, epoch ms UTC. @default drawn from the seed, in December 2025 */
  readonly start?: number;
  /** How the feeds are configured. @default drawn from the seed, see {@link modeOf} */
  readonly mode?: Mode;
  /** What goes wrong. @default drawn from the seed, see {@link planFaults} */
  readonly faults?: readonly PlannedFault[];
  /**
   * Whether the index venue runs as well. Its network, chance and faults are its own, but with it more happens, so
   * that long chains of promises of the others end at other times: their hash is another, their minutes are not.
   * @default true
   */
  readonly hasIndices?: boolean;
  /** Hears of every event and fault. */
  readonly log?: (line: string) => void;
  readonly sabotage?: Sabotage;
  /** Called with every event of the feeds before it is recorded. @default none */
  readonly listener?: MarketListener;
  /** Binance's lost trades are fetched, and all of them are judged. @default false */
  readonly keepsTrades?: boolean;
  /** IBKR streams VIX as well, judged apart: see {@link Outcome.vix}. @default false */
  readonly hasVix?: boolean;
}

/** What came of one simulated stretch. */
export interface Outcome {
  readonly seed: number;
  readonly hours: number;
  /** Venue time at which it began, epoch ms UTC. */
  readonly start: number;
  readonly mode: Mode;
  /** Of all events and minutes of the trading venues. */
  readonly hash: string;
  /** Of those of the index venue. */
  readonly indexHash: string;
  readonly verdict: Verdict;
  readonly faults: readonly Struck[];
  /** What the feeds themselves say of each instrument's minutes, at the end. */
  readonly coverage: Readonly<Record<string, Coverage>>;
  readonly events: number;
  /** What became of VIX, where it was streamed. */
  readonly vix: VixOutcome | undefined;
}

/** An index has no history: what was missed stays missing, and what came must be true. */
export interface VixOutcome {
  readonly state: StreamState;
  readonly resubscribes: number;
  readonly minutes: number;
  /** Minutes that are not a value the index had in them. */
  readonly untrue: readonly string[];
}

interface Networks {
  readonly tcp: TcpNetwork;
  readonly web: WebNetwork;
  readonly indexWeb: WebNetwork;
}

/** Runs are over so long after their last fault. */
const CALM_END_MS = 90 * SECOND;
const FIRST_DAY = Date.UTC(2025, 11, 1);
/** Days over which the seeds spread: weekends and the roll of 15 December are among them. */
const DAYS = 19;
/** Days round the open at which volume has moved to the next quarter: Monday's is the first day it leads. */
const ROLL_DAYS = [Date.UTC(2025, 11, 15), Date.UTC(2025, 11, 14), Date.UTC(2025, 11, 15)];
/** Every third run streams two symbols, so that one of them can fall silent alone. */
const symbolsOf = (seed: number) => seed % 3 === 0 ? ["BTCUSDT", "ETHUSDT"] : ["BTCUSDT"];

/** Runs both feeds against both simulated venues over the given time, faults and all, and judges it. */
export async function simulate(options: WorldOptions): Promise<Outcome> {
  const world = new World(options);
  return await world.run();
}

class World {
  readonly #options: WorldOptions;
  readonly #mode: Mode;
  readonly #durationMs: number;
  readonly #start: number;
  readonly #clock: VirtualClock;
  readonly #random: (purpose: string) => SeededRandom;
  readonly #recorder: Recorder;
  /** What the index venue does is kept apart. */
  readonly #indexRecorder: Recorder;
  readonly #time: VenueTime;
  readonly #network: Network;
  readonly #indexNetwork: Network;
  readonly #struck: Struck[] = [];
  readonly #standstills: { from: number; to: number }[] = [];
  readonly #ledgers = new Map<string, MinuteLedger>();

  constructor(options: WorldOptions) {
    const { seed, hours = 24, log } = options;
    this.#options = options;
    this.#mode = options.mode ?? modeOf(seed);
    this.#durationMs = Math.round(hours * HOUR);
    this.#random = (purpose) => new SeededRandom(seed, purpose);
    const within = Math.floor(this.#random("start").next() * DAY);
    const day = this.#mode.roll === "volume"
      ? ROLL_DAYS[seed % ROLL_DAYS.length]!
      : FIRST_DAY + (seed % DAYS) * DAY;
    this.#start = options.start ?? day + within;
    this.#clock = new VirtualClock(Date.UTC(2031, 0, 1));
    this.#time = new VenueTime({ clock: this.#clock.of("world"), start: this.#start });
    this.#recorder = new Recorder(() => this.#time.now(), log);
    this.#indexRecorder = new Recorder(() => this.#time.now(), log);
    this.#network = new Network(this.#clock, this.#random("network"));
    this.#indexNetwork = new Network(this.#clock, this.#random("index network"));
  }

  async run(): Promise<Outcome> {
    const { seed, hours = 24, keepsTrades = false } = this.#options;
    const networks = this.#networks();
    const venues = await this.#openVenues(networks);
    const lastEnd = this.#durationMs - CALM_END_MS;
    const durationMs = this.#durationMs;
    const { hasIndices = true } = this.#options;
    const kinds = hasIndices ? ["faults", "index faults"] as const : ["faults"] as const;
    const faults = this.#options.faults ?? kinds.flatMap((kind) => {
      const venues = kind === "faults" ? TRADING : INDEX;
      return planFaults(this.#random(kind), { durationMs, lastEnd, venues });
    });
    for (const fault of faults) {
      this.#clock.deliver(fault.at, "world", () => this.#strike(fault, venues));
    }
    const feeds = this.#openFeeds(networks);
    for (const venue of WORLD_VENUES) {
      if (hasIndices || venue !== "deribit") feeds[venue].start();
    }
    await this.#clock.run(durationMs);
    const finalStates = {
      binance: feeds.binance.snapshot().state,
      ibkr: feeds.ibkr.snapshot().state,
      ...(hasIndices ? { deribit: feeds.deribit.snapshot().state } : {}),
    };
    const ledgers = [...this.#ledgers.values()]
      .filter(({ instrument }) => instrument !== VIX.symbol).map(exportOf)
      .filter(({ venue }) => hasIndices || venue !== "deribit");
    const tapes = feeds.binance.snapshot().streams.map(({ instrument, trades: coverage }): Tape => {
      const trades = this.#recorder.trades.filter((trade) => trade.instrument === instrument);
      return { instrument, trades, coverage };
    });
    const vix = this.#vixOf(feeds.ibkr.snapshot().streams, venues);
    const to = this.#time.now();
    const stoodStill = this.#standstills.length > 0;
    const violations = violationsOf(venues, { mode: this.#mode, stoodStill });
    await this.#clock.during(Promise.all([feeds.binance.close(), feeds.ibkr.close()]), MINUTE);
    await this.#clock.during(feeds.deribit.close(), MINUTE);
    const timers = this.#clock.pending("client");
    const { bars, asked, questions } = this.#recorder;
    const index = this.#indexRecorder;
    const told = [...this.#recorder.told, ...index.told].sort((a, b) => a.at - b.at);
    const sockets = [...this.#recorder.sockets, ...index.sockets];
    const data = { ...this.#recorder.data, deribit: index.data.deribit };
    const history: History = {
      ...{ from: this.#start, to, told, data, bars, sockets, http: asked, questions },
      promises: this.#promises(),
      faults: this.#struck,
      standstills: this.#standstills,
      ...{ ledgers, finalStates, violations },
      leftovers: timers === 0 ? [] : [`${timers} timers were left running`],
    };
    const { tws, binance, deribit, truth } = venues;
    await this.#clock.during(Promise.all([tws.close(), binance.close()]), MINUTE);
    if (deribit !== undefined) await this.#clock.during(deribit.close(), MINUTE);
    const isIndex = ({ venue }: LedgerExport) => venue === "deribit";
    this.#recorder.seal(JSON.stringify(ledgers.filter((ledger) => !isIndex(ledger))));
    index.seal(JSON.stringify(ledgers.filter(isIndex)));
    const judged = check(history, truthAtOf(truth, this.#mode.roll), isTrading);
    const ofTrades = keepsTrades ? checkTrades(tapes, truth, to) : [];
    const verdict: Verdict = { ...judged, findings: [...judged.findings, ...ofTrades] };
    return {
      ...{ seed, hours, start: this.#start, mode: this.#mode, hash: this.#recorder.hash, verdict },
      indexHash: index.hash,
      faults: this.#struck,
      coverage: Object.fromEntries(ledgers.map((each) => [each.instrument, each.coverage])),
      events: this.#clock.events,
      vix,
    };
  }

  #vixOf(streams: readonly StreamSnapshot[], { truth }: Venues): VixOutcome | undefined {
    const stream = streams.find(({ instrument }) => instrument === VIX.symbol);
    const bars = this.#ledgers.get(VIX.symbol)?.bars();
    if (stream === undefined || bars === undefined) return undefined;
    const isTrue = ({ openTime, close }: Bar) =>
      truth.values?.(VIX.symbol, openTime).some(({ value }) => value === close) === true;
    const untrue = bars.filter((bar) => !isTrue(bar) || bar.source !== "delayed")
      .map(({ openTime, close }) => `${new Date(openTime).toISOString()} ${close}`);
    const { state, resubscribes } = stream;
    return { state, resubscribes, minutes: bars.length, untrue };
  }

  #promises() {
    const delayed = delayedFutures(this.#mode);
    const isAllDelayed = delayed.length === FUTURES.length;
    return promisesOf({ market: this.#mode.market, delayed, isAllDelayed });
  }

  #networks() {
    const recorder = this.#recorder;
    return {
      tcp: new TcpNetwork(this.#network, (id, what) => recorder.socket("ibkr", id, what)),
      web: new WebNetwork(
        this.#network,
        this.#clock.of("client"),
        (id, what) => recorder.socket("binance", id, what),
      ),
      indexWeb: new WebNetwork(
        this.#indexNetwork,
        this.#clock.of("client"),
        (id, what) => this.#indexRecorder.socket("deribit", id, what),
      ),
    };
  }

  #openVenues(networks: Networks): Promise<Venues> {
    const { seed } = this.#options;
    const common = { seed, start: this.#start, mode: this.#mode, time: this.#time };
    const { hasIndices = true } = this.#options;
    return openVenues({ ...common, ...networks, hasIndices, clock: this.#clock.of("world") });
  }

  #openFeeds(networks: Networks) {
    const { seed, sabotage = {}, log, listener, keepsTrades = false, hasVix = false } =
      this.#options;
    const random = this.#random("client");
    const indexRandom = this.#random("index client");
    const symbols = symbolsOf(seed);
    for (const symbol of symbols) this.#addLedger(symbol, (time) => alwaysOpen.isOpen(time));
    for (const { symbol } of FUTURES) {
      this.#addLedger(symbol, (time) => globexEquityIndex.isOpen(time));
    }
    for (const index of INDICES) {
      this.#addLedger(index, (time) => alwaysOpen.isOpen(time), { hasVolume: false });
    }
    if (hasVix) this.#addLedger(VIX.symbol, () => false, { hasVolume: false });
    return openFeeds({
      ...networks,
      ...{ mode: this.#mode, symbols, log, broken: sabotage, listener, keepsTrades, hasVix },
      ...{ indexRandom: () => indexRandom.next(), indexRecorder: this.#indexRecorder },
      ...{ clock: this.#clock.of("client"), random: () => random.next() },
      ...{ ledgers: this.#ledgers, recorder: this.#recorder, now: () => this.#time.now() },
    });
  }

  #addLedger(
    instrument: string,
    isOpen: (time: number) => boolean | undefined,
    options: { readonly hasVolume?: boolean } = {},
  ): void {
    const make = this.#options.sabotage?.ledger ??
      ((instrument, isOpen, options) => new MinuteLedger(instrument, isOpen, options));
    this.#ledgers.set(instrument, make(instrument, isOpen, options));
  }

  #strike(fault: PlannedFault, venues: Venues): void {
    const from = this.#time.now();
    const to = from + ("durationMs" in fault.action ? fault.until - fault.at : 0);
    this.#struck.push({ from, to, who: fault.who, kind: fault.action.kind });
    this.#options.log?.(
      `${new Date(from).toISOString()} FAULT ${fault.who} ${JSON.stringify(fault.action)}`,
    );
    if (fault.who === "ibkr") return venues.tws.strike(fault.action);
    if (fault.who === "binance") return venues.binance.strike(fault.action);
    if (fault.who === "deribit") return venues.deribit?.strike(fault.action);
    // In the world of these venues nobody has planned a fault of another.
    if (fault.who !== "client" && fault.who !== "network") return;
    if (isStandstill(fault.action)) this.#standstills.push({ from, to });
    strikeNear(fault.action, this.#clock, [this.#indexNetwork, this.#network]);
  }
}

function exportOf(ledger: MinuteLedger): LedgerExport {
  const { instrument, from, to } = ledger;
  return {
    instrument,
    venue: venueOf(instrument),
    from,
    to,
    bars: ledger.bars(),
    coverage: ledger.coverage(),
  };
}
