import { MarketError } from "../../model/errors.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { backoffDelay } from "../backoff.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { StreamingAdapter } from "./adapter.ts";
import type { Healer } from "./healer.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import { refusedHistory } from "./refusals.ts";
import type { RestClient } from "./rest_client.ts";
import type { RestHealth } from "./rest_health.ts";

export interface PollerOptions {
  readonly adapter: Pick<StreamingAdapter, "venue" | "serverTime" | "trading">;
  readonly rest: RestClient;
  readonly healer: Healer;
  readonly health: RestHealth;
  readonly venueClock: VenueClock;
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  readonly emit: (event: FeedEvent) => void;
  /** Reports a failure that does not end the connection. */
  readonly report: (error: MarketError) => void;
}

const ROUND_MS = SECOND;
const ROUND_FLOOR_MS = 50;
const SYNC_MS = MINUTE;
const SYNC_FLOOR_MS = SECOND;
/** A doubtful clock is asked about at most this often. */
const DOUBT_MS = 10 * SECOND;
const DOUBT_FLOOR_MS = 100;
/** How long a connection waits for a newer venue time when one is known from before. */
const PATIENCE_MS = 2 * SECOND;
const PATIENCE_FLOOR_MS = SECOND;

/** Errors by which venues block a location or a traffic pattern. */
const REFUSALS = ["forbidden", "geo-blocked"];

/**
 * The requests of a connection, one after another: the venue's time now and then, and whatever minutes are
 * missing. Requests that fail for a while do not end the connection; they are reported once and tried again.
 */
export class Poller {
  /** The stream delivers: a refusal of requests does not end it. */
  isLive = false;
  readonly #options: PollerOptions;
  #syncedAt = -Infinity;
  #isDoubtful = false;
  /** Why the venue's time is unavailable, consecutive failures, and when it is requested again. */
  #clockTrouble: MarketError | undefined;
  #clockFailures = 0;
  #askClockAt = -Infinity;
  /** The same of its history. */
  #historyTrouble: MarketError | undefined;
  #historyFailures = 0;
  /** The stream healed last, so that the next round starts after it. */
  #healedLast: InstrumentStream | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** True while requests for the venue's time fail. */
  get lacksClock(): boolean {
    return this.#clockTrouble !== undefined;
  }

  /** True while requests for the venue's history fail. */
  get lacksHistory(): boolean {
    return this.#historyTrouble !== undefined;
  }

  /**
   * Asks for the venue's time before a socket is opened. A stream needs no REST to flow, so what may pass
   * is reported and does not keep it closed.
   *
   * @throws {MarketError} when trying again cannot help.
   */
  async prepare(signal: AbortSignal): Promise<void> {
    const { venueClock, clock, pace } = this.#options;
    const impatience = new AbortController();
    const timer = venueClock.isKnown
      ? clock.setTimer(() => impatience.abort(), pace(PATIENCE_MS, PATIENCE_FLOOR_MS))
      : undefined;
    try {
      await this.#askClock(AbortSignal.any([signal, impatience.signal]));
    } catch (error) {
      if (signal.aborted || !impatience.signal.aborted) throw error;
    } finally {
      timer?.cancel();
    }
  }

  /** The venue's time does not agree with what it sends: ask again soon. */
  doubtClock(): void {
    this.#isDoubtful = true;
  }

  /** Emits what the venue's time is taken to be. */
  emitClock(): void {
    const { adapter: { venue }, venueClock, clock, emit } = this.#options;
    emit({
      kind: "clock",
      venue,
      offsetMs: venueClock.offsetMs(),
      uncertaintyMs: venueClock.uncertaintyMs(),
      receivedAt: clock.now(),
    });
  }

  /**
   * Asks for whatever is due.
   *
   * @param streams whose minutes are wanted.
   * @returns local ms until the next round.
   * @throws what is final.
   */
  async round(streams: () => readonly InstrumentStream[], signal: AbortSignal): Promise<number> {
    const { rest, pace, random, venueClock } = this.#options;
    const { answers } = rest;
    const { era } = venueClock;
    const unsynced = this.#isSyncDue() ? await this.#askClock(signal) : undefined;
    // What is missing in another era is not known yet, nor what is while the venue's time is unknown.
    if (venueClock.era !== era || !venueClock.isKnown) return pace(ROUND_MS, ROUND_FLOOR_MS);
    // A venue that does not say its time may still have its history, unless it asks for patience.
    const error = unsynced?.remedy === "wait"
      ? unsynced
      : await this.#passing(this.#healAll(streams, signal), signal);
    let waitMs = ROUND_MS;
    let floorMs = ROUND_FLOOR_MS;
    if (error !== undefined) {
      this.#historyTrouble = error;
      waitMs = delayAfter(error, ++this.#historyFailures, random());
      floorMs = 2 * ROUND_FLOOR_MS;
    } else if (rest.answers > answers) {
      // A round that had nothing to ask proves nothing.
      this.#historyTrouble = undefined;
      this.#historyFailures = 0;
    }
    this.#reportTrouble();
    return pace(waitMs, floorMs);
  }

  /** The failure of a request that need not end the stream; throws any other, and what ended it from outside. */
  async #passing(request: Promise<void>, signal: AbortSignal): Promise<MarketError | undefined> {
    const { rest, venueClock } = this.#options;
    try {
      await request;
      return undefined;
    } catch (error) {
      if (!(error instanceof MarketError) || signal.aborted) throw error;
      // What refuses requests does not end a stream that flows, nor does a firewall end one that did.
      const isBeside = this.isLive || (error.code === "forbidden" && venueClock.isKnown);
      if (isBeside && REFUSALS.includes(error.code)) return refusedHistory(rest.peer, error);
      if (error.isPassing) return error;
      throw error;
    }
  }

