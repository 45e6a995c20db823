import { STOPPED_BY_USER } from "../feeds/connection.ts";
import type { Feed, FeedContext, FeedSnapshot, StreamSnapshot } from "../feeds/feed.ts";
import { MarketError } from "../model/errors.ts";
import type { ConnectionState } from "../model/feed_event.ts";
import type { FundingPayment } from "../model/funding.ts";
import { hasFunding, type Instrument, type Venue } from "../model/instrument.ts";
import { SECOND } from "../model/time.ts";
import type { Timer } from "../runtime/clock.ts";
import { BusFormatError } from "./bus_fields.ts";
import { formingBar } from "./bus_forming.ts";
import type { BusBacklog } from "./bus_backlog.ts";
import { BusInstrument } from "./bus_instrument.ts";
import { type CoverageBegin, stateOf, type VenueState } from "./bus_state.ts";
import { type BusKind, momentSubjectOf, subjectOf } from "./bus_subject.ts";
import type { HeldMessage } from "./bus_message.ts";
import type { NatsClient } from "./nats_client.ts";

/** What a {@link BusFeed} needs beside its context. */
export interface BusFeedOptions {
  readonly client: Pick<
    NatsClient,
    "follow" | "onConnection" | "onMoment" | "isConnected" | "place"
  >;
  readonly venue: Venue;
  readonly instruments: readonly Instrument[];
  /** Rows published before this are not read, epoch ms UTC. */
  readonly since: number;
  /** Venue time before which nothing is wanted. */
  readonly from: number;
  /** Of all instruments of the market. */
  readonly backlog: BusBacklog;
  /** Where coverage begins at publishers that were heard at the opening. */
  readonly begins?: readonly CoverageBegin[];
  /** The first minute that a store knows of an instrument. @default none is known */
  readonly storedFrom?: (instrument: string) => number | undefined;
  /** What a store knows of a perpetual's funding. @default nothing */
  readonly storedFunding?: (instrument: string) => readonly FundingPayment[];
  /** The newest minute published when the market was opened ends then. */
  readonly newest: number;
}

type Context = Pick<FeedContext, "clock" | "log" | "ledgers" | "emit" | "source" | "keepsTrades">;

/** A publisher reports its state twice a second; one that reports nothing for so long, local ms, is gone. */
const SILENCE_MS = 5 * SECOND;
/** Between two looks whether it is, local ms. */
const LOOK_MS = SECOND;

/** A state that a publisher has reported. */
interface Report {
  readonly state: VenueState;
  /** Local monotonic ms. */
  readonly at: number;
}

interface Standing {
  readonly state: ConnectionState;
  readonly reason: string;
  /** The publisher's own state, where this one is taken from it. */
  readonly reported?: VenueState;
}

/**
 * A venue as others publish it, in the place of its feed: rows from the broker's stream, and how the publisher's own
 * feed fares. What is published nowhere is unknown here; nothing is asked of the venue.
 */
export class BusFeed implements Feed {
  readonly venue: Venue;
  readonly #context: Context;
  readonly #options: BusFeedOptions;
  readonly #streams = new Map<string, BusInstrument>();
  readonly #stops: (() => void)[] = [];
  /** The newest state of each publisher. */
  readonly #reports = new Map<string, Report>();
  readonly #labels = new Map<string, string>();
  /** Where publishers' coverage of each instrument begins, the earliest of all. */
  readonly #begins = new Map<string, number>();
  #wish: "idle" | "run" | "stopped" | "closed" = "idle";
  #standing: Standing = { state: "idle", reason: "not started" };
  #since: number;
  #reconnects = 0;
  #rejected = 0;
  #error: MarketError | undefined;
  #timer: Timer | undefined;
  #startedAt = NaN;
  /** The newest that rows and publishers have named. */
  #timeAtLeast: number;
  #passed: number;

  constructor(context: Context, options: BusFeedOptions) {
    this.venue = options.venue;
    this.#context = context;
    this.#options = options;
    this.#since = context.clock.now();
    this.#timeAtLeast = this.#passed = options.newest;
    this.#takeBegins(options.begins ?? []);
    for (const instrument of options.instruments) this.#add(instrument);
  }

