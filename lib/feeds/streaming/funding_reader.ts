import { MarketError } from "../../model/errors.ts";
import { LONGEST_FUNDING_MS } from "../../model/funding.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { FundingQuestions, StreamingAdapter } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import type { RestClient } from "./rest_client.ts";

export interface FundingReaderOptions {
  readonly adapter: Pick<StreamingAdapter, "venue" | "history">;
  readonly rest: RestClient;
  readonly venueClock: VenueClock;
  readonly backfillMs: number;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly log: Log;
}

const ROUND_MS = SECOND;
const ROUND_FLOOR_MS = 50;
/** As far back as minutes are held, and two of the longest times between payments more: they show how far apart those lie. */
const BEFORE_MS = 2 * LONGEST_FUNDING_MS;
/** A payment is asked for this long after it fell due, venue ms. */
const SETTLED_MS = 5 * SECOND;
/** Between questions for what does not come, from this up to the cap, venue ms; on the local clock at least the floor. */
const AGAIN_MS = 15 * SECOND;
const AGAIN_CAP_MS = 30 * MINUTE;
const AGAIN_FLOOR_MS = 100;
/** Part of the venue's limit that may be used before: minutes and trades come first. */
const SHARE = 0.4;

/** How far one instrument has been read. */
interface Progress {
  hasEstimate: boolean;
  /** Where the past is read on; undefined once it is read. */
  next: number | undefined;
  /** Fruitless questions in a row, and when the next may be asked, local monotonic ms. */
  fruitless: number;
  askAt: number;
}

/**
 * Reads what funding was paid: the past once in a connection, then each payment after it fell due. What a venue is late
 * with is asked for again, less and less often; until it comes it is not known.
 */
export class FundingReader {
  readonly #options: FundingReaderOptions;
  readonly #progress = new Map<string, Progress>();

  constructor(options: FundingReaderOptions) {
    this.#options = options;
  }

  /** Goes on until the signal aborts; ends at once where the venue has no funding. */
  async run(streams: () => readonly InstrumentStream[], signal: AbortSignal): Promise<void> {
    const { adapter: { history: { funding } }, clock, pace, venueClock } = this.#options;
    if (funding === undefined) return;
    while (true) {
      if (venueClock.isKnown) {
        for (const stream of streams()) await this.#readSafely(funding, stream, signal);
      }
      await sleep(clock, pace(ROUND_MS, ROUND_FLOOR_MS), signal);
    }
  }

  async #readSafely(
    funding: FundingQuestions,
    stream: InstrumentStream,
    signal: AbortSignal,
  ): Promise<void> {
    const { adapter: { venue }, clock, log, venueClock } = this.#options;
    const progress = this.#progressOf(stream, venueClock.atLeast());
    if (stream.isLeft || clock.monotonic() < progress.askAt) return;
    try {
      await this.#read(funding, stream, progress, signal);
    } catch (error) {
      if (!(error instanceof MarketError) || signal.aborted) throw error;
      if (progress.fruitless === 0) {
        log.warn(`${venue}: the funding of ${stream.id} cannot be read: ${error.message}`);
      }
      this.#wait(progress, error.retryAfterMs);
    }
  }

  async #read(
    funding: FundingQuestions,
    stream: InstrumentStream,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<void> {
    const { rest, venueClock, adapter: { venue }, log } = this.#options;
    const { symbol, id } = stream, asking = { signal, about: stream, share: SHARE };
    if (!progress.hasEstimate) {
      const estimate = await rest.ask(funding.estimate, { symbol }, asking);
      progress.hasEstimate = true;
      if (!stream.isLeft) stream.funding.takeEstimate(estimate);
    }
    const now = venueClock.atLeast();
    const from = progress.next ?? stream.funding.missing(now - SETTLED_MS);
    if (from === undefined) return;
    const { payments, rejected, next } = await rest.ask(funding.payments, { symbol, from }, asking);
    if (stream.isLeft) return;
    const isPast = progress.next !== undefined;
    progress.next = isPast ? next : undefined;
    const isNew = stream.funding.takePayments(payments.filter(({ time }) => time <= now));
    if (isNew) {
      for (const reason of new Set(rejected)) log.warn(`${venue}: ${id}: ${reason}`);
    }
    if (isNew || isPast) progress.fruitless = 0;
    else this.#wait(progress);
  }

  #progressOf({ id, writer }: InstrumentStream, now: number): Progress {
    const known = this.#progress.get(id);
    if (known !== undefined) return known;
    const { start, length } = writer.ledger.grid;
    const held = length === 0 ? now : start;
    const from = Math.min(held, now - this.#options.backfillMs);
    const progress = { hasEstimate: false, next: from - BEFORE_MS, fruitless: 0, askAt: -Infinity };
    this.#progress.set(id, progress);
    return progress;
  }

  #wait(progress: Progress, retryAfterMs = 0): void {
    const { clock, pace } = this.#options;
    const waitMs = Math.min(AGAIN_CAP_MS, AGAIN_MS * 2 ** progress.fruitless++);
    progress.askAt = clock.monotonic() + pace(Math.max(waitMs, retryAfterMs), AGAIN_FLOOR_MS);
  }
}