  async #askClock(signal: AbortSignal): Promise<MarketError | undefined> {
    const { clock, pace, random } = this.#options;
    const error = await this.#passing(this.#sync(signal), signal);
    this.#clockTrouble = error;
    if (error !== undefined) {
      const waitMs = delayAfter(error, ++this.#clockFailures, random());
      this.#askClockAt = clock.monotonic() + pace(waitMs, DOUBT_FLOOR_MS);
    } else {
      this.#clockFailures = 0;
      this.#askClockAt = -Infinity;
      this.#syncedAt = clock.monotonic();
      this.#isDoubtful = false;
      this.emitClock();
    }
    this.#reportTrouble();
    return error;
  }

  async #sync(signal: AbortSignal): Promise<void> {
    const { adapter: { serverTime }, rest, clock, venueClock } = this.#options;
    let sentAt = NaN;
    const onSend = () => void (sentAt = clock.monotonic());
    const { venueTime, resolutionMs } = await rest.ask(serverTime, undefined, { signal, onSend });
    venueClock.observe({ sentAt, receivedAt: clock.monotonic(), venueTime, resolutionMs });
  }

  /** Reports each kind of trouble once, for as long as it lasts. */
  #reportTrouble(): void {
    const { health, report } = this.#options;
    const trouble = this.#historyTrouble ?? this.#clockTrouble;
    if (health.set(trouble)) report(trouble!);
  }

  #isSyncDue(): boolean {
    const { clock, pace, venueClock } = this.#options;
    const now = clock.monotonic();
    const since = now - this.#syncedAt;
    const isWanted = since >= pace(SYNC_MS, SYNC_FLOOR_MS) || venueClock.isDoubted ||
      (this.#isDoubtful && since >= pace(DOUBT_MS, DOUBT_FLOOR_MS));
    return isWanted && now >= this.#askClockAt;
  }

  /** A failure ends the round; the next begins with those that were not asked for, so that each has its turn. */
  async #healAll(streams: () => readonly InstrumentStream[], signal: AbortSignal): Promise<void> {
    const all = streams();
    const next = all.findIndex((stream) => stream === this.#healedLast) + 1;
    for (const stream of [...all.slice(next), ...all.slice(0, next)]) {
      this.#healedLast = stream;
      await this.#heal(stream, streams, signal);
    }
  }

  /** Where it cannot be had, it is unknown, and nothing else suffers. */
  async #askTrading(stream: InstrumentStream, signal: AbortSignal): Promise<void> {
    const { adapter: { trading }, rest, venueClock } = this.#options;
    const minute = floorTo(venueClock.atLeast(), MINUTE);
    if (trading === undefined || !(minute > stream.tradingAskedAt)) return;
    stream.tradingAskedAt = minute;
    const { symbol } = stream;
    let askedAt = NaN;
    const onSend = () => void (askedAt = venueClock.atLeast());
    try {
      const { mode } = await rest.ask(trading, { symbol }, { signal, onSend, about: stream });
      stream.trading.take(mode, askedAt);
    } catch (error) {
      stream.trading.take(undefined, NaN);
      if (!(error instanceof MarketError) || !error.isPassing || signal.aborted) throw error;
    }
  }

  /** Heals one symbol; one that the venue does not know is given up without stopping the others. */
  async #heal(
    stream: InstrumentStream,
    streams: () => readonly InstrumentStream[],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#askTrading(stream, signal);
      await this.#options.healer.heal(stream, signal);
    } catch (error) {
      const isOfSymbol = error instanceof MarketError && error.code === "unknown-symbol";
      if (!isOfSymbol) throw error;
      stream.failed = error;
      if (streams().length === 0) throw error;
      this.#options.report(error);
    }
  }
}

/** Venue ms until the next try. */
function delayAfter(error: MarketError, failures: number, random: number): number {
  const delayMs = backoffDelay(failures, random, 30 * SECOND);
  return Math.max(delayMs, error.retryAfterMs ?? 0);
}