  get instruments(): readonly Instrument[] {
    return [...this.#streams.values()].map(({ instrument }) => instrument);
  }

  start(): void {
    if (this.#wish === "run" || this.#wish === "closed") return;
    this.#wish = "run";
    const { client } = this.#options;
    this.#startedAt = this.#context.clock.monotonic();
    this.#stops.push(
      client.onConnection(() => this.#look()),
      client.onMoment(momentSubjectOf(this.venue), (_, text) => this.#receive(text)),
    );
    for (const stream of this.#streams.values()) this.#open(stream);
    this.#tick();
  }

  snapshot(): FeedSnapshot {
    const { state, reported } = this.#standing;
    const newest = reported ?? this.#newest()?.state;
    const streams = [...this.#streams.keys()].map((id) => this.#streamOf(id, reported, newest));
    const own = {
      venue: this.venue,
      state,
      since: this.#since,
      reconnects: this.#reconnects,
      rejectedFrames: this.#rejected,
      lastError: reported === undefined ? this.#error : reported.feed.lastError,
      streams,
    };
    if (reported !== undefined) return { ...reported.feed, ...own };
    return {
      ...own,
      attempt: 0,
      breaker: state === "recovering" ? "open" : "closed",
      retryAt: undefined,
      venueTime: NaN,
      clockOffsetMs: NaN,
      clockUncertaintyMs: NaN,
    };
  }

  /** Does not pass rows that are still to come. */
  venueTimeAtLeast(): number {
    const read = Math.min(this.#timeAtLeast, this.#options.backlog.readTo);
    return this.#passed = Math.max(this.#passed, read);
  }

  follow(instrument: Instrument): void {
    if (this.#streams.has(instrument.id)) {
      throw new RangeError(`${instrument.id} is followed already`);
    }
    const stream = this.#add(instrument);
    if (this.#wish === "run") this.#open(stream);
  }

  unfollow(id: string): void {
    this.#streams.get(id)?.close();
    this.#streams.delete(id);
    this.#labels.delete(id);
  }

  stop(): Promise<void> {
    return this.#end("stopped");
  }

  close(): Promise<void> {
    return this.#end("closed");
  }

  #end(wish: "stopped" | "closed"): Promise<void> {
    if (this.#wish === "closed") return Promise.resolve();
    this.#wish = wish;
    this.#timer?.cancel();
    for (const stop of this.#stops.splice(0)) stop();
    for (const stream of this.#streams.values()) stream.close();
    this.#reports.clear();
    this.#error = undefined;
    this.#look();
    return Promise.resolve();
  }

  #add(instrument: Instrument): BusInstrument {
    const { ledgers, emit, clock } = this.#context;
    const { from, newest, storedFrom = () => undefined } = this.#options;
    const ledger = ledgers.get(instrument.id);
    if (ledger === undefined) throw new RangeError(`ledgers must hold ${instrument.id}, got none`);
    const stream = new BusInstrument(instrument, ledger, {
      emit,
      clock,
      onBar: (end) => this.#timeAtLeast = Math.max(this.#timeAtLeast, end),
      onCaughtUp: () => this.#look(),
      from,
      newest,
      storedFrom: storedFrom(instrument.id),
      publishedFrom: () => this.#begins.get(instrument.id),
    });
    this.#streams.set(instrument.id, stream);
    return stream;
  }

  #open(stream: BusInstrument): void {
    const { client, since, backlog, storedFunding = () => [] } = this.#options;
    const { clock, log, keepsTrades = false } = this.#context;
    const { instrument: { id } } = stream;
    const common = { clock, log };
    const subject = (kind: BusKind) => subjectOf({ venue: this.venue, instrument: id, kind });
    const take = (message: HeldMessage) => this.#judged(() => stream.take(message));
    for (const kind of ["minutes", "coverage"] as const) {
      stream.expect(kind);
      const follower = client.follow({
        ...common,
        subject: subject(kind),
        from: { since },
        onMessage: take,
        onCaughtUp: () => stream.caughtUp(kind),
      });
      stream.onClose(() => follower.stop());
      if (kind === "coverage") continue;
      stream.onClose(backlog.add({
        get isBehind() {
          return follower.isBehind;
        },
        get newest() {
          return stream.newest;
        },
      }));
    }
    const news = keepsTrades ? ["events", "trades"] as const : ["events"] as const;
    for (const kind of news) {
      const follower = client.follow({
        ...common,
        subject: subject(kind),
        from: "now",
        onMessage: take,
        onCaughtUp: () => {},
      });
      stream.onClose(() => follower.stop());
    }
    if (hasFunding(stream.instrument)) {
      stream.takeFunding(storedFunding(id));
      const follower = client.follow({
        ...common,
        subject: subject("funding"),
        // It falls due some times a day: what the stream has is read, however old.
        from: { since: 0 },
        onMessage: take,
        onCaughtUp: () => {},
      });
      stream.onClose(() => follower.stop());
    }
    stream.onClose(
      client.onMoment(momentSubjectOf(this.venue, id), (_, text) =>
        this.#judged(() => {
          const { emit } = this.#context;
          emit({ kind: "forming", instrument: id, bar: formingBar(text), receivedAt: clock.now() });
        })),
    );
  }

  /** What is of no form of ours is left out, counted, and logged the first time. */
  #judged(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof BusFormatError || error instanceof RangeError)) throw error;
      if (this.#rejected++ === 0) {
        this.#context.log.warn(`A message about ${this.venue} cannot be read: ${error.message}`);
      }
    }
  }

  #receive(text: string): void {
    this.#judged(() => {
      const state = stateOf(text);
      if (state.feed.venue !== this.venue) throw new BusFormatError("venue");
      this.#reports.set(state.publisher, { state, at: this.#context.clock.monotonic() });
      this.#timeAtLeast = Math.max(this.#timeAtLeast, state.timeAtLeast);
      this.#takeBegins(state.begins);
      this.#look();
    });
  }

