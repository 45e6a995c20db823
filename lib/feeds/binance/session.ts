import type { MarketError } from "../../model/errors.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Random } from "../../runtime/random.ts";
import type { Pace } from "../pace.ts";
import type { Attempt } from "../supervisor.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { BinanceApi } from "./api.ts";
import { Chores } from "./chores.ts";
import type { FrameCounts } from "./frame_counts.ts";
import type { Healer } from "./healer.ts";
import { Intake } from "./intake.ts";
import { isReady } from "./readiness.ts";
import { RejectionLog } from "./rejection_log.ts";
import type { BinanceRest } from "./rest.ts";
import { StreamLine } from "./stream_line.ts";
import type { OpenWebSocket } from "../../runtime/web_socket.ts";
import { StreamTime } from "./stream_time.ts";
import { StreamWatch } from "./stream_watch.ts";
import type { SymbolStream } from "./symbol_stream.ts";
import type { VenueHosts } from "./venue_hosts.ts";

/** What a session works with; all of it outlives the session. */
export interface SessionTools {
  readonly api: BinanceApi;
  readonly streamHosts: VenueHosts;
  readonly openSocket: OpenWebSocket;
  readonly rest: BinanceRest;
  readonly healer: Healer;
  readonly venueClock: VenueClock;
  readonly streams: readonly SymbolStream[];
  readonly counts: FrameCounts;
  readonly backfillMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly speed: number;
  readonly pace: Pace;
  readonly log: Log;
  readonly emit: (event: FeedEvent) => void;
  /** A Binance stream has been served from there before. */
  readonly isKnown: () => boolean;
  /** What is wrong with requests while the stream lives on; undefined when over. */
  readonly onTrouble: (error: MarketError | undefined) => void;
  /** The trouble with requests that was told last and is not over. */
  readonly told: { code: string | undefined };
}

const TICK_MS = SECOND;
const TICK_FLOOR_MS = 50;
/** A tick that comes this much late says that this machine was busy: silence is not judged then. */
const BUSY_MS = 250;
/**
 * After this long the newest minute is not waited for before the streams are called live, nor what the
 * venue's history does not bring.
 */
const NEWEST_WAIT_MS = 10 * SECOND;
const NEWEST_WAIT_FLOOR_MS = SECOND;

/** One life of the Binance connection, from the first question for the time to its end. */
export class BinanceSession {
  readonly #tools: SessionTools;
  readonly #attempt: Attempt;
  readonly #over = new AbortController();
  readonly #wanted: readonly SymbolStream[];
  readonly #line: StreamLine;
  readonly #chores: Chores;
  #timer: Timer | undefined;
  #tickedAt = NaN;
  #openedAt = NaN;
  #goal = Infinity;
  #hasBegun = false;
  #isLive = false;
  readonly #rejections: RejectionLog;
  readonly #watch: StreamWatch;

