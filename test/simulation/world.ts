import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { createBinanceFeed } from "../../lib/feeds/binance/feed.ts";
import type { OpenStreamSocket } from "../../lib/feeds/binance/stream_socket.ts";
import type { Feed, FeedContext } from "../../lib/feeds/feed.ts";
import { createIbkrFeed } from "../../lib/feeds/ibkr/feed.ts";
import type { OpenGateway } from "../../lib/feeds/ibkr/gateway.ts";
import { stoqeyGatewayOver } from "../../lib/feeds/ibkr/stoqey_gateway.ts";
import type { Coverage } from "../../lib/model/coverage.ts";
import type { Venue } from "../../lib/model/instrument.ts";
import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import type { HttpGet } from "../../lib/runtime/http.ts";
import { type Log, silentLog } from "../../lib/runtime/log.ts";
import { type BinanceServer, startBinanceServer } from "../../lib/simulator/binance/server.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import { startTwsServer, type TwsServer } from "../../lib/simulator/tws/server.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { check, type Verdict } from "./checker/check.ts";
import type { History, LedgerExport, Struck } from "./checker/history.ts";
import { Network } from "./network.ts";
import { overheardGateway, overheardHttp, overheardSocket } from "./overhear.ts";
import { planFaults, type PlannedFault } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import { TcpNetwork } from "./tcp_network.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { WebNetwork } from "./web_network.ts";
import { isTrading, truthAtOf } from "./world_truth.ts";

/** Parts of the program under test that a test may replace by broken ones, to see the harness go red. */
export interface Sabotage {
  readonly httpGet?: (real: HttpGet) => HttpGet;
  readonly openSocket?: (real: OpenStreamSocket) => OpenStreamSocket;
  readonly openGateway?: (real: OpenGateway) => OpenGateway;
  readonly ledger?: (
    instrument: string,
    isOpen: ConstructorParameters<typeof MinuteLedger>[1],
  ) => MinuteLedger;
}

export interface WorldOptions {
  readonly seed: number;
  /** Simulated length. @default 24 */
  readonly hours?: number;
  /** Venue time at which it begins, epoch ms UTC. @default drawn from the seed, in December 2025 */
  readonly start?: number;
  /** What goes wrong. @default drawn from the seed, see {@link planFaults} */
  readonly faults?: readonly PlannedFault[];
  /** Hears of every event and fault. */
  readonly log?: (line: string) => void;
  readonly sabotage?: Sabotage;
}

/** What came of one simulated stretch. */
export interface Outcome {
  readonly seed: number;
  readonly hours: number;
  /** Venue time at which it began, epoch ms UTC. */
  readonly start: number;
  readonly hash: string;
  readonly verdict: Verdict;
  readonly faults: readonly Struck[];
  /** What the feeds themselves say of each instrument's minutes, at the end. */
  readonly coverage: Readonly<Record<string, Coverage>>;
  readonly events: number;
}

/** Runs are over so long after their last fault. */
const CALM_END_MS = 90 * SECOND;
const FIRST_DAY = Date.UTC(2025, 11, 1);
/** Days over which the seeds spread: weekends and the roll of 15 December are among them. */
const DAYS = 19;
/** Every third run streams two symbols, so that one of them can fall silent alone. */
const symbolsOf = (seed: number) => seed % 3 === 0 ? ["BTCUSDT", "ETHUSDT"] : ["BTCUSDT"];
const FUTURES = [{ symbol: "ES", exchange: "CME" }, { symbol: "NQ", exchange: "CME" }];
const TWS_PORT = 4_002;
/** How often the simulated venues look at the clock, ms: what falls due in between comes in one go. */
const TICKS_MS = [250, 500, 1_000];

/** Runs both feeds against both simulated venues over the given time, faults and all, and judges it. */
export async function simulate(options: WorldOptions): Promise<Outcome> {
  const world = new World(options);
  return await world.run();
}

class World {
  readonly #options: WorldOptions;
  readonly #durationMs: number;
  readonly #start: number;
  readonly #clock: VirtualClock;
  readonly #random: (purpose: string) => SeededRandom;
  readonly #recorder: Recorder;
  readonly #time: VenueTime;
  readonly #network: Network;
  readonly #struck: Struck[] = [];
  readonly #standstills: { from: number; to: number }[] = [];
  readonly #ledgers = new Map<string, MinuteLedger>();

