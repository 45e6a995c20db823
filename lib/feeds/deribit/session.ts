import type { MarketError } from "../../model/errors.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import { floorTo, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Random } from "../../runtime/random.ts";
import type { OpenWebSocket } from "../../runtime/web_socket.ts";
import { decodeStatus } from "../../wire/deribit_result.ts";
import type { VolatilityNotice } from "../../wire/deribit_frame.ts";
import type { Pace } from "../pace.ts";
import { SessionFrame } from "../session_frame.ts";
import type { Attempt } from "../supervisor.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { CallBudget } from "./call_budget.ts";
import { Channels } from "./channels.ts";
import { refusedCall } from "./explain.ts";
import type { HistoryReader } from "./history_reader.ts";
import type { IndexStream } from "./index_stream.ts";
import { Poller } from "./poller.ts";
import { type DeribitNotice, RefusedCall, RpcLine } from "./rpc_line.ts";
import { ValueWatch } from "./value_watch.ts";

/** What a session works with; all of it outlives the session. */
export interface SessionTools {
  readonly url: string;
  readonly openWebSocket: OpenWebSocket;
  readonly budget: CallBudget;
  readonly reader: HistoryReader;
  readonly venueClock: VenueClock;
  /** Those that are followed now. */
  readonly streams: () => readonly IndexStream[];
  readonly backfillMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly speed: number;
  readonly pace: Pace;
  readonly log: Log;
  readonly emit: (event: FeedEvent) => void;
  /** A frame could not be used. */
  readonly reject: (reason: string) => void;
}

/** Deribit advises 30 to 60 s and slows more frequent ones down. */
const HEARTBEAT_SECONDS = 30;
/** A connection that says nothing for so long is asked whether it lives, venue ms. */
const PROBE_MS = 8 * SECOND;
const PROBE_FLOOR_MS = 2 * SECOND;
/** After this long, minutes that history does not bring are not waited for before the feed is called live. */
const HISTORY_WAIT_MS = 20 * SECOND;
const HISTORY_WAIT_FLOOR_MS = SECOND;
/** Further questions for a time that the answers dispute, before the connection goes on with what was known. */
const MORE_ANSWERS = 4;
/** A value may be ahead of the venue clock by this much, venue ms, */
const AHEAD_MS = 5 * SECOND;
/** and at high speeds by what passes in this much local time. */
const AHEAD_LOCAL_MS = 50;

/** One life of the connection to Deribit, from dialling to its end. */
export class DeribitSession {
  readonly #tools: SessionTools;
  readonly #attempt: Attempt;
  readonly #frame: SessionFrame;
  readonly #line: RpcLine;
  readonly #channels: Channels;
  readonly #watch: ValueWatch;
  readonly #poller: Poller;
  #openedAt = NaN;
  #openedLocally = NaN;
  #goal = Infinity;
  #isLive = false;
  #isProbing = false;
  #hasSaidFraction = false;

