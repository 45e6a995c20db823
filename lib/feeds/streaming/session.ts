import type { MarketError } from "../../model/errors.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { type TradingMode, tradingText } from "../../model/trading_mode.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Random } from "../../runtime/random.ts";
import type { OpenWebSocket } from "../../runtime/web_socket.ts";
import type { Pace } from "../pace.ts";
import { SessionFrame } from "../session_frame.ts";
import type { Attempt } from "../supervisor.ts";
import { jumpedTime } from "../time_faults.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { StreamingAdapter } from "./adapter.ts";
import { announced } from "./stream_failures.ts";
import { ConnectionLine } from "./connection_line.ts";
import type { FrameCounts } from "./frame_counts.ts";
import type { Healer } from "./healer.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import { Intake } from "./intake.ts";
import { FundingReader } from "./funding_reader.ts";
import { PastTradeHealer } from "./past_trade_healer.ts";
import { Poller } from "./poller.ts";
import { isReady } from "./readiness.ts";
import { unknownSymbol } from "./refusals.ts";
import { RejectionLog } from "./rejection_log.ts";
import type { RestClient } from "./rest_client.ts";
import type { RestHealth } from "./rest_health.ts";
import { StreamTime } from "./stream_time.ts";
import { StreamWatch } from "./stream_watch.ts";
import { TradeHealer } from "./trade_healer.ts";
import type { VenueHosts } from "./venue_hosts.ts";

/** What a session works with; all of it outlives the session. */
export interface SessionTools {
  readonly adapter: StreamingAdapter;
  readonly hosts: VenueHosts;
  readonly openSocket: OpenWebSocket;
  readonly rest: RestClient;
  readonly healer: Healer;
  readonly health: RestHealth;
  readonly venueClock: VenueClock;
  readonly counts: FrameCounts;
  readonly backfillMs: number;
  /** Lost trades are fetched by their ids. */
  readonly keepsTrades: boolean;
  /** All of them: they are wanted for themselves, not only for the minutes they make. */
  readonly keepsEveryTrade: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly speed: number;
  readonly pace: Pace;
  readonly log: Log;
  readonly emit: (event: FeedEvent) => void;
}

/**
 * After this long the newest minute is not waited for before the streams are called live, nor what the
 * venue's history does not bring.
 */
const NEWEST_WAIT_MS = 10 * SECOND;
const NEWEST_WAIT_FLOOR_MS = SECOND;

/**
 * One life of a venue's connection, from the first question for the time to its end. Line, intake, watch and
 * poller know nothing of each other: each reports to the session, which acts.
 */
export class StreamingSession {
  readonly #tools: SessionTools;
  readonly #attempt: Attempt;
  readonly #frame: SessionFrame;
  /** Those of the feed that were not given up before. */
  readonly #wanted: InstrumentStream[];
  readonly #line: ConnectionLine;
  readonly #intake: Intake;
  readonly #watch: StreamWatch;
  readonly #poller: Poller;
  readonly #rejections: RejectionLog;
  #openedAt = NaN;
  #goal = Infinity;
  #hasBegun = false;
  /** Of the venue's clock, as the streams began. */
  #era = 0;
  #isLive = false;
  /** Undefined while the venue has not said it on this connection. */
  #trading: TradingMode | undefined;
  /** Called when an instrument is followed. */
  #onWanted = () => {};

