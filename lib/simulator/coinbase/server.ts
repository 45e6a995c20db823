import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import { isTradable, TRADING_MODES, type TradingMode } from "../../model/trading_mode.ts";
import type { HttpAnswer } from "../../runtime/http_server.ts";
import type { EmbeddedServer } from "../embedded_venue.ts";
import type { FaultAction } from "../fault.ts";
import { type PairPush, tradesWithin } from "../pair_stream.ts";
import { type PairStats, PairVenue, type PairView } from "../pair_venue.ts";
import { TokenBucket } from "../token_bucket.ts";
import type { StreamUpgrade } from "../venue_socket.ts";
import type { WebVenueOptions } from "../web_venue.ts";
import { CoinbaseConnection } from "./connection.ts";
import { heartbeatText, matchText } from "./payloads.ts";
import { coinbaseAnswer, refused } from "./rest.ts";

/** A listening Coinbase venue: `http://127.0.0.1:PORT` and `ws://127.0.0.1:PORT`. */
export interface CoinbaseServer extends EmbeddedServer {
  stats(): PairStats;
}

/**
 * Starts a simulated Coinbase Exchange: the channels `matches` and `heartbeat` and the public REST calls on one
 * loopback port, with Coinbase's payloads, refusals and limits; other public channels are accepted and stay silent.
 * `BTC-USD` is `BTC-USD@coinbase` of the truth.
 *
 * @throws the system's error when the port is taken.
 */
export async function startCoinbaseServer(options: WebVenueOptions): Promise<CoinbaseServer> {
  const venue = new CoinbaseVenue(options);
  await venue.open();
  return venue;
}

class CoinbaseVenue extends PairVenue<CoinbaseConnection> implements CoinbaseServer {
  readonly venue = "coinbase";
  protected readonly tradeTopics = "matches:";
  readonly #requests = new TokenBucket({ perSecond: 10, most: 15 });
  #namesNoTradeUntil = -Infinity;
  /** Products that are not as usual, and until when. */
  readonly #modes = new Map<string, { readonly mode: TradingMode; readonly until: number }>();

  constructor(options: WebVenueOptions) {
    super("coinbase", options);
  }

  protected override strikeOwn(action: FaultAction, now: number): void {
    if (action.kind === "no-last-trade") {
      this.#namesNoTradeUntil = now + action.durationMs;
      return;
    }
    const mode = TRADING_MODES.find((one) => one === action.kind);
    if (mode === undefined || !("durationMs" in action)) return super.strikeOwn(action, now);
    const [, pair] = this.hub.firstTopic(this.tradeTopics).split(":", 2);
    if (pair === undefined) return;
    const until = now + action.durationMs;
    this.#modes.set(pair, { mode, until });
    this.book.resume(pair, now);
    if (!isTradable(mode)) this.book.halt({ pair, from: now, to: until });
  }

  protected rest(view: PairView): Promise<HttpAnswer> {
    return coinbaseAnswer(view, {
      cut: (rows) => this.cut(rows),
      served: (product, openTimes) => this.served(product, openTimes),
      modeOf: (product) => {
        const { mode = "online", until = -Infinity } = this.#modes.get(product) ?? {};
        return view.serverTime < until ? mode : "online";
      },
    });
  }

  protected refusal(now: number): HttpAnswer | undefined {
    if (this.#requests.take(now)) return undefined;
    this.violated("too many requests");
    return this.failure(429);
  }

  protected failure(status: number): HttpAnswer {
    return refused(status, status === 429 ? "Public rate limit exceeded" : "Internal server error");
  }

  protected upgrade(upgrade: StreamUpgrade): void {
    this.accept(upgrade, (socket) => {
      this.countConnection();
      return new CoinbaseConnection(socket, {
        hub: this.hub,
        time: this.time,
        clock: this.clock,
        send: (to, time, text) => this.sendTo(to, time, text),
        isListed: (product, now) => this.book.listing(product, now) !== undefined,
        lastMatch: (product, now) => {
          const trade = this.book.newest(product, now);
          return trade && matchText("last_match", product, trade);
        },
        violated: (rule) => this.violated(rule),
      });
    });
  }

  protected eventsOf(topic: string, after: number, upTo: number): PairPush[] {
    const [channel, product = ""] = topic.split(":", 2);
    switch (channel) {
      case "matches":
        return tradesWithin(this.book, product, after, upTo).map((trade) => ({
          stream: topic,
          time: trade.time,
          isTrade: true,
          text: matchText("match", product, trade),
        }));
      case "heartbeat":
        return this.#heartbeats(topic, product, after, upTo);
      default:
        return [];
    }
  }

  /** One a second. */
  #heartbeats(topic: string, product: string, after: number, upTo: number): PairPush[] {
    const pushes: PairPush[] = [];
    let lastId = this.book.newest(product, after)?.id ?? 0;
    let minute = NaN;
    let trades: readonly { readonly id: number; readonly time: number }[] = [];
    for (let time = floorTo(after, SECOND) + SECOND; time <= upTo; time += SECOND) {
      if (floorTo(time, MINUTE) !== minute) {
        // The trades up to the second before may be of the minute before.
        lastId = this.book.newest(product, time)?.id ?? lastId;
        minute = floorTo(time, MINUTE);
        trades = this.book.trades(product, minute);
      }
      for (const trade of trades) if (trade.time <= time) lastId = Math.max(lastId, trade.id);
      const named = time < this.#namesNoTradeUntil ? 0 : lastId;
      const text = heartbeatText(product, time, named);
      pushes.push({ stream: topic, time, isTrade: false, text });
    }
    return pushes;
  }
}