  constructor(tools: SessionTools, attempt: Attempt) {
    this.#tools = tools;
    this.#attempt = attempt;
    this.#rejections = new RejectionLog(tools);
    this.#wanted = tools.streams.filter((stream) => stream.failed === undefined);
    const names = this.#wanted.flatMap(({ klineStream, tradeStream, signStream }) => [
      ...[klineStream, tradeStream],
      ...(signStream === undefined ? [] : [signStream]),
    ]);
    const intake = new Intake({
      ...tools,
      streams: new Map(this.#wanted.map((stream) => [stream.symbol, stream])),
      onKline: () => this.#checkLive(),
      onShutdown: () => this.#line.renew("the server announced its shutdown"),
      onDoubt: () => this.#chores.doubtClock(),
      streamTime: new StreamTime(tools),
      mayLearnTime: () => !tools.venueClock.isKnown || this.#chores.lacksClock,
      onTime: () => {
        this.#chores.tellClock();
        this.#begin();
      },
    });
    this.#line = new StreamLine({
      ...tools,
      hosts: tools.streamHosts,
      path: `${tools.api.streamPath}?streams=${names.join("/")}`,
      random: tools.random(),
      isKnown: tools.isKnown(),
      firstMs: () => this.#watch.firstMs,
      onText: (text) => this.#guard(() => intake.take(text)),
      onLost: (error) => this.#over.abort(error),
    });
    this.#watch = new StreamWatch({
      ...tools,
      line: this.#line,
      delivering: () => this.#delivering(),
      unreadable: () => this.#rejections.frames,
      tell: (error) => this.#tell(error),
      onDead: (error) => {
        this.#attempt.report({ kind: "silent", reason: error.message });
        this.#over.abort(error);
      },
    });
    this.#chores = new Chores({
      ...tools,
      wanted: () => this.#delivering(),
      tell: (error) => this.#tell(error),
      isLive: () => this.#isLive,
      onRound: () => {
        this.#begin();
        this.#checkLive();
      },
    });
  }

  /** Runs until the connection ends, then throws why. Leaves no timer, socket or request behind. */
  async run(): Promise<never> {
    const { signal } = this.#over;
    const stop = this.#attempt.signal;
    const onStop = () => this.#over.abort(stop.reason);
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) onStop();
    let chores: Promise<void> = Promise.resolve();
    try {
      await this.#connect(signal);
      chores = this.#chores.run(signal).catch((error) => this.#over.abort(error));
      return await aborted(signal);
    } finally {
      stop.removeEventListener("abort", onStop);
      this.#over.abort(new Error("the attempt is over"));
      this.#timer?.cancel();
      await Promise.all([this.#line.close(), chores]);
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { report } = this.#attempt;
    for (const stream of this.#wanted) stream.beginConnection();
    await this.#chores.prepare(signal);
    await this.#line.open(signal);
    report({ kind: "opened" });
    report({ kind: "accepted" });
    report({ kind: "requested" });
    this.#begin();
    this.#tickedAt = this.#tools.clock.monotonic();
    this.#setTimer();
  }

  /** What needs the venue's time; where REST did not tell it, it comes with the first messages. */
  #begin(): void {
    const { venueClock, backfillMs, healer } = this.#tools;
    if (this.#hasBegun || !venueClock.isKnown) return;
    this.#hasBegun = true;
    this.#openedAt = venueClock.atLeast();
    this.#goal = healer.due();
    for (const stream of this.#wanted) {
      stream.writer.ledger.start(this.#openedAt - backfillMs);
      stream.writer.expectFrom(this.#openedAt);
    }
    this.#tellGaps();
  }

  /** Those not given up. */
  #delivering(): SymbolStream[] {
    return this.#wanted.filter((stream) => stream.failed === undefined);
  }

  #setTimer(): void {
    const { clock, pace } = this.#tools;
    this.#timer = clock.setTimer(() => {
      this.#guard(() => this.#tick());
      if (!this.#over.signal.aborted) this.#setTimer();
    }, pace(TICK_MS, TICK_FLOOR_MS));
  }

  /** A defect met in a callback ends the connection in order instead of the process. */
  #guard(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#over.abort(error);
    }
  }

  #tick(): void {
    const { clock, pace } = this.#tools;
    const now = clock.monotonic();
    const isBusy = now - this.#tickedAt > pace(TICK_MS, TICK_FLOOR_MS) + BUSY_MS;
    this.#tickedAt = now;
    this.#tellGaps();
    if (!isBusy) this.#watch.judge(now);
    this.#line.tick();
    this.#checkLive();
    this.#rejections.tell(now);
  }

  #tellGaps(): void {
    if (!this.#hasBegun) return;
    const due = this.#tools.healer.due();
    for (const stream of this.#delivering()) {
      stream.writer.ledger.advance(due);
      stream.writer.reportGaps(due, {
        reason: ({ from }) =>
          from + MINUTE <= this.#openedAt
            ? "there was no connection"
            : "the stream brought no closed bar",
      });
    }
  }

  #checkLive(): void {
    if (this.#isLive || !this.#hasBegun || this.#over.signal.aborted) return;
    const { clock, pace } = this.#tools;
    const openMs = clock.monotonic() - (this.#line.openedAt ?? Infinity);
    const hasWaited = openMs > pace(NEWEST_WAIT_MS, NEWEST_WAIT_FLOOR_MS);
    const { lacksHistory } = this.#chores;
    if (!isReady(this.#delivering(), { goal: this.#goal, hasWaited, lacksHistory })) return;
    this.#isLive = true;
    this.#attempt.report({ kind: "data" });
  }

  #tell(error: MarketError): void {
    const { log, emit, clock } = this.#tools;
    log.warn(error.message, { venue: "binance", code: error.code, remedy: error.remedy });
    emit({ kind: "failure", venue: "binance", error, receivedAt: clock.now() });
  }
}

/** Rejects with the signal's reason, once there is one. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
