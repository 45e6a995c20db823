import { MINUTE } from "../../model/time.ts";
import { isTradable, TRADING_MODES, type TradingMode } from "../../model/trading_mode.ts";
import type { HttpAnswer } from "../../runtime/http_server.ts";
import { RateWindow } from "../binance/limits.ts";
import type { EmbeddedServer } from "../embedded_venue.ts";
import type { FaultAction } from "../fault.ts";
import { type PairPush, tradesWithin } from "../pair_stream.ts";
import { type PairStats, PairVenue, type PairView } from "../pair_venue.ts";
import { TokenBucket } from "../token_bucket.ts";
import type { SimulatedTrade } from "../truth.ts";
import type { StreamUpgrade } from "../venue_socket.ts";
import type { WebVenueOptions } from "../web_venue.ts";
import { KrakenConnection } from "./connection.ts";
import { statusText, tradesText } from "./payloads.ts";
import { krakenAnswer, krakenError } from "./rest.ts";

/** A listening Kraken venue: `http://127.0.0.1:PORT` and `ws://127.0.0.1:PORT/v2`. */
export interface KrakenServer extends EmbeddedServer {
  stats(): PairStats;
}

/** Attempts to connect in ten minutes; then Cloudflare refuses. */
const MOST_ATTEMPTS = 150;
const ATTEMPTS_WITHIN_MS = 10 * MINUTE;
const SNAPSHOT = 50;
/** Trades that are so close come in one message, venue ms. */
const TOGETHER_MS = 20;

/**
 * Starts a simulated Kraken: the channel `trade` of WebSocket v2 with its snapshot, heartbeats and status, and the
 * public REST calls, on one loopback port, with Kraken's payloads, refusals and limits; other channels are accepted and
 * stay silent. `BTC/USD` is `BTC-USD@kraken` of the truth.
 *
 * @throws the system's error when the port is taken.
 */
export async function startKrakenServer(options: WebVenueOptions): Promise<KrakenServer> {
  const venue = new KrakenVenue(options);
  await venue.open();
  return venue;
}

class KrakenVenue extends PairVenue<KrakenConnection> implements KrakenServer {
  readonly venue = "kraken";
  protected readonly tradeTopics = "trade:";
  readonly #requests = new TokenBucket({ perSecond: 1, most: 5 });
  readonly #attempts = new RateWindow(ATTEMPTS_WITHIN_MS, MOST_ATTEMPTS);
  #maintenanceUntil = -Infinity;
  /** Of the whole market, where it is not as usual. */
  #mode: { readonly mode: TradingMode; readonly until: number } | undefined;

  constructor(options: WebVenueOptions) {
    super("kraken", options);
  }

  protected override strikeOwn(action: FaultAction, now: number): void {
    const mode = TRADING_MODES.find((one) => one === action.kind);
    if (mode === undefined || !("durationMs" in action)) return super.strikeOwn(action, now);
    if (mode !== "maintenance") return this.#enter(mode, now, now + action.durationMs);
    this.#maintenanceUntil = now + action.durationMs;
    for (const connection of this.connections) {
      connection.send(statusText("maintenance"));
      connection.end();
    }
  }

  protected rest(view: PairView): Promise<HttpAnswer> {
    return krakenAnswer(view, {
      cut: (rows) => this.cut(rows),
      served: (pair, openTimes) => this.served(pair, openTimes),
      system: this.#system(view.serverTime),
    });
  }

  protected refusal(now: number): HttpAnswer | undefined {
    if (now < this.#maintenanceUntil) return krakenError("EService:Unavailable");
    if (this.#requests.take(now)) return undefined;
    this.violated("too many requests");
    return this.failure(429);
  }

  protected failure(status: number): HttpAnswer {
    if (status === 429) return krakenError("EAPI:Rate limit exceeded");
    if (status === 418) return krakenError("EGeneral:Temporary lockout");
    const headers = { "Content-Type": "text/html" };
    return { status, headers, text: `<html><title>${status} | cloudflare</title></html>` };
  }

  protected upgrade(upgrade: StreamUpgrade): void {
    const now = this.time.now();
    if (this.#attempts.add(now) > MOST_ATTEMPTS) {
      this.violated("too many connections in ten minutes");
      return upgrade.refuse({ status: 429, text: "<html>error 1015</html>" });
    }
    if (new URL(upgrade.target, "http://kraken").pathname !== "/v2") {
      return upgrade.refuse({ status: 404, text: "" });
    }
    if (now < this.#maintenanceUntil) {
      return upgrade.refuse({ status: 503, text: "<html>maintenance</html>" });
    }
    this.accept(upgrade, (socket) => {
      this.countConnection();
      const connection = new KrakenConnection(socket, {
        hub: this.hub,
        time: this.time,
        send: (to, time, text) => this.sendTo(to, time, text),
        isListed: (symbol, now) =>
          /^[A-Z0-9]+\/[A-Z0-9]+$/.test(symbol) &&
          this.book.listing(pairOf(symbol), now) !== undefined,
        snapshot: (symbol, now) => {
          const trades = this.#newest(pairOf(symbol), now);
          return trades.length === 0 ? undefined : tradesText("snapshot", symbol, trades);
        },
        violated: (rule) => this.violated(rule),
      });
      connection.send(statusText(this.#system(now)));
      return connection;
    });
  }

  protected override publish(after: number, upTo: number): number {
    const isOver = this.#mode !== undefined && upTo >= this.#mode.until;
    if (isOver) this.#mode = undefined;
    if (isOver) this.#announce(upTo);
    return super.publish(after, upTo);
  }

  /** Several in a message where they come close together. */
  protected eventsOf(topic: string, after: number, upTo: number): PairPush[] {
    const [channel, symbol = ""] = topic.split(":", 2);
    if (channel !== "trade") return [];
    const pushes: PairPush[] = [];
    let together: SimulatedTrade[] = [];
    const push = () => {
      const last = together.at(-1);
      if (last === undefined) return;
      const text = tradesText("update", symbol, together);
      pushes.push({ stream: topic, time: last.time, isTrade: true, text });
      together = [];
    };
    for (const trade of tradesWithin(this.book, pairOf(symbol), after, upTo)) {
      const [first] = together;
      if (first !== undefined && trade.time - first.time > TOGETHER_MS) push();
      together.push(trade);
    }
    push();
    return pushes;
  }

  /** Said on every socket, as it begins and as it ends. */
  #enter(mode: TradingMode, now: number, until: number): void {
    this.#mode = { mode, until };
    this.book.resume(undefined, now);
    if (!isTradable(mode)) this.book.halt({ pair: undefined, from: now, to: until });
    this.#announce(now);
  }

  #announce(now: number): void {
    for (const connection of this.connections) connection.send(statusText(this.#system(now)));
  }

  #system(now: number): string {
    if (now < this.#maintenanceUntil) return "maintenance";
    return (this.#mode?.mode ?? "online").replaceAll("-", "_");
  }

  /** The newest trades, oldest first. */
  #newest(pair: string, now: number): SimulatedTrade[] {
    const found: SimulatedTrade[] = [];
    for (let at = now; found.length < SNAPSHOT;) {
      const last = this.book.newest(pair, at);
      if (last === undefined) break;
      at = last.time - 1;
      found.unshift(...tradesWithin(this.book, pair, at, last.time));
    }
    return found.slice(-SNAPSHOT);
  }
}

/** `BTC-USD` of `BTC/USD`. */
function pairOf(symbol: string): string {
  return symbol.replace("/", "-");
}
