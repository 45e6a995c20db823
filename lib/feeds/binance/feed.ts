import type { MarketError } from "../../model/errors.ts";
import type { Instrument } from "../../model/instrument.ts";
import { SECOND } from "../../model/time.ts";
import { fetchGet, type HttpGet } from "../../runtime/http.ts";
import type { Feed, FeedContext, FeedSnapshot, StreamSnapshot, StreamState } from "../feed.ts";
import { inQueue } from "../backlog.ts";
import { MinuteWriter } from "../minute_writer.ts";
import { paceOf } from "../pace.ts";
import { Supervisor } from "../supervisor.ts";
import { VenueClock } from "../venue_clock.ts";
import { type BinanceApi, binanceApiOf, type BinanceMarket } from "./api.ts";
import { FrameCounts } from "./frame_counts.ts";
import { Healer } from "./healer.ts";
import { binanceInstruments } from "./instruments.ts";
import { BinanceRest } from "./rest.ts";
import { BinanceSession } from "./session.ts";
import { type OpenWebSocket, openWebSocket } from "../../runtime/web_socket.ts";
import { SymbolStream } from "./symbol_stream.ts";
import { VenueHosts } from "./venue_hosts.ts";

export interface BinanceOptions {
  /** @default "spot" */
  readonly market?: BinanceMarket;
  /** Market-data stream host: `wss://stream.binance.com:9443`. */
  readonly streamUrl: string;
  /** REST host: `https://api.binance.com`. */
  readonly restUrl: string;
  /** Stream hosts of the same venue, tried in turn when one cannot be reached. @default none */
  readonly streamAlternatives?: readonly string[];
  /** The same for REST. @default none */
  readonly restAlternatives?: readonly string[];
  /** Symbols, uppercase: `["BTCUSDT", "ETHUSDT"]`. */
  readonly symbols: readonly string[];
  /** @default fetch */
  readonly httpGet?: HttpGet;
  /** @default the npm package `ws` */
  readonly openSocket?: OpenWebSocket;
}

/** Between two klines, trades move the forming bar on at most this often, venue ms and local ms. */
const REFRESH_MS = SECOND / 4;
const REFRESH_FLOOR_MS = 25;

/**
 * A Binance market as a feed: one combined stream of one-minute klines and trades, the last day and every
 * hole from REST, reconnecting for ever. The same code streams from Binance and from any server that speaks its
 * protocol.
 *
 * @throws {RangeError} when a URL, a symbol or the missing ledger of one makes it impossible to begin.
 */
export function createBinanceFeed(context: FeedContext, options: BinanceOptions): Feed {
  return new BinanceFeed(context, options);
}

class BinanceFeed implements Feed {
  readonly venue = "binance" as const;
  readonly instruments: readonly Instrument[];
  readonly #context: FeedContext;
  readonly #venueClock: VenueClock;
  readonly #streams: readonly SymbolStream[];
  readonly #supervisor: Supervisor;
  readonly #healer: Healer;
  readonly #counts = new FrameCounts();
  #trouble: MarketError | undefined;

