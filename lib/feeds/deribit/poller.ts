import { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { TOO_MANY_REQUESTS } from "../../wire/deribit_error.ts";
import { decodeVenueTime } from "../../wire/deribit_result.ts";
import { backoffDelay } from "../backoff.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { Channels } from "./channels.ts";
import { jumpedTime } from "../time_faults.ts";
import { refusedCall, unreadable } from "./explain.ts";
import type { HistoryReader } from "./history_reader.ts";
import type { IndexStream } from "./index_stream.ts";
import { RefusedCall, type RpcLine } from "./rpc_line.ts";

export interface PollerOptions {
  readonly line: RpcLine;
  readonly channels: Channels;
  readonly reader: HistoryReader;
  readonly venueClock: VenueClock;
  readonly streams: () => readonly IndexStream[];
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  readonly emitClock: () => void;
  /** A failure that does not end the connection. */
  readonly report: (error: MarketError) => void;
  /** Called after each round. */
  readonly onRound: () => void;
}

/** Channels and clock are looked after this often, and minutes when they are due, venue ms. */
const ROUND_MS = 2 * SECOND;
const ROUND_FLOOR_MS = 25;
const SYNC_MS = 5 * MINUTE;
const SYNC_FLOOR_MS = 10 * SECOND;
const DOUBT_MS = 10 * SECOND;
const DOUBT_FLOOR_MS = 100;
/** What asking again does not change may be changed by others: it is asked again after this, venue ms. */
const REFUSED_MS = 10 * MINUTE;
/** Longest back-off of a refusal that may pass, venue ms. */
const BACKOFF_CAP_MS = 30 * SECOND;

/**
 * All calls of a connection, one after another: channels, the venue's time now and then, and the minutes. A
 * refusal that may pass is reported once and waited out; it does not end the connection.
 */
export class Poller {
  readonly #options: PollerOptions;
  #syncedAt = -Infinity;
  #isDoubtful = false;
  /** The connection has begun: its minutes are of an era. */
  #hasRun = false;
  #failures = 0;
  /** The refusal of channels or time that was reported last and is not over. */
  #reported: string | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Something came that is dated later than the venue's time can be. */
  doubtClock(): void {
    this.#isDoubtful = true;
  }

  /** Asks for the venue's time. @throws {RefusedCall} {MarketError} as calls do. */
  async syncClock(signal: AbortSignal): Promise<void> {
    const { line, venueClock, clock, emitClock } = this.#options;
    const { result, sentAt, receivedAt } = await line.call("public/get_time", {}, signal);
    const venueTime = decodeVenueTime(result);
    if (venueTime === undefined) {
      throw unreadable(line.host, "public/get_time", venueClock.isKnown);
    }
    const { era } = venueClock;
    venueClock.observe({ sentAt, receivedAt, venueTime, resolutionMs: 1 });
    this.#syncedAt = clock.monotonic();
    this.#isDoubtful = false;
    emitClock();
    // Nothing of a connection holds in another era: it begins anew.
    if (venueClock.era !== era && this.#hasRun) throw jumpedTime("deribit", venueTime);
  }

  /** Goes on until the signal aborts or the connection is over, then throws. */
  async run(signal: AbortSignal): Promise<never> {
    const { clock, pace, random, onRound, streams, channels, report } = this.#options;
    this.#hasRun = true;
    while (true) {
      let waitMs = ROUND_MS;
      const refused = await this.#passing(async () => {
        await channels.reconcile(streams(), signal);
        if (this.#isSyncDue()) await this.syncClock(signal);
      });
      if (refused !== undefined && refused.code !== this.#reported) report(refused);
      this.#reported = refused?.code;
      const refusal = refused ?? await this.#readAll(signal);
      if (refusal === undefined) this.#failures = 0;
      else {
        const delayMs = backoffDelay(this.#failures++, random(), BACKOFF_CAP_MS);
        waitMs = Math.max(delayMs, refusal.retryAfterMs ?? 0);
      }
      onRound();
      // A refusal is waited out; else the next minute may be due sooner.
      const dueMs = refusal === undefined ? this.#dueMs() : Infinity;
      await sleep(clock, Math.min(pace(waitMs, ROUND_FLOOR_MS), dueMs), signal);
    }
  }

  /** Local ms until history is due to be read. */
  #dueMs(): number {
    const { streams, clock } = this.#options;
    const at = Math.min(...streams().map(({ readAt }) => readAt));
    return Math.max(ROUND_FLOOR_MS, at - clock.monotonic());
  }

  /** Reads the minutes of every index; one that Deribit refuses for good does not stop the others. */
  async #readAll(signal: AbortSignal): Promise<MarketError | undefined> {
    const { reader, line, streams, clock, pace, report } = this.#options;
    for (const stream of streams()) {
      const before = stream.historyTrouble?.code;
      const refusal = await this.#passing(() => reader.read(stream, line, signal));
      const trouble = refusal ?? stream.historyTrouble;
      stream.historyTrouble = trouble;
      if (trouble !== undefined && trouble.code !== before) report(trouble);
      if (refusal === undefined) continue;
      if (refusal.isPassing) return refusal;
      stream.readAt = clock.monotonic() + pace(REFUSED_MS);
    }
    return undefined;
  }

  /** A refusal that the connection survives; throws what it does not. */
  async #passing(act: () => Promise<void>): Promise<MarketError | undefined> {
    try {
      await act();
      return undefined;
    } catch (error) {
      if (!(error instanceof RefusedCall)) throw error;
      const explained = refusedCall(this.#options.line.host, error.method, error.error);
      // Deribit ends the connection with this one.
      if (error.error.code === TOO_MANY_REQUESTS) throw explained;
      return explained;
    }
  }

  #isSyncDue(): boolean {
    const { clock, pace, venueClock } = this.#options;
    const since = clock.monotonic() - this.#syncedAt;
    return since >= pace(SYNC_MS, SYNC_FLOOR_MS) || venueClock.isDoubted ||
      (this.#isDoubtful && since >= pace(DOUBT_MS, DOUBT_FLOOR_MS));
  }
}