  constructor(tools: SessionTools, attempt: Attempt) {
    this.#tools = tools;
    this.#attempt = attempt;
    this.#frame = new SessionFrame({ clock: tools.clock, pace: tools.pace, stop: attempt.signal });
    this.#line = new RpcLine({
      url: tools.url,
      openWebSocket: tools.openWebSocket,
      clock: tools.clock,
      pace: tools.pace,
      budget: tools.budget,
      isKnown: () => tools.venueClock.isKnown,
      onNotice: (notice) => this.#frame.guard(() => this.#take(notice)),
      onStrayError: (error) => {
        tools.log.warn(`deribit: ${error.code} ${error.message}`, { code: error.code });
      },
      onLost: (error) => this.#frame.end(error),
    });
    const report = (error: MarketError) => this.#report(error);
    this.#channels = new Channels({
      line: this.#line,
      clock: tools.clock,
      pace: tools.pace,
      report,
    });
    this.#watch = new ValueWatch({
      channels: this.#channels,
      pace: tools.pace,
      host: () => this.#line.host,
      report,
    });
    this.#poller = new Poller({
      line: this.#line,
      channels: this.#channels,
      reader: tools.reader,
      venueClock: tools.venueClock,
      streams: tools.streams,
      clock: tools.clock,
      random: tools.random,
      pace: tools.pace,
      emitClock: () => this.#emitClock(),
      report,
      onRound: () => this.#checkLive(),
    });
  }

  /** Runs until the connection ends, then throws why. Leaves no timer, socket or call behind. */
  async run(): Promise<never> {
    try {
      return await this.#frame.run({
        connect: (signal) => this.#connect(signal),
        background: [(signal) => this.#poller.run(signal)],
        close: () => this.#line.close(),
      });
    } catch (error) {
      if (!(error instanceof RefusedCall)) throw error;
      throw refusedCall(this.#line.host, error.method, error.error);
    } finally {
      for (const stream of this.#tools.streams()) stream.endConnection();
    }
  }

  /** Everything is lost with a connection: heartbeat and channels are set anew on each. */
  async #connect(signal: AbortSignal): Promise<void> {
    const { report } = this.#attempt;
    const { streams, clock, venueClock, backfillMs, reader } = this.#tools;
    for (const stream of streams()) stream.beginConnection();
    await this.#line.open(signal);
    report({ kind: "opened" });
    await this.#poller.syncClock(signal);
    // Answers that contradict what was known have to agree with each other first.
    for (let more = 0; venueClock.isDoubted && more < MORE_ANSWERS; more++) {
      await this.#poller.syncClock(signal);
    }
    await this.#line.call("public/set_heartbeat", { interval: HEARTBEAT_SECONDS }, signal);
    await this.#askStatus(signal);
    report({ kind: "accepted" });
    this.#openedAt = venueClock.atLeast();
    this.#openedLocally = clock.monotonic();
    this.#goal = reader.due();
    for (const stream of streams()) this.#begin(stream, backfillMs);
    await this.#channels.reconcile(streams(), signal);
    this.#watch.begin(clock.monotonic());
    report({ kind: "requested" });
    this.#frame.tick((now, isBusy) => this.#tick(now, isBusy));
  }

  #begin({ writer }: IndexStream, backfillMs: number): void {
    const now = this.#openedAt;
    writer.begin({ from: now - backfillMs, now, era: this.#tools.venueClock.era });
    writer.ledger.advance(this.#tools.reader.due());
    writer.expectFrom(this.#openedAt);
  }

  /** What is locked. A status in no known form is no reason not to go on. */
  async #askStatus(signal: AbortSignal): Promise<void> {
    const status = decodeStatus((await this.#line.call("public/status", {}, signal)).result);
    this.#watch.lockAll(status?.locked === "all");
    for (const name of status?.names ?? []) this.#watch.lock(name, true);
  }

  #take(notice: DeribitNotice): void {
    const { reject, log } = this.#tools;
    switch (notice.kind) {
      case "test-request":
        return this.#line.answerTest();
      case "volatility":
        return this.#takeValue(notice);
      case "platform":
        log.info("deribit: the state of the platform changed", {
          maintenance: notice.maintenance,
          index: notice.index,
          isLocked: notice.isLocked,
        });
        if (notice.maintenance !== undefined) this.#watch.maintain(notice.maintenance);
        if (notice.index !== undefined) this.#watch.lock(notice.index, notice.isLocked === true);
        return;
      case "rejected":
        return reject(notice.reason);
    }
  }

  #takeValue(notice: VolatilityNotice): void {
    const { streams, venueClock, log, reject } = this.#tools;
    const stream = streams().find(({ index }) => index.name === notice.index);
    if (stream === undefined) return;
    if (notice.time > this.#latest()) {
      this.#poller.doubtClock();
      return reject("a time ahead of the venue's clock");
    }
    venueClock.passed(notice.time);
    this.#watch.unlock(stream);
    if (notice.wasFraction && !this.#hasSaidFraction) {
      this.#hasSaidFraction = true;
      log.warn(`deribit: ${stream.index.id} comes as a fraction and is shown in per cent`);
    }
    stream.takeValue(notice);
    this.#checkLive();
  }

  /** A venue time that cannot have passed yet. */
  #latest(): number {
    const { venueClock, speed } = this.#tools;
    const toleranceMs = AHEAD_MS + AHEAD_LOCAL_MS * (speed - 1);
    return venueClock.estimate() + venueClock.uncertaintyMs() + toleranceMs;
  }

  #tick(now: number, isBusy: boolean): void {
    const { pace, streams, venueClock, backfillMs } = this.#tools;
    const venueNow = venueClock.atLeast();
    for (const stream of streams()) {
      // One that is followed since the connection began.
      if (Number.isNaN(stream.writer.ledger.from)) this.#begin(stream, backfillMs);
      stream.writer.ledger.advance(this.#tools.reader.due());
      stream.reportGaps(venueNow, (gap) => this.#gapReason(stream, gap));
    }
    if (isBusy) return;
    if (now - this.#line.heardAt > pace(PROBE_MS, PROBE_FLOOR_MS)) this.#probe();
    const dead = this.#watch.judge(streams(), now);
    this.#checkStale(now);
    if (dead !== undefined) this.#frame.end(dead);
  }

  #gapReason({ trouble }: IndexStream, { from }: Interval): string {
    if (from + MINUTE <= floorTo(this.#openedAt, MINUTE)) return "there was no connection";
    return trouble === undefined ? "history did not bring the minute in time" : trouble.message;
  }

  /** Asks whether the connection lives; one that does not answer ends. */
  #probe(): void {
    if (this.#isProbing) return;
    this.#isProbing = true;
    this.#line.call("public/test", {}, this.#frame.signal).then(
      () => this.#isProbing = false,
      (error) => {
        this.#isProbing = false;
        if (!(error instanceof RefusedCall)) this.#frame.end(error);
      },
    );
  }

  /** Live from the first value on, once the minutes of before are in. */
  #checkLive(): void {
    const { streams, clock, pace } = this.#tools;
    if (this.#isLive || this.#frame.isOver || Number.isNaN(this.#openedLocally)) return;
    const now = clock.monotonic();
    const all = streams();
    const delivers = all.some((stream) => stream.hasValue && !this.#watch.isSilent(stream, now));
    if (!delivers) return;
    const waitedMs = now - this.#openedLocally;
    const isFilled = all.every(({ writer: { ledger } }) => ledger.wanted(this.#goal).length === 0);
    if (!isFilled && waitedMs < pace(HISTORY_WAIT_MS, HISTORY_WAIT_FLOOR_MS)) return;
    this.#isLive = true;
    this.#attempt.report({ kind: "data" });
  }

  #checkStale(now: number): void {
    const all = this.#tools.streams();
    if (!this.#isLive || all.length === 0) return;
    if (!all.every((stream) => this.#watch.isSilent(stream, now))) return;
    this.#isLive = false;
    const [first] = all;
    this.#attempt.report({
      kind: "silent",
      reason: first?.valueTrouble?.message ?? "no index of Deribit has values",
    });
  }

  #emitClock(): void {
    const { venueClock, clock, emit } = this.#tools;
    emit({
      kind: "clock",
      venue: "deribit",
      offsetMs: venueClock.offsetMs(),
      uncertaintyMs: venueClock.uncertaintyMs(),
      receivedAt: clock.now(),
    });
  }

  #report(error: MarketError): void {
    const { log, emit, clock } = this.#tools;
    log.warn(error.message, { venue: "deribit", code: error.code, remedy: error.remedy });
    emit({ kind: "failure", venue: "deribit", error, receivedAt: clock.now() });
  }
}
