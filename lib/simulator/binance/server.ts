// @ts-types="npm:@types/ws@8.18.2"
import { WebSocketServer } from "ws";
import type { Clock } from "../../runtime/clock.ts";
import {
  type HttpAnswer,
  type HttpListener,
  type HttpRequest,
  type HttpUpgrade,
  listenHttp,
} from "../../runtime/http_server.ts";
import type { FaultTarget } from "../fault_target.ts";
import type { Truth } from "../truth.ts";
import type { VenueTime } from "../venue_time.ts";
import { KlineBook } from "./kline_book.ts";
import { Limits, RateWindow } from "./limits.ts";
import { Link } from "./link.ts";
import { BinanceRest, type RestFailure } from "./rest.ts";
import { GEO_BLOCKED } from "./rest_error.ts";
import { type BinanceStats, Counters } from "./stats.ts";
import { streamAddressOf } from "./stream_address.ts";
import { StreamConnection } from "./stream_connection.ts";
import { StreamHub } from "./stream_hub.ts";

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
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  readonly options?: BinanceScenario;
}

/** A listening Binance spot venue: `http://127.0.0.1:PORT` and `ws://127.0.0.1:PORT`. */
export interface BinanceServer extends FaultTarget {
  readonly port: number;
  stats(): BinanceStats;
  /** Sends `serverShutdown` on every open stream socket and ends them `afterMs` venue ms later. */
  announceShutdown(afterMs: number): void;
  /** Ends every open stream socket as Binance does after 24 hours. */
  endLifetimes(): void;
  /** Stops listening and cuts all connections; resolves when nothing is left. Safe to call twice. */
  close(): Promise<void>;
}

/** Local ms between two looks at the clock. */
const TICK_MS = 20;
/** Longest stretch of local time spent on making events before others may run. */
const PUMP_MS = 50;
/** Control messages with 1024 stream names stay well below. */
const MAX_MESSAGE_BYTES = 256_000;

/**
 * Starts a simulated Binance spot venue: market streams and REST on one loopback port, serving `truth` in
 * venue time, with Binance's payloads, replies, errors and limits.
 *
 * Streams: `kline_<interval>`, `trade`, `aggTrade`, `bookTicker`; any other name is acknowledged and stays
 * silent. REST: `/api/v3/` `ping`, `time`, `exchangeInfo`, `klines`, `aggTrades`. Unlike Binance, a minute
 * the truth does not have is in no row and no frame: it was not flat, it is missing.
 *
 * @throws the system's error when the port is taken.
 */
export async function startBinanceServer(options: BinanceServerOptions): Promise<BinanceServer> {
  const venue = new BinanceVenue(options);
  await venue.listen(options.host ?? "127.0.0.1", options.port ?? 0);
  return venue;
}

class BinanceVenue implements BinanceServer {
  readonly venue = "binance";
  readonly #time: VenueTime;
  readonly #clock: Clock;
  readonly #scenario: BinanceScenario;
  readonly #link = new Link();
  readonly #counters = new Counters();
  readonly #attempts = new RateWindow(Limits.connectionsWithinMs, Limits.connections);
  readonly #connections = new Set<StreamConnection>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  readonly #hub: StreamHub;
  readonly #rest: BinanceRest;
  #listener: HttpListener | undefined;
  #ticking: { cancel(): void } | undefined;
  #toldUntil: number;
  #isPaused = false;
  #isClosed = false;

  constructor({ truth, time, clock, options: scenario = {} }: BinanceServerOptions) {
    this.#time = time;
    this.#clock = clock;
    this.#scenario = scenario;
    const book = new KlineBook(truth);
    this.#hub = new StreamHub(book, scenario.silentStreams ?? []);
    this.#rest = new BinanceRest({
      book,
      clock,
      counters: this.#counters,
      failure: scenario.restFailure,
      lagMs: scenario.restLagMs,
    });
    this.#toldUntil = time.now();
  }

  async listen(host: string, port: number): Promise<void> {
    this.#listener = await listenHttp(
      { host, port, admits: () => !this.#link.isRefusingAt(this.#time.now()) },
      (request) => this.#onRequest(request),
      (upgrade) => void this.#onUpgrade(upgrade),
    );
    this.#ticking = this.#time.follow((_, upTo) => this.#tick(upTo), TICK_MS);
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

  announceShutdown(afterMs: number): void {
    const now = this.#time.now();
    for (const connection of this.#connections) connection.announceShutdown(now, now + afterMs);
  }

  endLifetimes(): void {
    for (const connection of this.#connections) connection.endLifetime();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ticking?.cancel();
    this.#link.close();
    this.#sockets.close();
    await this.#listener?.close();
  }

  async #onRequest(request: HttpRequest): Promise<HttpAnswer | undefined> {
    await this.#link.open(this.#time.now());
    if (this.#isClosed) return undefined;
    if (this.#scenario.geoBlocked === true) return GEO_BLOCKED;
    const answer = await this.#rest.answer(request, this.#time.now());
    await this.#link.open(this.#time.now());
    await new Promise<void>((resolve) => this.#link.send(this.#time.now(), false, resolve));
    return this.#isClosed ? undefined : answer;
  }

  async #onUpgrade(upgrade: HttpUpgrade): Promise<void> {
    await this.#link.open(this.#time.now());
    if (this.#isClosed) return;
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
    const [request, socket, head] = upgrade.parts;
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new StreamConnection(webSocket, address, {
        hub: this.#hub,
        link: this.#link,
        time: this.#time,
        clock: this.#clock,
        counters: this.#counters,
      });
      this.#counters.connections++;
      this.#connections.add(connection);
      webSocket.on("close", () => this.#connections.delete(connection));
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
      const damage = this.#link.nextDamage();
      if (damage !== undefined) event.spoil(damage);
      this.#hub.publish(event);
    }
    this.#toldUntil = now;
  }
}