  constructor(options: WorldOptions) {
    const { seed, hours = 24, log } = options;
    this.#options = options;
    this.#durationMs = Math.round(hours * HOUR);
    this.#random = (purpose) => new SeededRandom(seed, purpose);
    const within = this.#random("start").next() * DAY;
    this.#start = options.start ?? FIRST_DAY + (seed % DAYS) * DAY + Math.floor(within);
    this.#clock = new VirtualClock(Date.UTC(2031, 0, 1));
    this.#time = new VenueTime({ clock: this.#clock.of("world"), start: this.#start });
    this.#recorder = new Recorder(() => this.#time.now(), log);
    this.#network = new Network(this.#clock, this.#random("network"));
  }

  async run(): Promise<Outcome> {
    const { seed, hours = 24 } = this.#options;
    const { tws, tcp, binance, web, truth } = await this.#openVenues();
    const lastEnd = this.#durationMs - CALM_END_MS;
    const faults = this.#options.faults ??
      planFaults(this.#random("faults"), { durationMs: this.#durationMs, lastEnd });
    for (const fault of faults) {
      this.#clock.deliver(fault.at, "world", () => this.#strike(fault, { tws, binance }));
    }
    const feeds = this.#openFeeds(tcp, web);
    for (const feed of feeds) feed.start();
    await this.#clock.run(this.#durationMs);
    const [binanceFeed, ibkrFeed] = feeds;
    const finalStates = {
      binance: binanceFeed!.snapshot().state,
      ibkr: ibkrFeed!.snapshot().state,
    };
    const ledgers = [...this.#ledgers.values()].map(exportOf);
    const to = this.#time.now();
    const violations = violationsOf(tws, binance, this.#standstills.length > 0);
    await this.#clock.during(
      Promise.all(feeds.map((feed) => feed.close())),
      MINUTE,
    );
    const timers = this.#clock.pending("client");
    const history: History = {
      from: this.#start,
      to,
      told: this.#recorder.told,
      data: this.#recorder.data,
      sockets: this.#recorder.sockets,
      http: this.#recorder.asked,
      questions: this.#recorder.questions,
      faults: this.#struck,
      standstills: this.#standstills,
      ledgers,
      finalStates,
      violations,
      leftovers: timers === 0 ? [] : [`${timers} timers were left running`],
    };
    await this.#clock.during(Promise.all([tws.close(), binance.close()]), MINUTE);
    this.#recorder.seal(JSON.stringify(ledgers));
    const verdict = check(history, truthAtOf(truth), isTrading);
    const { hash } = this.#recorder;
    const coverage = Object.fromEntries(ledgers.map((each) => [each.instrument, each.coverage]));
    const { events } = this.#clock;
    return {
      seed,
      hours,
      start: this.#start,
      hash,
      verdict,
      faults: this.#struck,
      coverage,
      events,
    };
  }

  async #openVenues() {
    const { seed } = this.#options;
    const recorder = this.#recorder;
    const tickMs = TICKS_MS[seed % TICKS_MS.length]!;
    const truth = createMarketModel({
      seed,
      from: floorTo(this.#start - 2 * DAY, DAY),
      tradesPerMinute: 4,
    });
    const tcp = new TcpNetwork(this.#network, (id, what) => recorder.socket("ibkr", id, what));
    const web = new WebNetwork(
      this.#network,
      this.#clock.of("client"),
      (id, what) => recorder.socket("binance", id, what),
    );
    const common = { truth, time: this.#time, clock: this.#clock.of("world"), tickMs };
    const tws = await startTwsServer({ ...common, listen: tcp.listen, port: TWS_PORT });
    const binance = await startBinanceServer({ ...common, listen: web.listen });
    return { truth, tcp, web, tws, binance };
  }

  #openFeeds(tcp: TcpNetwork, web: WebNetwork): Feed[] {
    const { sabotage = {}, log } = this.#options;
    const random = this.#random("client");
    const recorder = this.#recorder;
    const symbols = symbolsOf(this.#options.seed);
    for (const symbol of symbols) this.#addLedger(symbol, (time) => alwaysOpen.isOpen(time));
    for (const { symbol } of FUTURES) {
      this.#addLedger(symbol, (time) => globexEquityIndex.isOpen(time));
    }
    const context = (venue: Venue): FeedContext => ({
      clock: this.#clock.of("client"),
      random: () => random.next(),
      log: log === undefined ? silentLog : logTo(venue, log, () => this.#time.now()),
      speed: 1,
      source: "simulated",
      backfillMs: 2 * HOUR,
      ledgers: this.#ledgers,
      emit: (event) => recorder.take(venue, event),
    });
    const socket = overheardSocket(web.openSocket, recorder);
    const gateway = overheardGateway(stoqeyGatewayOver(tcp.connect), recorder);
    return [
      createBinanceFeed(context("binance"), {
        streamUrl: "ws://stream.simulated:9443",
        restUrl: "http://rest.simulated",
        symbols,
        httpGet: overheardHttp(sabotage.httpGet?.(web.httpGet) ?? web.httpGet, recorder),
        openSocket: sabotage.openSocket?.(socket) ?? socket,
      }),
      createIbkrFeed(context("ibkr"), {
        host: "gateway.simulated",
        port: TWS_PORT,
        clientId: 17,
        futures: FUTURES,
        manualExpiry: null,
        marketDataType: "live",
        openGateway: sabotage.openGateway?.(gateway) ?? gateway,
      }),
    ];
  }

  #addLedger(instrument: string, isOpen: (time: number) => boolean | undefined): void {
    const make = this.#options.sabotage?.ledger ??
      ((instrument, isOpen) => new MinuteLedger(instrument, isOpen));
    this.#ledgers.set(instrument, make(instrument, isOpen));
  }

  #strike(fault: PlannedFault, venues: { tws: TwsServer; binance: BinanceServer }): void {
    const from = this.#time.now();
    const to = from + ("durationMs" in fault.action ? fault.until - fault.at : 0);
    this.#struck.push({ from, to, who: fault.who, kind: fault.action.kind });
    this.#options.log?.(
      `${new Date(from).toISOString()} FAULT ${fault.who} ${JSON.stringify(fault.action)}`,
    );
    if (fault.who === "ibkr") return venues.tws.strike(fault.action);
    if (fault.who === "binance") return venues.binance.strike(fault.action);
    const { action } = fault;
    switch (action.kind) {
      case "freeze":
        this.#standstills.push({ from, to });
        return this.#clock.freeze(action.durationMs);
      case "suspend":
        this.#standstills.push({ from, to });
        return this.#clock.suspend(action.durationMs);
      case "wall-step":
        return this.#clock.stepWallClock(action.byMs);
      case "no-such-host":
      case "black-hole":
        return this.#network.spoilReach(action.kind, action.durationMs);
      case "slices":
        return this.#network.slice(action.durationMs);
    }
  }
}

function exportOf(ledger: MinuteLedger): LedgerExport {
  const { instrument, from, to } = ledger;
  return {
    instrument,
    venue: instrument.endsWith("USDT") ? "binance" : "ibkr",
    from,
    to,
    bars: ledger.bars(),
    coverage: ledger.coverage(),
  };
}

/** Rules broken, by the venues' own count. A client that stands still cannot answer pings. */
function violationsOf(tws: TwsServer, binance: BinanceServer, stoodStill: boolean): string[] {
  const { pacingViolations } = tws.stats();
  const { violations } = binance.stats();
  return [
    ...(pacingViolations > 0 ? [`${pacingViolations} requests to IBKR came too fast`] : []),
    ...violations.filter((rule) => !(stoodStill && rule === "no pong in time"))
      .map((rule) => `Binance: ${rule}`),
  ];
}

function logTo(venue: Venue, log: (line: string) => void, now: () => number): Log {
  const at = (level: string) => (message: string, fields: Record<string, unknown> = {}) =>
    log(
      `${new Date(now()).toISOString()} ${venue} ${level} ${message} ${JSON.stringify(fields)}`,
    );
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
