import { SECOND } from "../../model/time.ts";
import { sleep } from "../../runtime/clock.ts";
import type { HttpAnswer, HttpRequest } from "../../runtime/http_server.ts";
import type { FaultAction } from "../fault.ts";
import type { EmbeddedServer } from "../embedded_venue.ts";
import type { StreamUpgrade } from "../venue_socket.ts";
import { WebVenue, type WebVenueOptions } from "../web_venue.ts";
import { KlineBook } from "./kline_book.ts";
import { Limits, RateWindow } from "./limits.ts";
import { BinanceRest, type RestFailure } from "./rest.ts";
import { GEO_BLOCKED } from "./rest_error.ts";
import { type BinanceStats, Counters } from "./stats.ts";
import { streamAddressOf } from "./stream_address.ts";
import { StreamConnection } from "./stream_connection.ts";
import { StreamHub } from "./stream_hub.ts";
import type { StreamPush } from "./stream_push.ts";
import { Troubles } from "../troubles.ts";

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

export interface BinanceServerOptions extends WebVenueOptions {
  /** What faults and clients know it as. @default "binance" */
  readonly venue?: string;
  readonly options?: BinanceScenario;
}

/** A listening Binance venue: `http://127.0.0.1:PORT` and `ws://127.0.0.1:PORT`. */
export interface BinanceServer extends EmbeddedServer {
  stats(): BinanceStats;
  /** Sends `serverShutdown` on every open stream socket and ends them `afterMs` venue ms later. */
  announceShutdown(afterMs: number): void;
  /** Ends every open stream socket as Binance does after 24 hours. */
  endLifetimes(): void;
  /** One stream says nothing for a while, named as asked for: `btcusdt@kline_1m`. */
  mute(stream: string, durationMs: number): void;
}

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
  await venue.open();
  return venue;
}

class BinanceVenue extends WebVenue<StreamConnection> implements BinanceServer {
  readonly venue: string;
  readonly #scenario: BinanceScenario;
  readonly #troubles = new Troubles<StreamPush>();
  readonly #counters = new Counters();
  readonly #attempts = new RateWindow(Limits.connectionsWithinMs, Limits.connections);
  readonly #hub: StreamHub;
  readonly #rest: BinanceRest;

  constructor(options: BinanceServerOptions) {
    super(options);
    const { truth, clock, venue = "binance", options: scenario = {}, onHistory } = options;
    this.venue = venue;
    this.#scenario = scenario;
    const book = new KlineBook(truth);
    this.#hub = new StreamHub(book, scenario.silentStreams ?? []);
    this.#rest = new BinanceRest({
      book,
      clock,
      counters: this.#counters,
      troubles: this.#troubles,
      failure: scenario.restFailure,
      lagMs: scenario.restLagMs,
      onHistory,
    });
  }

  stats(): BinanceStats {
    return {
      ...this.#counters,
      violations: [...this.#counters.violations],
      liveSockets: this.connections.size,
      subscriptions: this.#hub.subscriptions,
      worstAttempts: this.#attempts.worst,
      usedWeight: this.#rest.budget.usedAt(this.time.now()),
      worstWeight: this.#rest.budget.worst,
      worstFuturesWeight: this.#rest.futuresBudget.worst,
    };
  }

  protected strikeOwn(action: FaultAction, now: number): void {
    switch (action.kind) {
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
    const now = this.time.now();
    for (const connection of this.connections) connection.announceShutdown(now, now + afterMs);
  }

  endLifetimes(): void {
    for (const connection of this.connections) connection.endLifetime();
  }

  mute(stream: string, durationMs: number): void {
    this.#troubles.mute(stream, this.time.now() + durationMs);
  }

  protected async answer(request: HttpRequest): Promise<HttpAnswer> {
    if (this.#scenario.geoBlocked === true) return GEO_BLOCKED;
    const answer = await this.#rest.answer(request, this.time.now());
    const slowMs = this.#troubles.slowBy(this.time.now());
    if (slowMs > 0) await sleep(this.clock, slowMs / this.time.speed, this.closing);
    return answer;
  }

  protected upgrade(upgrade: StreamUpgrade): void {
    if (this.#scenario.geoBlocked === true) return upgrade.refuse(GEO_BLOCKED);
    if (this.#attempts.add(this.time.now()) > Limits.connections) {
      this.#counters.violated("too many connections in five minutes");
      return upgrade.refuse({ status: 429, headers: { "Retry-After": "300" }, text: "" });
    }
    const address = streamAddressOf(upgrade.target);
    if (address === undefined) return upgrade.refuse({ status: 404, text: "" });
    if (address.names.length > Limits.streamsPerConnection) {
      this.#counters.violated("too many streams on one connection");
      return upgrade.refuse({ status: 400, text: "" });
    }
    this.accept(upgrade, (socket) => {
      this.#counters.connections++;
      return new StreamConnection(socket, address, {
        hub: this.#hub,
        link: this.link,
        time: this.time,
        clock: this.clock,
        counters: this.#counters,
      });
    });
  }

  protected publish(after: number, upTo: number): number {
    const began = this.clock.monotonic();
    let sentUntil = after;
    for (const event of this.#hub.events(after, upTo)) {
      // A long stretch is sent over several ticks; only between two times, so that none is split.
      if (event.time > sentUntil && this.clock.monotonic() - began > PUMP_MS) return sentUntil;
      sentUntil = event.time;
      if (this.#troubles.isSilent(event)) continue;
      const damage = this.link.nextDamage();
      if (damage !== undefined) event.spoil(damage);
      for (const each of this.#troubles.order.pass(event)) this.#hub.publish(each);
    }
    return upTo;
  }
}
