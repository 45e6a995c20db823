import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import type { Feed } from "../../lib/feeds/feed.ts";
import type { Outside } from "../../lib/feeds/outside.ts";
import { venueOf } from "../../lib/feeds/venues.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { type Log, silentLog } from "../../lib/runtime/log.ts";
import type { EmbeddedServer } from "../../lib/simulator/embedded_venue.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import type { PairStats } from "../../lib/simulator/pair_venue.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import { type Halt, TradeBook } from "../../lib/simulator/trade_book.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { check, type Verdict } from "./checker/check.ts";
import type { Finding, History, LedgerExport, Struck } from "./checker/history.ts";
import { promisesOf } from "./checker/promises.ts";
import { checkTrades, type Tape } from "./checker/trades.ts";
import { isStandstill, strikeNear } from "./near_faults.ts";
import { Network } from "./network.ts";
import { overheardHttp, overheardPairs } from "./overhear.ts";
import { planFaults, type PlannedFault } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import type { PairVenueId } from "./venue.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { WebNetwork } from "./web_network.ts";
import { isTrading, truthAtOf } from "./world_truth.ts";

export interface PairWorldOptions {
  readonly venue: PairVenueId;
  readonly seed: number;
  /** Simulated length. @default 24 */
  readonly hours?: number;
  /** What goes wrong. @default drawn from the seed, see {@link planFaults} */
  readonly faults?: readonly PlannedFault[];
  /** Called with every event and fault. @default none */
  readonly log?: (line: string) => void;
  /** Changes what the feed reaches the venue by, to see the harness go red. @default nothing */
  readonly mangle?: (outside: PairOutside) => PairOutside;
}

/** What a feed of pairs reaches its venue by. */
export type PairOutside = Pick<Outside, "httpGet" | "openWebSocket">;

/** What came of one simulated stretch. */
export interface PairOutcome {
  readonly venue: PairVenueId;
  readonly seed: number;
  readonly hours: number;
  /** Of all events and minutes. */
  readonly hash: string;
  readonly verdict: Verdict;
  readonly faults: readonly Struck[];
  readonly events: number;
  readonly trades: number;
  readonly healedTrades: number;
  /** Minutes without a trade, which have no bar. */
  readonly empty: number;
}

/** One with many trades, one with few, and none at all in one minute of fifty. */
const SYMBOLS: Readonly<Record<PairVenueId, readonly string[]>> = {
  coinbase: ["BTC-USD", "DOGE-USD"],
  kraken: ["BTC/USD", "DOGE/USD"],
};
const URLS = {
  coinbase: { streamUrl: "ws://stream.simulated", restUrl: "http://rest.simulated" },
  kraken: { streamUrl: "ws://stream.simulated/v2", restUrl: "http://rest.simulated" },
} as const;
const FIRST_DAY = Date.UTC(2025, 11, 1);
const DAYS = 19;
const BACKFILL_MS = 2 * HOUR;
/** A few trades a minute: one minute in fifty has none. */
const TRADES_PER_MINUTE = 4;
/** Runs are over so long after their last fault. */
const CALM_END_MS = 90 * SECOND;
/** How often the simulated venue looks at the clock, ms. */
const TICKS_MS = [400, 700, 1_000];
/** Trades that were made so long before the end may be on their way. */
const TRADES_SETTLE_MS = 90 * SECOND;
/** A rule of Coinbase. */
const LATE_REQUEST = "no subscription within five seconds";

type PairServer = EmbeddedServer & { stats(): PairStats };

/** Runs the feed of a venue of pairs against its server in virtual time, faults and all, and judges it by the truth. */
export async function simulatePairs(options: PairWorldOptions): Promise<PairOutcome> {
  return await new PairWorld(options).run();
}

class PairWorld {
  readonly #options: PairWorldOptions;
  readonly #hours: number;
  readonly #start: number;
  readonly #clock = new VirtualClock(Date.UTC(2031, 0, 1));
  readonly #time: VenueTime;
  readonly #truth: Truth;
  readonly #network: Network;
  readonly #recorder: Recorder;
  readonly #web: WebNetwork;
  readonly #ledgers = new Map<string, MinuteLedger>();
  readonly #struck: Struck[] = [];
  /** Requests that came late while the client stood still. */
  #excused = 0;
  readonly #standstills: { readonly from: number; readonly to: number }[] = [];

