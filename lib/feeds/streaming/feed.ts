import type { Instrument } from "../../model/instrument.ts";
import { SECOND } from "../../model/time.ts";
import { fetchGet, type HttpGet } from "../../runtime/http.ts";
import { type OpenWebSocket, openWebSocket } from "../../runtime/web_socket.ts";
import { inQueue } from "../backlog.ts";
import type { Feed, FeedContext, FeedSnapshot, StreamSnapshot, StreamState } from "../feed.ts";
import { MinuteWriter } from "../minute_writer.ts";
import { type Pace, paceOf } from "../pace.ts";
import { Supervisor } from "../supervisor.ts";
import { VenueClock } from "../venue_clock.ts";
import type { StreamingAdapter } from "./adapter.ts";
import { FrameCounts } from "./frame_counts.ts";
import { Healer } from "./healer.ts";
import { InstrumentStream } from "./instrument_stream.ts";
import { RestClient } from "./rest_client.ts";
import { RestHealth } from "./rest_health.ts";
import { type SessionTools, StreamingSession } from "./session.ts";
import { VenueHosts } from "./venue_hosts.ts";

/** Where a venue is served, and through what. */
export interface StreamingOptions {
  /** `wss://stream.binance.com:9443` */
  readonly streamUrl: string;
  /** `https://api.binance.com` */
  readonly restUrl: string;
  /** Stream hosts of the same venue, tried in turn when one cannot be reached. @default none */
  readonly streamAlternatives?: readonly string[];
  /** The same for REST. @default none */
  readonly restAlternatives?: readonly string[];
  /** @default fetch */
  readonly httpGet?: HttpGet;
  /** @default the npm package `ws` */
  readonly openSocket?: OpenWebSocket;
}

/** Between two bars of the venue, trades move the forming one on at most this often, venue ms and local ms: as an eye follows. */
const REFRESH_MS = SECOND / 25;
const REFRESH_FLOOR_MS = 25;
/** A jump in the ids of trades may be disorder for so long, venue ms and local ms. */
const REORDER_MS = SECOND;
const REORDER_FLOOR_MS = 50;

/**
 * A WebSocket venue as a feed: one connection with bars and trades of all instruments, the last day and every
 * hole from REST, reconnecting for ever. What is the venue's own stands in its adapter.
 */
export class StreamingFeed implements Feed {
  readonly venue: string;
  readonly #context: FeedContext;
  readonly #adapter: StreamingAdapter;
  readonly #pace: Pace;
  readonly #venueClock: VenueClock;
  readonly #instruments: Instrument[] = [];
  /** Undefined where trades are passed on as they come. */
  readonly #reorderMs: number | undefined;
  readonly #streams: InstrumentStream[] = [];
  readonly #supervisor: Supervisor;
  readonly #healer: Healer;
  readonly #health = new RestHealth();
  readonly #counts = new FrameCounts();
  /** The present connection. */
  #session: StreamingSession | undefined;

