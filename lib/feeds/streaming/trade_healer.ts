import { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Pace } from "../pace.ts";
import type { StreamingAdapter } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import type { RestClient } from "./rest_client.ts";

export interface TradeHealerOptions {
  readonly adapter: Pick<StreamingAdapter, "history">;
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly pace: Pace;
  /** False where trades only make minutes: a long gap is then left to the venue's own minutes. */
  readonly keepsEveryTrade: boolean;
}

const ROUND_MS = SECOND / 4;
const ROUND_FLOOR_MS = 20;
/** After an answer that brought nothing, and after a failure that names no time, venue ms. */
const AGAIN_MS = 2 * SECOND;
const AGAIN_FLOOR_MS = 50;
/** Trades behind a gap are held back for this long at most, venue ms. */
const PATIENCE_MS = 10 * MINUTE;
const PATIENCE_FLOOR_MS = SECOND;
/** More of them are not fetched where trades only make minutes. */
const MOST_FOR_MINUTES = 20_000;
/** Part of the venue's limit that may be used before trades are asked for: minutes come first. */
const SHARE = 0.5;

/**
 * Fetches the trades that streams have skipped, by their ids, one page after another. What fails is tried again;
 * what does not come within ten minutes is given up, and listed.
 */
export class TradeHealer {
  readonly #options: TradeHealerOptions;
  /** Since when each stream has lacked trades, why they do not come, and when to ask again. */
  readonly #lacking = new Map<string, { readonly since: number; reason: string; askAt: number }>();

  constructor(options: TradeHealerOptions) {
    this.#options = options;
  }

  /** Goes on until the signal aborts. */
  async run(streams: () => readonly InstrumentStream[], signal: AbortSignal): Promise<never> {
    const { clock, pace } = this.#options;
    while (true) {
      for (const stream of streams()) {
        while (await this.#heal(stream, signal));
      }
      await sleep(clock, pace(ROUND_MS, ROUND_FLOOR_MS), signal);
    }
  }

  /** Asks for one page. @returns true when there is more to be had at once. */
  async #heal(stream: InstrumentStream, signal: AbortSignal): Promise<boolean> {
    const { adapter: { history }, rest, clock, pace, keepsEveryTrade } = this.#options;
    const { id, symbol, tape } = stream;
    const now = clock.monotonic();
    const gap = tape?.missing(now);
    if (tape === undefined || gap === undefined || stream.isLeft) {
      this.#lacking.delete(id);
      return false;
    }
    if (history.trades === undefined) {
      tape.giveUp("the venue's trades cannot be asked for");
      return true;
    }
    if (!keepsEveryTrade && gap.toId - gap.fromId > MOST_FOR_MINUTES) {
      tape.giveUp("too many to fetch for minutes alone; data.trades: true fetches all");
      return true;
    }
    const lack = this.#lacking.get(id) ?? { since: now, reason: "not asked for yet", askAt: now };
    this.#lacking.set(id, lack);
    if (now - lack.since > pace(PATIENCE_MS, PATIENCE_FLOOR_MS)) {
      this.#lacking.delete(id);
      tape.giveUp(`not to be had within ${PATIENCE_MS / MINUTE} min: ${lack.reason}`);
      return true;
    }
    if (now < lack.askAt) return false;
    try {
      const query = { symbol, ...gap };
      const page = await rest.ask(history.trades, query, { signal, about: stream, share: SHARE });
      if (tape.fill(page)) {
        this.#lacking.delete(id);
        return true;
      }
      lack.reason = "the venue's history lags";
      lack.askAt = clock.monotonic() + pace(AGAIN_MS, AGAIN_FLOOR_MS);
    } catch (error) {
      if (!(error instanceof MarketError) || signal.aborted) throw error;
      const waitMs = Math.max(AGAIN_MS, error.retryAfterMs ?? 0);
      lack.reason = error.message;
      lack.askAt = clock.monotonic() + pace(waitMs, AGAIN_FLOOR_MS);
    }
    return false;
  }
}
