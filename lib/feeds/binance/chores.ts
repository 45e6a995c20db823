import { MarketError } from "../../model/errors.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { backoffDelay } from "../backoff.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { Healer } from "./healer.ts";
import type { BinanceRest } from "./rest.ts";
import type { SymbolStream } from "./symbol_stream.ts";

export interface ChoresOptions {
  readonly rest: BinanceRest;
  readonly healer: Healer;
  readonly venueClock: VenueClock;
  /** Those that should deliver. */
  readonly wanted: () => readonly SymbolStream[];
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  readonly emit: (event: FeedEvent) => void;
  /** A failure that does not end the connection. */
  readonly tell: (error: MarketError) => void;
  /** What is wrong with requests while the stream lives on; undefined when over. */
  readonly onTrouble: (error: MarketError | undefined) => void;
  /** Called after each round. */
  readonly onRound: () => void;
}

const ROUND_MS = SECOND;
const ROUND_FLOOR_MS = 50;
const SYNC_MS = MINUTE;
const SYNC_FLOOR_MS = SECOND;
/** A doubtful clock is asked about at most this often. */
const DOUBT_MS = 10 * SECOND;
const DOUBT_FLOOR_MS = 100;

/**
 * All requests of a connection, one after another: the venue's time now and then, and whatever minutes are
 * missing. Requests that fail for a while do not end the connection; they are told once and tried again.
 */
export class Chores {
  readonly #options: ChoresOptions;
  #syncedAt = -Infinity;
  #isDoubtful = false;

  constructor(options: ChoresOptions) {
    this.#options = options;
  }

  /** Learns the venue's time. */
  async syncClock(signal: AbortSignal): Promise<void> {
    const { rest, venueClock, clock, emit } = this.#options;
    await rest.syncClock(signal);
    this.#syncedAt = clock.monotonic();
    this.#isDoubtful = false;
    emit({
      kind: "clock",
      venue: "binance",
      offsetMs: venueClock.offsetMs(),
      uncertaintyMs: venueClock.uncertaintyMs(),
      receivedAt: clock.now(),
    });
  }

  /** The venue's time does not agree with what it sends: ask again soon. */
  doubtClock(): void {
    this.#isDoubtful = true;
  }

  /** Goes on until the signal aborts or a failure is final, then throws. */
  async run(signal: AbortSignal): Promise<never> {
    const { rest, clock, pace, random, tell, onTrouble, onRound } = this.#options;
    let failures = 0;
    let told: string | undefined;
    while (true) {
      let waitMs = ROUND_MS;
      let floorMs = ROUND_FLOOR_MS;
      const { answers } = rest;
      try {
        if (this.#isSyncDue()) await this.syncClock(signal);
        for (const stream of this.#options.wanted()) await this.#heal(stream, signal);
        // A round that had nothing to ask proves nothing.
        if (rest.answers > answers && failures > 0) {
          onTrouble(undefined);
          failures = 0;
          told = undefined;
        }
      } catch (error) {
        if (!(error instanceof MarketError) || !error.isPassing) throw error;
        failures++;
        onTrouble(error);
        if (error.code !== told) tell(error);
        told = error.code;
        const delayMs = backoffDelay(failures, random(), { capMs: 30 * SECOND });
        waitMs = Math.max(delayMs, error.retryAfterMs ?? 0);
        floorMs = 2 * ROUND_FLOOR_MS;
      }
      onRound();
      await sleep(clock, pace(waitMs, floorMs), signal);
    }
  }

  #isSyncDue(): boolean {
    const { clock, pace } = this.#options;
    const since = clock.monotonic() - this.#syncedAt;
    return since >= pace(SYNC_MS, SYNC_FLOOR_MS) ||
      (this.#isDoubtful && since >= pace(DOUBT_MS, DOUBT_FLOOR_MS));
  }

  /** Heals one symbol; one that the venue does not know is given up without stopping the others. */
  async #heal(stream: SymbolStream, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.healer.heal(stream, signal);
    } catch (error) {
      const isOfSymbol = error instanceof MarketError && error.code === "unknown-symbol";
      if (!isOfSymbol) throw error;
      stream.failed = error;
      if (this.#options.wanted().length === 0) throw error;
      this.#options.tell(error);
    }
  }
}