  /** @throws {RangeError} when a URL, an instrument or the missing ledger of one makes it impossible to begin. */
  constructor(
    context: FeedContext,
    adapter: StreamingAdapter,
    instruments: readonly Instrument[],
    options: StreamingOptions,
  ) {
    const { clock, random, log, speed, emit, backfillMs } = context;
    const { httpGet = fetchGet, openSocket = openWebSocket } = options;
    const pace = paceOf(speed);
    const venueClock = new VenueClock(clock, speed);
    const rest = new RestClient({
      adapter,
      url: options.restUrl,
      alternatives: options.restAlternatives ?? [],
      httpGet,
      clock,
      speed,
      pace,
      venueClock,
    });
    const hosts = new VenueHosts({
      words: adapter.explain,
      side: "stream",
      url: options.streamUrl,
      alternatives: options.streamAlternatives ?? [],
      route: adapter.subscribe.route ?? "",
    });
    this.venue = adapter.venue;
    this.#context = context;
    this.#adapter = adapter;
    this.#pace = pace;
    this.#venueClock = venueClock;
    this.#healer = new Healer({ adapter, rest, venueClock, clock, pace, speed, log });
    const keepsTrades = (context.keepsTrades ?? false) || adapter.minutesFrom === "trades";
    this.#reorderMs = keepsTrades ? pace(REORDER_MS, REORDER_FLOOR_MS) : undefined;
    for (const instrument of instruments) this.#add(instrument);
    const tools: SessionTools = {
      adapter,
      hosts,
      openSocket,
      rest,
      healer: this.#healer,
      health: this.#health,
      venueClock,
      counts: this.#counts,
      backfillMs,
      keepsTrades: this.#reorderMs !== undefined,
      keepsEveryTrade: context.keepsTrades ?? false,
      clock,
      random,
      speed,
      pace,
      log,
      emit,
    };
    this.#supervisor = new Supervisor({
      venue: this.venue,
      context,
      venueClock,
      run: async (attempt) => {
        this.#health.trouble = undefined;
        const isKnown = this.#streams.some((stream) => stream.barAt !== undefined);
        this.#session = new StreamingSession(tools, attempt, this.#streams, isKnown);
        return await this.#session.run();
      },
    });
  }

  get instruments(): readonly Instrument[] {
    return this.#instruments;
  }

  start(): void {
    this.#supervisor.start();
  }

  follow(instrument: Instrument): void {
    const stream = this.#add(instrument);
    this.#session?.follow(stream);
  }

  unfollow(id: string): void {
    const at = this.#streams.findIndex((stream) => stream.id === id);
    const [stream] = at < 0 ? [] : this.#streams.splice(at, 1);
    if (stream === undefined) return;
    this.#instruments.splice(at, 1);
    stream.leave();
    this.#session?.unfollow(stream);
  }

  async stop(): Promise<void> {
    await this.#supervisor.stop();
    // One that was started again meanwhile has begun its own.
    if (this.#supervisor.connection.state !== "stopped") return;
    for (const stream of this.#streams) stream.endConnection();
  }

  async close(): Promise<void> {
    await this.#supervisor.close();
    for (const stream of this.#streams) stream.leave();
  }

  venueTimeAtLeast(): number {
    return this.#venueClock.atLeast();
  }

  snapshot(): FeedSnapshot {
    const connection = this.#supervisor.snapshot();
    return {
      ...connection,
      lastError: connection.lastError ?? this.#health.trouble,
      rejectedFrames: this.#counts.rejected,
      streams: inQueue(this.#streams.map((stream) => this.#snapshotOf(stream))),
    };
  }

  #add(instrument: Instrument): InstrumentStream {
    const { id, symbol = id } = instrument;
    if (this.#streams.some((stream) => stream.id === id || stream.symbol === symbol)) {
      throw new RangeError(`instruments must be different, got ${id} twice`);
    }
    const { clock, emit, source, label, knownTrades, lostTrades } = this.#context;
    const stream = new InstrumentStream({
      id,
      symbol,
      topics: this.#adapter.subscribe.topics(symbol),
      writer: new MinuteWriter(this.#context, id),
      minutesFrom: this.#adapter.minutesFrom,
      reorderMs: this.#reorderMs,
      knownTrades: () => knownTrades?.(id, label?.isSimulated ?? false),
      lostTrades: () => lostTrades?.(id) ?? [],
      source,
      clock,
      emit,
      refreshMs: this.#pace(REFRESH_MS, REFRESH_FLOOR_MS),
    });
    this.#instruments.push(instrument);
    this.#streams.push(stream);
    return stream;
  }

  #snapshotOf(stream: InstrumentStream): StreamSnapshot {
    const { clock, source } = this.#context;
    const { eventAt, trading } = stream;
    const backlog = stream.failed === undefined ? this.#healer.backlog(stream) : undefined;
    return {
      instrument: stream.id,
      state: this.#stateOf(stream),
      source,
      contract: undefined,
      lastEventAgeMs: eventAt === undefined ? undefined : clock.monotonic() - eventAt,
      lastBar: stream.writer.lastBar,
      gaps: stream.writer.gaps,
      resubscribes: stream.resubscribes,
      ...(backlog === undefined ? {} : { backlog }),
      ...(stream.tape === undefined ? {} : { trades: stream.tape.coverage() }),
      error: stream.failed ?? stream.trouble ?? stream.tradeTrouble,
      ...(trading.mode === undefined ? {} : { trading: trading.mode }),
    };
  }

  #stateOf(stream: InstrumentStream): StreamState {
    const { state } = this.#supervisor.connection;
    if (stream.failed !== undefined || state === "failed") return "failed";
    if (state === "live" && stream.trading.isHalted) return "closed";
    if (stream.barAt === undefined) return stream.quiet === undefined ? "waiting" : "stale";
    return state === "live" && stream.quiet === undefined ? "live" : "stale";
  }
}