  constructor(context: FeedContext, options: BinanceOptions) {
    const { clock, speed, log, emit, random, backfillMs } = context;
    const { market = "spot", restUrl, symbols, httpGet = fetchGet } = options;
    const pace = paceOf(speed);
    const api = binanceApiOf(market);
    const streamHosts = streamHostsOf(options, api);
    this.#context = context;
    this.instruments = binanceInstruments({ market, symbols });
    this.#streams = streamsOf(context, symbols, api);
    const venueClock = this.#venueClock = new VenueClock(clock, speed);
    const rest = new BinanceRest({
      ...{ api, url: restUrl, alternatives: options.restAlternatives ?? [] },
      ...{ httpGet, clock, speed, pace, venueClock },
    });
    this.#healer = new Healer({ rest, venueClock, clock, pace, speed });
    const tools = {
      ...{ api, streamHosts, rest, venueClock, streams: this.#streams, backfillMs },
      ...{ clock, random, speed, pace, log, emit },
      openSocket: options.openSocket ?? openWebSocket,
      healer: this.#healer,
      counts: this.#counts,
      isKnown: () => this.#streams.some((stream) => stream.klineAt !== undefined),
      onTrouble: (error: MarketError | undefined) => this.#trouble = error,
      told: { code: undefined },
    };
    this.#supervisor = new Supervisor({
      ...{ venue: this.venue, clock, random, log, speed, pace, emit },
      venueTime: () => venueClock.estimate(),
      run: async (attempt) => {
        this.#trouble = undefined;
        return await new BinanceSession(tools, attempt).run();
      },
    });
  }

  start(): void {
    this.#supervisor.start();
  }

  follow({ id }: Instrument): void {
    throw new RangeError(
      `${id} cannot be followed while the Binance feed is open: name it in the configuration`,
    );
  }

  unfollow(id: string): void {
    throw new RangeError(`${id} cannot be left while the Binance feed is open`);
  }

  close(): Promise<void> {
    return this.#supervisor.close();
  }

  venueTimeAtLeast(): number {
    return this.#venueClock.atLeast();
  }

  snapshot(): FeedSnapshot {
    const connection = this.#supervisor.snapshot();
    return {
      ...connection,
      lastError: connection.lastError ?? this.#trouble,
      rejectedFrames: this.#counts.rejected,
      clockOffsetMs: this.#venueClock.offsetMs(),
      clockUncertaintyMs: this.#venueClock.uncertaintyMs(),
      streams: inQueue(this.#streams.map((stream) => this.#snapshotOf(stream))),
    };
  }

  #snapshotOf(stream: SymbolStream): StreamSnapshot {
    const { clock, source } = this.#context;
    const { eventAt } = stream;
    const backlog = stream.failed === undefined ? this.#healer.backlog(stream) : undefined;
    return {
      instrument: stream.symbol,
      state: this.#stateOf(stream),
      source,
      contract: undefined,
      lastEventAgeMs: eventAt === undefined ? undefined : clock.monotonic() - eventAt,
      lastBar: stream.writer.lastBar,
      gaps: stream.writer.gaps,
      resubscribes: stream.resubscribes,
      ...(backlog === undefined ? {} : { backlog }),
      error: stream.failed ?? stream.trouble ?? stream.tradeTrouble,
    };
  }

  #stateOf(stream: SymbolStream): StreamState {
    const { state } = this.#supervisor.connection;
    if (stream.failed !== undefined || state === "failed") return "failed";
    if (stream.klineAt === undefined) return stream.quiet === undefined ? "waiting" : "stale";
    return state === "live" && stream.quiet === undefined ? "live" : "stale";
  }
}

function streamHostsOf(options: BinanceOptions, { streamPath }: BinanceApi): VenueHosts {
  return new VenueHosts({
    setting: "binance.streamUrl",
    url: options.streamUrl,
    alternatives: options.streamAlternatives ?? [],
    protocols: ["wss:", "ws:"],
    route: streamPath.replace(/\/stream$/, ""),
  });
}

function streamsOf(
  context: FeedContext,
  symbols: readonly string[],
  api: BinanceApi,
): SymbolStream[] {
  const { source, clock, emit, speed } = context;
  const refreshMs = paceOf(speed)(REFRESH_MS, REFRESH_FLOOR_MS);
  if (symbols.length === 0) throw new RangeError("symbols must name at least one symbol, got none");
  return symbols.map((symbol, i) => {
    if (symbol === "" || symbol !== symbol.toUpperCase() || symbols.indexOf(symbol) !== i) {
      throw new RangeError(`symbols must be different uppercase names, got ${symbol}`);
    }
    const writer = new MinuteWriter(context, symbol);
    return new SymbolStream({ symbol, api, writer, source, clock, emit, refreshMs });
  });
}