  /**
   * @param streams those to stream.
   * @param isKnown the host has served a stream of the venue before.
   */
  constructor(
    tools: SessionTools,
    attempt: Attempt,
    streams: readonly InstrumentStream[],
    isKnown: boolean,
  ) {
    const { adapter: { venue } } = tools;
    this.#tools = tools;
    this.#attempt = attempt;
    this.#frame = new SessionFrame({ clock: tools.clock, pace: tools.pace, stop: attempt.signal });
    this.#wanted = streams.filter((stream) => stream.failed === undefined);
    this.#rejections = new RejectionLog({ ...tools, venue });
    this.#watch = new StreamWatch(tools);
    this.#poller = new Poller({ ...tools, report: (error) => this.#report(error) });
    this.#intake = new Intake({
      ...tools,
      streamTime: new StreamTime(tools),
      onTimeLearned: () => this.#timeLearned(),
    });
    for (const stream of this.#wanted) this.#intake.follow(stream);
    this.#line = new ConnectionLine({
      ...tools,
      topics: this.#topics(),
      random: tools.random(),
      isKnown,
      onText: (text) => this.#take(text),
      onLost: (error) => this.#frame.end(error),
    });
  }

  /** Runs until the connection ends, then throws why. Leaves no timer, socket or request behind. */
  run(): Promise<never> {
    return this.#frame.run({
      connect: (signal) => this.#connect(signal),
      background: [
        (signal) => this.#poll(signal),
        (signal) => this.#healTrades(signal),
        (signal) => this.#healPastTrades(signal),
        (signal) => new FundingReader(this.#tools).run(() => this.#delivering(), signal),
      ],
      close: () => this.#line.close(),
    });
  }

  /** Streams one more instrument from now on. */
  follow(stream: InstrumentStream): void {
    stream.beginConnection();
    this.#tellTrading(stream);
    this.#wanted.push(stream);
    this.#intake.follow(stream);
    if (this.#hasBegun) this.#beginStream(stream, this.#tools.venueClock.atLeast());
    this.#line.want(this.#topics());
    this.#onWanted();
  }

  /** Streams that one no more. */
  unfollow(stream: InstrumentStream): void {
    const at = this.#wanted.indexOf(stream);
    if (at >= 0) this.#wanted.splice(at, 1);
    this.#intake.unfollow(stream);
    this.#line.want(this.#topics());
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { report } = this.#attempt;
    for (const stream of this.#wanted) stream.beginConnection();
    await this.#poller.prepare(signal);
    await this.#somethingWanted(signal);
    await this.#line.open(signal);
    report({ kind: "opened" });
    report({ kind: "accepted" });
    report({ kind: "requested" });
    this.#begin();
    this.#frame.tick((now, isBusy) => this.#tick(now, isBusy));
  }

  /** A socket without streams would be open for nothing, and cut by the venue. */
  async #somethingWanted(signal: AbortSignal): Promise<void> {
    if (this.#delivering().length > 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    this.#onWanted = resolve;
    await promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  async #poll(signal: AbortSignal): Promise<never> {
    while (true) {
      const waitMs = await this.#poller.round(() => this.#delivering(), signal);
      this.#checkEra();
      this.#begin();
      this.#checkLive();
      await sleep(this.#tools.clock, waitMs, signal);
    }
  }

  async #healTrades(signal: AbortSignal): Promise<void> {
    const healer = new TradeHealer(this.#tools);
    if (this.#tools.keepsTrades) await healer.run(() => this.#delivering(), signal);
  }

  async #healPastTrades(signal: AbortSignal): Promise<void> {
    const healer = new PastTradeHealer(this.#tools);
    if (this.#tools.keepsTrades) await healer.run(() => this.#delivering(), signal);
  }

  /** @returns true for market data. */
  #take(text: string): boolean {
    return this.#frame.guard(() => {
      const { venueClock } = this.#tools;
      const mayLearnTime = !venueClock.isKnown || this.#poller.lacksClock;
      const news = this.#intake.take(text, mayLearnTime);
      switch (news.kind) {
        case "data":
          if (news.mayClose) this.#checkLive();
          return true;
        case "doubt":
          // Either the frame is damaged or this machine slept: the venue's own clock decides.
          this.#poller.doubtClock();
          return true;
        case "closing":
          this.#line.renew("the server announced that it closes");
          return false;
        case "announced":
          this.#report(announced(this.#line.peer, news.text));
          return false;
        case "trading":
          this.#takeTrading(news.mode);
          return false;
        case "question":
          this.#line.send(news.answer);
          return false;
        case "refused":
          this.#giveUp(news.stream);
          return false;
        case "none":
          return false;
      }
    }) ?? false;
  }

  /** Said of all products at once. */
  #takeTrading(mode: TradingMode): void {
    this.#trading = mode;
    for (const stream of this.#wanted) this.#tellTrading(stream);
    if (mode !== "online") {
      this.#report(announced(this.#line.peer, `the market ${tradingText(mode)}`));
    }
  }

  #tellTrading({ trading }: InstrumentStream): void {
    const { venueClock } = this.#tools;
    trading.takeVenue(this.#trading, venueClock.isKnown ? venueClock.atLeast() : Infinity);
  }

  #timeLearned(): void {
    this.#poller.emitClock();
    this.#checkEra();
    this.#begin();
  }

  /** Nothing of a stream holds in another era of the venue's clock: the connection begins anew. */
  #checkEra(): void {
    const { venueClock, adapter: { venue } } = this.#tools;
    if (!this.#hasBegun || venueClock.era === this.#era) return;
    this.#frame.end(jumpedTime(venue, venueClock.estimate()));
  }

  /** What needs the venue's time; where REST did not say it, it comes with the first messages. */
  #begin(): void {
    const { venueClock, healer } = this.#tools;
    if (this.#hasBegun || this.#frame.isOver || !venueClock.isKnown) return;
    // The answers contradict what was known: the next ones decide, unless there are none.
    if (venueClock.isDoubted && !this.#poller.lacksClock) return;
    this.#hasBegun = true;
    this.#era = venueClock.era;
    this.#openedAt = venueClock.atLeast();
    this.#goal = healer.due();
    for (const stream of this.#wanted) this.#beginStream(stream, this.#openedAt);
    this.#reportGaps();
  }

  #beginStream(stream: InstrumentStream, time: number): void {
    const { backfillMs, adapter: { minutesFrom, limits: { historyMs = Infinity } } } = this.#tools;
    const { writer } = stream;
    const from = time - Math.min(backfillMs, historyMs);
    if (writer.begin({ from, now: time, era: this.#era })) stream.beginEra();
    // The minute under way is closed by a stream of bars, but never known whole from its later trades.
    if (minutesFrom === "bars") writer.expectFrom(time);
    else writer.expectAfter(time);
  }

  /** Those not given up. */
  #delivering(): InstrumentStream[] {
    return this.#wanted.filter((stream) => stream.failed === undefined);
  }

  #topics() {
    return this.#delivering().flatMap(({ topics }) => topics);
  }

  #tick(now: number, isBusy: boolean): void {
    this.#reportGaps();
    if (!isBusy) this.#judge(now);
    this.#line.tick(this.#watch.firstMs(this.#delivering()));
    this.#checkLive();
    this.#rejections.report(now);
  }

  #judge(now: number): void {
    const { pace } = this.#tools;
    const { openedAt, peer } = this.#line;
    if (openedAt === undefined) return;
    const unreadable = this.#rejections.frames;
    const facts = { now, openedAt, pace, peer, unreadable };
    const { dead, again, renewals, failures } = this.#watch.judge(this.#delivering(), facts);
    for (const error of failures) this.#report(error);
    for (const reason of renewals) this.#line.renew(reason);
    this.#line.askAgain(again);
    if (dead === undefined) return;
    this.#attempt.report({ kind: "silent", reason: dead.message });
    this.#frame.end(dead);
  }

  /** The venue does not have the symbol: the others go on without it. */
  #giveUp(stream: InstrumentStream): void {
    stream.failed = unknownSymbol(this.#line.peer, stream);
    this.#line.want(this.#topics());
    if (this.#delivering().length === 0) this.#frame.end(stream.failed);
    else this.#report(stream.failed);
  }

  #reportGaps(): void {
    if (!this.#hasBegun || this.#frame.isOver) return;
    const due = this.#tools.healer.overdue();
    for (const { writer } of this.#delivering()) {
      writer.ledger.advance(due);
      writer.reportGaps(due, {
        reason: ({ from }) =>
          from + MINUTE <= this.#openedAt
            ? "there was no connection"
            : "the stream brought no closed bar",
      });
    }
  }

  #checkLive(): void {
    if (this.#isLive || !this.#hasBegun || this.#frame.isOver) return;
    const { clock, pace } = this.#tools;
    const openMs = clock.monotonic() - (this.#line.openedAt ?? Infinity);
    const hasWaited = openMs > pace(NEWEST_WAIT_MS, NEWEST_WAIT_FLOOR_MS);
    const { lacksHistory } = this.#poller;
    if (!isReady(this.#delivering(), { goal: this.#goal, hasWaited, lacksHistory })) return;
    this.#isLive = this.#poller.isLive = true;
    this.#attempt.report({ kind: "data" });
  }

  #report(error: MarketError): void {
    const { adapter: { venue }, log, emit, clock } = this.#tools;
    log.warn(error.message, { venue, code: error.code, remedy: error.remedy });
    emit({ kind: "failure", venue, error, receivedAt: clock.now() });
  }
}