  constructor(options: PairWorldOptions) {
    const { venue, seed, hours = 24, log } = options;
    this.#options = options;
    this.#hours = hours;
    this.#start = FIRST_DAY + (seed % DAYS) * DAY + Math.floor(this.#random("start").next() * DAY);
    this.#time = new VenueTime({ clock: this.#clock.of("world"), start: this.#start });
    this.#truth = createMarketModel({
      seed,
      from: floorTo(this.#start - DAY, DAY),
      tradesPerMinute: TRADES_PER_MINUTE,
    });
    this.#network = new Network(this.#clock, this.#random("network"));
    this.#recorder = new Recorder(() => this.#time.now(), log);
    this.#web = new WebNetwork(
      this.#network,
      this.#clock.of("client"),
      (id, what) => this.#recorder.socket(venue, id, what),
    );
  }

  async run(): Promise<PairOutcome> {
    const { venue, seed } = this.#options;
    const durationMs = Math.round(this.#hours * HOUR);
    const server = await this.#startServer();
    const lastEnd = durationMs - CALM_END_MS;
    const faults = this.#options.faults ??
      planFaults(this.#random("faults"), { durationMs, lastEnd, venues: [venue] });
    for (const fault of faults) {
      this.#clock.deliver(fault.at, "world", () => this.#strike(fault, server));
    }
    const feed = this.#openFeed();
    feed.start();
    await this.#clock.run(durationMs);
    const { state, streams } = feed.snapshot();
    const to = this.#time.now();
    const ledgers = [...this.#ledgers.values()].map((ledger) => exportOf(ledger, venue));
    const tapes = streams.map(({ instrument, trades: coverage }): Tape => {
      const trades = this.#recorder.trades.filter((trade) => trade.instrument === instrument);
      return { instrument, trades, coverage };
    });
    await this.#clock.during(feed.close(), MINUTE);
    const timers = this.#clock.pending("client");
    const { violations, halts } = server.stats();
    const truth = truthOf(venue, this.#truth, halts);
    await this.#clock.during(server.close(), MINUTE);
    const { told, data, bars, sockets, asked, questions } = this.#recorder;
    const history: History = {
      ...{ from: this.#start, to, told, data, bars, sockets, http: asked, questions, ledgers },
      promises: promisesOf({ market: "spot", delayed: [], isAllDelayed: false }),
      faults: this.#struck,
      standstills: this.#standstills,
      finalStates: { [venue]: state },
      violations: this.#unexcused(violations).map((rule) => `${venue}: ${rule}`),
      leftovers: timers === 0 ? [] : [`${timers} timers were left running`],
    };
    this.#recorder.seal(JSON.stringify(ledgers));
    const judged = check(history, truthAtOf(truth, "date"), isTrading);
    const findings = [...judged.findings, ...tradeFindings(tapes, truth, to)];
    const count = (of: (tape: Tape) => number) => tapes.reduce((sum, tape) => sum + of(tape), 0);
    return {
      ...{ venue, seed, hours: this.#hours, hash: this.#recorder.hash },
      verdict: { ...judged, findings },
      faults: this.#struck,
      events: this.#clock.events,
      trades: count(({ trades }) => trades.length),
      healedTrades: count(({ coverage }) => coverage?.healed ?? 0),
      empty: ledgers.reduce((sum, { coverage }) => sum + coverage.absent, 0),
    };
  }

  #random(purpose: string): SeededRandom {
    const { seed, venue } = this.#options;
    return new SeededRandom(seed, venue, purpose);
  }

  async #startServer(): Promise<PairServer> {
    const { venue, seed } = this.#options;
    const embedded = await venueOf(venue).simulated!.load();
    const options = {
      truth: this.#truth,
      time: this.#time,
      clock: this.#clock.of("world"),
      host: "127.0.0.1",
      port: 0,
      listen: this.#web.listen,
      tickMs: TICKS_MS[seed % TICKS_MS.length]!,
    };
    return await embedded.start(options) as PairServer;
  }

  #openFeed(): Feed {
    const { venue, log, mangle = (outside) => outside } = this.#options;
    const definition = venueOf(venue);
    const settings = { ...URLS[venue], symbols: SYMBOLS[venue] };
    for (const { id } of definition.instruments(settings)) {
      this.#ledgers.set(id, new MinuteLedger(id, () => true));
    }
    const clock = this.#clock.of("client");
    const chance = this.#random("client");
    const random = () => chance.next();
    const recorder = this.#recorder;
    const { httpGet, openWebSocket } = mangle({
      httpGet: this.#web.httpGet,
      openWebSocket: this.#web.openSocket,
    });
    return definition.createFeed(
      {
        ...{ clock, random, speed: 1, source: "simulated", backfillMs: BACKFILL_MS },
        log: log === undefined ? silentLog : logTo(log, this.#time),
        ledgers: this.#ledgers,
        emit: (event: FeedEvent) => recorder.take(venue, event),
      },
      settings,
      {
        ...{ clock, random },
        httpGet: overheardHttp(httpGet, recorder),
        openWebSocket: overheardPairs(openWebSocket, { recorder, venue }),
        connectTcp: () => {
          throw new Error("nothing speaks TCP here");
        },
        begin: (make) => Promise.resolve(make()),
      },
    );
  }

  /** A client that stands still right after it has connected asks for nothing in time, and cannot. */
  #excuse(durationMs: number, server: PairServer): void {
    const late = () => server.stats().violations.filter((rule) => rule === LATE_REQUEST).length;
    const before = late();
    this.#clock.deliver(this.#clock.now + durationMs + SECOND, "world", () => {
      this.#excused += late() - before;
    });
  }

  #unexcused(violations: readonly string[]): readonly string[] {
    let left = this.#excused;
    return violations.filter((rule) => rule !== LATE_REQUEST || left-- <= 0);
  }

  #strike(fault: PlannedFault, server: PairServer): void {
    const { venue, log } = this.#options;
    const from = this.#time.now();
    const to = from + ("durationMs" in fault.action ? fault.until - fault.at : 0);
    this.#struck.push({ from, to, who: fault.who, kind: fault.action.kind });
    log?.(`${new Date(from).toISOString()} FAULT ${fault.who} ${JSON.stringify(fault.action)}`);
    if (fault.who === "client" || fault.who === "network") {
      if (isStandstill(fault.action)) {
        this.#standstills.push({ from, to });
        this.#excuse(to - from, server);
      }
      strikeNear(fault.action, this.#clock, [this.#network]);
    } else if (fault.who === venue) server.strike(fault.action);
  }
}