  #takeBegins(begins: readonly CoverageBegin[]): void {
    for (const { instrument, from } of begins) {
      this.#begins.set(instrument, Math.min(this.#begins.get(instrument) ?? Infinity, from));
    }
  }

  #tick(): void {
    this.#timer = this.#context.clock.setTimer(() => this.#tick(), LOOK_MS);
    this.#look();
  }

  /** The report of the publisher in the best state, of those within {@link SILENCE_MS}. */
  #newest(): Report | undefined {
    const now = this.#context.clock.monotonic();
    let best: Report | undefined;
    for (const [publisher, report] of this.#reports) {
      if (now - report.at > SILENCE_MS) {
        this.#reports.delete(publisher);
        continue;
      }
      const isBetter = best === undefined || best.state.feed.state !== "live" ||
        (report.state.feed.state === "live" && report.at > best.at);
      if (isBetter) best = report;
    }
    return best;
  }

  #look(): void {
    const before = this.#standing, next = this.#stand();
    this.#standing = next;
    this.#relabel(next.reported);
    this.#reportFailure(next);
    if (next.state === before.state) return;
    const { clock, emit, log } = this.#context;
    this.#since = clock.now();
    if (before.state === "recovering" || before.state === "stale") this.#reconnects++;
    log.info(`${this.venue}: ${before.state} → ${next.state}`, { reason: next.reason });
    const time = this.venueTimeAtLeast();
    emit({
      kind: "transition",
      venue: this.venue,
      from: before.state,
      to: next.state,
      reason: next.reason,
      time: Number.isFinite(time) ? time : undefined,
      receivedAt: this.#since,
    });
  }

  #stand(): Standing {
    const { client } = this.#options;
    if (this.#wish === "stopped") return { state: "stopped", reason: STOPPED_BY_USER };
    if (this.#wish === "closed") return { state: "closed", reason: "closed" };
    if (this.#wish === "idle") return { state: "idle", reason: "not started" };
    if (!client.isConnected) {
      return { state: "recovering", reason: `the broker ${client.place} is away` };
    }
    if ([...this.#streams.values()].some(({ isCaughtUp }) => !isCaughtUp)) {
      return { state: "starting", reason: "what was published is being read" };
    }
    const reported = this.#newest()?.state;
    if (reported === undefined) {
      const isYoung = this.#context.clock.monotonic() - this.#startedAt < SILENCE_MS;
      return isYoung
        ? { state: "starting", reason: "its publisher is awaited" }
        : { state: "stale", reason: `No publisher of ${this.venue} is heard` };
    }
    const { state } = reported.feed;
    if (state === "closed" || state === "idle") {
      return {
        state: "stale",
        reason: `The publisher of ${this.venue} has ended and no other is heard`,
      };
    }
    return { state, reason: `reported by the publisher of ${this.venue}`, reported };
  }

  /** Emits the failure that a publisher reports, and that none reports, once each. */
  #reportFailure({ state, reason, reported }: Standing): void {
    const { emit, clock } = this.#context;
    const found = reported?.feed.lastError ??
      (state === "stale" && reported === undefined
        ? new MarketError(
          "bus-silent",
          "retry",
          `${reason} over the bus; deno task ingest with bus.kind: nats starts one.`,
          { venue: this.venue },
        )
        : undefined);
    const isSame = found?.message === this.#error?.message;
    this.#error = found;
    if (found === undefined || isSame) return;
    emit({ kind: "failure", venue: this.venue, error: found, receivedAt: clock.now() });
  }

  #relabel(reported: VenueState | undefined): void {
    const { emit, clock, source } = this.#context;
    for (
      const { instrument, source: own, isDelayed = own === "delayed" } of reported?.feed.streams ??
        []
    ) {
      if (!this.#streams.has(instrument)) continue;
      const label = `${own} ${isDelayed}`, before = this.#labels.get(instrument);
      if (label === (before ?? `${source} ${source === "delayed"}`)) continue;
      this.#labels.set(instrument, label);
      emit({ kind: "label", instrument, source: own, isDelayed, receivedAt: clock.now() });
    }
  }

  #streamOf(
    id: string,
    reported: VenueState | undefined,
    newest: VenueState | undefined,
  ): StreamSnapshot {
    const published = newest?.feed.streams.find(({ instrument }) => instrument === id);
    const came = this.#streams.get(id)?.trades.coverage();
    const trades = this.#context.keepsTrades === true && came !== undefined ? { trades: came } : {};
    const own = published && { ...published, ...trades };
    if (own !== undefined && reported !== undefined) return own;
    const last = this.#context.ledgers.get(id)?.last;
    const state = this.#wish === "stopped"
      ? "stopped"
      : this.#standing.state === "starting"
      ? "waiting"
      : "stale";
    const unknown: StreamSnapshot = {
      instrument: id,
      state,
      source: this.#context.source,
      contract: last?.contract,
      lastEventAgeMs: undefined,
      lastBar: last?.openTime,
      gaps: 0,
      resubscribes: 0,
      error: undefined,
      ...trades,
    };
    return own === undefined ? unknown : { ...own, state, lastEventAgeMs: undefined };
  }
}
