import type { Instrument } from "../../model/instrument.ts";
import { type OpenWebSocket, openWebSocket } from "../../runtime/web_socket.ts";
import { inQueue } from "../backlog.ts";
import type { Feed, FeedContext, FeedSnapshot, StreamSnapshot, StreamState } from "../feed.ts";
import { type Pace, paceOf } from "../pace.ts";
import { Supervisor } from "../supervisor.ts";
import { VenueClock } from "../venue_clock.ts";
import { CallBudget } from "./call_budget.ts";
import { HistoryReader } from "./history_reader.ts";
import { IndexStream } from "./index_stream.ts";
import { type DeribitCurrency, deribitInstruments, indexOfId } from "./instruments.ts";
import { DeribitSession } from "./session.ts";

export interface DeribitOptions {
  /** `wss://www.deribit.com/ws/api/v2` */
  readonly url: string;
  /** Currencies of the indices: `BTC` is DVOL, `ETH` is DVOL-ETH. */
  readonly indices: readonly DeribitCurrency[];
  /** @default the npm package `ws` */
  readonly openWebSocket?: OpenWebSocket;
}

/**
 * Deribit's volatility indices as a feed, without an account: minutes by `public/get_volatility_index_data`, each read
 * until two reads agree; the live value, as a forming bar, by `deribit_volatility_index.*`. All of it goes
 * over one WebSocket, which is made anew for ever.
 *
 * @throws {RangeError} when the URL, an index or the missing ledger of one makes it impossible to begin.
 */
export function createDeribitFeed(context: FeedContext, options: DeribitOptions): Feed {
  return new DeribitFeed(context, options);
}

class DeribitFeed implements Feed {
  readonly venue = "deribit" as const;
  readonly #context: FeedContext;
  readonly #pace: Pace;
  readonly #venueClock: VenueClock;
  readonly #reader: HistoryReader;
  readonly #streams = new Map<string, IndexStream>();
  readonly #instruments = new Map<string, Instrument>();
  readonly #supervisor: Supervisor;
  #rejectedFrames = 0;

  constructor(context: FeedContext, options: DeribitOptions) {
    const { clock, speed, log, emit, random, backfillMs } = context;
    const { url, indices } = options;
    const protocols = ["wss:", "ws:"];
    if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol)) {
      throw new RangeError(
        `deribit.url must be a URL that begins with wss:// or ws://, got ${url}`,
      );
    }
    this.#context = context;
    const pace = this.#pace = paceOf(speed);
    const venueClock = this.#venueClock = new VenueClock(clock, speed);
    for (const instrument of deribitInstruments({ indices })) this.follow(instrument);
    this.#reader = new HistoryReader({
      venueClock,
      clock,
      pace,
      speed,
      log,
      onRejected: (reason) => this.#reject(reason),
    });
    const tools = {
      url,
      openWebSocket: options.openWebSocket ?? openWebSocket,
      budget: new CallBudget(clock, pace),
      reader: this.#reader,
      venueClock,
      streams: () => [...this.#streams.values()],
      backfillMs,
      clock,
      random,
      speed,
      pace,
      log,
      emit,
      reject: (reason: string) => this.#reject(reason),
    };
    this.#supervisor = new Supervisor({
      venue: this.venue,
      context,
      venueClock,
      run: (attempt) => new DeribitSession(tools, attempt).run(),
    });
  }

  get instruments(): readonly Instrument[] {
    return [...this.#instruments.values()];
  }

  start(): void {
    this.#supervisor.start();
  }

  stop(): Promise<void> {
    return this.#supervisor.stop();
  }

  close(): Promise<void> {
    return this.#supervisor.close();
  }

  venueTimeAtLeast(): number {
    return this.#venueClock.atLeast();
  }

  /** @throws {RangeError} for an index that Deribit does not have, or that is followed already. */
  follow(instrument: Instrument): void {
    const index = indexOfId(instrument.id);
    if (index === undefined) {
      throw new RangeError(`Deribit has the indices DVOL and DVOL-ETH, got ${instrument.id}`);
    }
    if (this.#streams.has(instrument.id)) {
      throw new RangeError(`${instrument.id} is followed already`);
    }
    this.#streams.set(instrument.id, new IndexStream(index, this.#context, this.#pace));
    this.#instruments.set(instrument.id, instrument);
  }

  /** Its channel is given up with the next round of calls. */
  unfollow(id: string): void {
    this.#streams.get(id)?.endConnection();
    this.#streams.delete(id);
    this.#instruments.delete(id);
  }

  snapshot(): FeedSnapshot {
    const connection = this.#supervisor.snapshot();
    const streams = [...this.#streams.values()];
    const trouble = streams.map((stream) => stream.trouble).find((error) => error !== undefined);
    return {
      ...connection,
      lastError: connection.lastError ?? trouble,
      rejectedFrames: this.#rejectedFrames,
      streams: inQueue(streams.map((stream) => this.#snapshotOf(stream))),
    };
  }

  #snapshotOf(stream: IndexStream): StreamSnapshot {
    const { eventAt, writer, source, resubscribes } = stream;
    const backlog = this.#reader.backlog(stream);
    return {
      instrument: stream.index.id,
      state: this.#stateOf(stream),
      source,
      contract: undefined,
      lastEventAgeMs: eventAt === undefined ? undefined : this.#context.clock.monotonic() - eventAt,
      lastBar: writer.lastBar,
      gaps: writer.gaps,
      resubscribes,
      ...(backlog === undefined ? {} : { backlog }),
      error: stream.trouble,
    };
  }

  #stateOf({ historyTrouble, valueTrouble, valueAt }: IndexStream): StreamState {
    const { state } = this.#supervisor.connection;
    if (state === "failed" || historyTrouble?.remedy === "configure") return "failed";
    if (valueAt === undefined) return valueTrouble === undefined ? "waiting" : "stale";
    return state === "live" && valueTrouble === undefined ? "live" : "stale";
  }

  #reject(reason: string): void {
    this.#rejectedFrames++;
    this.#context.log.debug(`deribit: a frame could not be used: ${reason}`);
  }
}