/** The truth of a venue that has let nothing trade for a while. */
function truthOf(venue: PairVenueId, truth: Truth, halts: readonly Halt[]): Truth {
  const book = new TradeBook(truth, venue);
  for (const halt of halts) book.halt(halt);
  const pairOf = (symbol: string) => symbol.replace(`@${venue}`, "");
  return {
    from: truth.from,
    to: truth.to,
    listings: (at) => truth.listings(at),
    minute: (symbol, openTime) => book.minute(pairOf(symbol), openTime, Infinity),
    trades: (symbol, openTime) => book.trades(pairOf(symbol), openTime),
    fiveSeconds: (symbol, openTime) => truth.fiveSeconds(symbol, openTime),
    isOpen: (symbol, openTime) => truth.isOpen(symbol, openTime),
  };
}

/** A market of pairs may be quiet at the end: what the truth has decides. */
function tradeFindings(tapes: readonly Tape[], truth: Truth, to: number): Finding[] {
  const found = checkTrades(tapes, truth, to)
    .filter(({ text }) => !text.includes(": no trade after "));
  const late = tapes.flatMap((tape) => lateTrades(tape, truth, to));
  return [...found, ...late.map((text) => ({ property: "P11", text }))];
}

function exportOf(ledger: MinuteLedger, venue: PairVenueId): LedgerExport {
  const { instrument, from, to } = ledger;
  return { instrument, venue, from, to, bars: ledger.bars(), coverage: ledger.coverage() };
}

/** Trades made before the last minute and a half that were not emitted. */
function lateTrades({ instrument, trades }: Tape, truth: Truth, to: number): string[] {
  const newest = trades.at(-1)?.id ?? 0;
  for (let minute = floorTo(to, MINUTE); minute > to - 10 * MINUTE; minute -= MINUTE) {
    const missed = truth.trades(instrument, minute)
      .find(({ id, time }) => id > newest && time < to - TRADES_SETTLE_MS);
    if (missed !== undefined) return [`${instrument}: trade ${missed.id} did not come`];
  }
  return [];
}

function logTo(log: (line: string) => void, time: VenueTime): Log {
  const at = (level: string) => (message: string, fields: Record<string, unknown> = {}) =>
    log(`${new Date(time.now()).toISOString()} ${level} ${message} ${JSON.stringify(fields)}`);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
