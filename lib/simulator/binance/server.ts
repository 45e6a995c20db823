import { SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { HttpAnswer, HttpRequest } from "../../runtime/http_server.ts";
import type { FaultAction } from "../fault.ts";
import type { FaultTarget } from "../fault_target.ts";
import { SIMULATED_HEADERS } from "../marker.ts";
import type { Truth } from "../truth.ts";
import type { VenueTime } from "../venue_time.ts";
import { KlineBook } from "./kline_book.ts";
import { Limits, RateWindow } from "./limits.ts";
import { Link } from "../link.ts";
import { listenVenue } from "../listen_venue.ts";
import { BinanceRest, type RestFailure } from "./rest.ts";
import { GEO_BLOCKED } from "./rest_error.ts";
import { type BinanceStats, Counters } from "./stats.ts";
import { streamAddressOf } from "./stream_address.ts";
import { StreamConnection } from "./stream_connection.ts";
import { StreamHub } from "./stream_hub.ts";
import { Troubles } from "./troubles.ts";
import type { ListenVenue, StreamUpgrade, VenueListener } from "../venue_socket.ts";

/** What is out of the ordinary at the venue. */
export interface BinanceScenario {
  /** Every call and every stream socket is answered with status 451. @default false */
  readonly geoBlocked?: boolean;
  /** Names of streams that are acknowledged and never say anything. @default [] */
  readonly silentStreams?: readonly string[];
  /** The first REST calls fail. @default none fails */
  readonly restFailure?: RestFailure;
  /** How far REST market data lag behind the streams, venue ms. @default 0 */
  readonly restLagMs?: number;
}

export interface BinanceServerOptions {
  readonly truth: Truth;
  readonly time: VenueTime;
  readonly clock: Clock;
  /** What faults and clients know it as. @default "binance" */
  readonly venue?: string;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  readonly options?: BinanceScenario;
  /** How it listens. @default on the machine's network */
  readonly listen?: ListenVenue;
  /** Local ms between two looks at the clock. @default 20 */
  readonly tickMs?: number;
}

/** A listening Binance venue: `http://127.0.0.1:PORT` and `ws://127.0.0.1:PORT`. */
export interface BinanceServer extends FaultTarget {
  readonly port: number;
  stats(): BinanceStats;
  /** Sends `serverShutdown` on every open stream socket and ends them `afterMs` venue ms later. */
  announceShutdown(afterMs: number): void;
  /** Ends every open stream socket as Binance does after 24 hours. */
  endLifetimes(): void;
  /** One stream says nothing for a while, named as asked for: `btcusdt@kline_1m`. */
  mute(stream: string, durationMs: number): void;
  /** Stops listening and cuts all connections; resolves when nothing is left. Safe to call twice. */
  close(): Promise<void>;
}

/** Local ms between two looks at the clock. */
const TICK_MS = 20;
/** Longest stretch of local time spent on making events before others may run. */
const PUMP_MS = 50;

/**
 * Starts a simulated Binance venue: market streams and REST of spot and USD-M futures on one loopback port,
 * serving one `truth` in venue time, with Binance's payloads, replies, errors and limits.
 *
 * Streams: `kline_<interval>`, `trade`, `aggTrade`, `bookTicker`, `markPrice`; any other name, or one of another route,
 * is acknowledged and stays silent. REST, under `/api/v3/` and `/fapi/v1/`: `ping`, `time`, `exchangeInfo`,
 * `klines`, `aggTrades`. Unlike Binance, a minute the truth does not have is in no row and no frame.
 *
 * @throws the system's error when the port is taken.
 */
export async function startBinanceServer(options: BinanceServerOptions): Promise<BinanceServer> {
  const venue = new BinanceVenue(options);
  await venue.open(options);
  return venue;
}

class BinanceVenue implements BinanceServer {
  readonly venue: string;
  readonly #time: VenueTime;
  readonly #clock: Clock;
  readonly #scenario: BinanceScenario;
  readonly #link = new Link();
  readonly #troubles = new Troubles();
  readonly #counters = new Counters();
  readonly #attempts = new RateWindow(Limits.connectionsWithinMs, Limits.connections);
  readonly #connections = new Set<StreamConnection>();
  readonly #hub: StreamHub;
  readonly #rest: BinanceRest;
  #listener: VenueListener | undefined;
  #ticking: { cancel(): void } | undefined;
  #toldUntil: number;
  #isPaused = false;
  readonly #closing = new AbortController();

  constructor(options: BinanceServerOptions) {
    const { truth, time, clock, venue = "binance", options: scenario = {} } = options;
    this.venue = venue;
    this.#time = time;
    this.#clock = clock;
    this.#scenario = scenario;
    const book = new KlineBook(truth);
    this.#hub = new StreamHub(book, scenario.silentStreams ?? []);
    this.#rest = new BinanceRest({
      ...{ book, clock, counters: this.#counters, troubles: this.#troubles },
      ...{ failure: scenario.restFailure, lagMs: scenario.restLagMs },
    });
    this.#toldUntil = time.now();
  }

  async open(options: BinanceServerOptions): Promise<void> {
    const { host = "127.0.0.1", port = 0, listen = listenVenue, tickMs = TICK_MS } = options;
    this.#listener = await listen(
      {
        host,
        port,
        admits: () => !this.#link.isRefusingAt(this.#time.now()),
        headers: SIMULATED_HEADERS,
      },
      (request) => this.#onRequest(request),
      (upgrade) => void this.#onUpgrade(upgrade),
    );
    this.#ticking = this.#time.follow((_, upTo) => this.#tick(upTo), tickMs);
  }

  get port(): number {
    return this.#listener!.port;
  }

  stats(): BinanceStats {
    return {
      ...this.#counters,
      violations: [...this.#counters.violations],
      liveSockets: this.#connections.size,
      subscriptions: this.#hub.subscriptions,
      worstAttempts: this.#attempts.worst,
      usedWeight: this.#rest.budget.usedAt(this.#time.now()),
      worstWeight: this.#rest.budget.worst,
      worstFuturesWeight: this.#rest.futuresBudget.worst,
    };
  }

  drop(): void {
    this.#listener!.cutAll();
  }

  stall(durationMs: number): void {
    const now = this.#time.now();
    this.#tick(now);
    this.#link.stall(now + durationMs);
    this.#isPaused = true;
    for (const connection of this.#connections) connection.pause();
  }

  corrupt(count: number): void {
    this.#link.corrupt(count);
  }

  delay(delayMs: number, durationMs: number): void {
    const now = this.#time.now();
    this.#tick(now);
    this.#link.delay(delayMs, now + durationMs);
  }

  refuse(durationMs: number): void {
    this.#link.refuse(this.#time.now() + durationMs);
    this.#listener!.cutAll();
  }

  strike(action: FaultAction): void {
    const now = this.#time.now();
    this.#tick(now);
    switch (action.kind) {
      case "drop":
        return this.drop();
      case "stall":
        return this.stall(action.durationMs);
      case "corrupt":
        return this.corrupt(action.count);
      case "delay":
        return this.delay(action.delayMs, action.durationMs);
      case "refuse":
        return this.refuse(action.durationMs);
      case "dead-streams":
        return this.#hub.forgetAll();
      case "duplicate":
        return this.#troubles.order.repeat(action.count);
      case "shuffle":
        return this.#troubles.order.shuffle(action.count);
      case "lifetime":
        return this.endLifetimes();
      case "shutdown":
        return this.announceShutdown(action.delayMs);
      case "silence":
        return this.#troubles.silence(now + action.durationMs);
      case "mute":
        return this.mute(this.#hub.firstKlineStream(), action.durationMs);
      case "rest-error":
        return this.#rest.fail({
          status: action.status,
          times: action.count,
          retryAfter: Math.ceil(action.retryAfterMs / SECOND),
        });
      case "rest-slow":
        return this.#troubles.slowRest(action.delayMs, now + action.durationMs);
      case "rest-lag":
        return this.#troubles.lagRest(action.delayMs, now + action.durationMs);
      case "rest-short":
        this.#troubles.answersToCut = action.count;
        return;
      default:
        throw new RangeError(`a fault of Binance must be of its kinds, got ${action.kind}`);
    }
  }

  announceShutdown(afterMs: number): void {
    const now = this.#time.now();
    for (const connection of this.#connections) connection.announceShutdown(now, now + afterMs);
  }

  endLifetimes(): void {
    for (const connection of this.#connections) connection.endLifetime();
  }

  mute(stream: string, durationMs: number): void {
    this.#troubles.mute(stream, this.#time.now() + durationMs);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the venue closes"));
    this.#ticking?.cancel();
    this.#link.close();
    await this.#listener?.close();
  }

  async #onRequest(request: HttpRequest): Promise<HttpAnswer | undefined> {
    await this.#link.open(this.#time.now());
    if (this.#closing.signal.aborted) return undefined;
    if (this.#scenario.geoBlocked === true) return GEO_BLOCKED;
    const answer = await this.#rest.answer(request, this.#time.now());
    const slowMs = this.#troubles.slowBy(this.#time.now());
    if (slowMs > 0) await sleep(this.#clock, slowMs / this.#time.speed, this.#closing.signal);
    await this.#link.open(this.#time.now());
    await new Promise<void>((resolve) => this.#link.send(this.#time.now(), false, resolve));
    return this.#closing.signal.aborted ? undefined : answer;
  }

  async #onUpgrade(upgrade: StreamUpgrade): Promise<void> {
    await this.#link.open(this.#time.now());
    if (this.#closing.signal.aborted) return;
    if (this.#scenario.geoBlocked === true) return upgrade.refuse(GEO_BLOCKED);
    if (this.#attempts.add(this.#time.now()) > Limits.connections) {
      this.#counters.violated("too many connections in five minutes");
      return upgrade.refuse({ status: 429, headers: { "Retry-After": "300" }, text: "" });
    }
    const address = streamAddressOf(upgrade.target);
    if (address === undefined) return upgrade.refuse({ status: 404, text: "" });
    if (address.names.length > Limits.streamsPerConnection) {
      this.#counters.violated("too many streams on one connection");
      return upgrade.refuse({ status: 400, text: "" });
    }
    upgrade.accept((socket) => {
      const connection = new StreamConnection(socket, address, {
        ...{ hub: this.#hub, link: this.#link, time: this.#time },
        ...{ clock: this.#clock, counters: this.#counters },
      });
      this.#counters.connections++;
      this.#connections.add(connection);
      socket.onClose(() => this.#connections.delete(connection));
    });
  }

  /** Says all that has fallen due; during a stall nothing, and what falls due then is lost. */
  #tick(now: number): void {
    if (this.#link.isStalledAt(now)) return;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#toldUntil = Math.max(this.#toldUntil, this.#link.stalledUntil);
      for (const connection of this.#connections) connection.resume(now);
    }
    this.#pump(now);
    this.#link.flush(now);
    for (const connection of this.#connections) connection.keepAlive(now);
  }

  #pump(now: number): void {
    const began = this.#clock.monotonic();
    for (const event of this.#hub.events(this.#toldUntil, now)) {
      // A long stretch is told over several ticks; only between two times, so that none is split.
      if (event.time > this.#toldUntil && this.#clock.monotonic() - began > PUMP_MS) return;
      this.#toldUntil = event.time;
      if (this.#troubles.isSilent(event)) continue;
      const damage = this.#link.nextDamage();
      if (damage !== undefined) event.spoil(damage);
      for (const each of this.#troubles.order.pass(event)) this.#hub.publish(each);
    }
    this.#toldUntil = now;
  }
}
