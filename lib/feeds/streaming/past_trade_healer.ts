import { MarketError } from "../../model/errors.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Pace } from "../pace.ts";
import type { InstrumentStream } from "./instrument_stream.ts";
import type { PastTrades } from "./past_trades.ts";
import type { RestClient } from "./rest_client.ts";
import type { StreamingAdapter } from "./adapter.ts";

export interface PastTradeHealerOptions {
  readonly adapter: Pick<StreamingAdapter, "history">;
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly log: Log;
}

const ROUND_MS = SECOND / 4;
const ROUND_FLOOR_MS = 20;
/** After an answer that brought nothing, and after a failure that names no time, venue ms. */
const AGAIN_MS = 2 * SECOND;
const AGAIN_FLOOR_MS = 50;
/** Answers that bring nothing, before trades are asked for from a later id on. */
const EMPTY_ANSWERS = 5;
/** A hole of which nothing comes for this long is given up, venue ms. */
const PATIENCE_MS = 10 * MINUTE;
const PATIENCE_FLOOR_MS = SECOND;
/** Part of the venue's limit that may be used before these are asked for: minutes and what streams skipped come first. */
const SHARE = 0.4;

/** How it goes with the past of one instrument. */
interface Progress {
  /** Since when nothing has come, local monotonic ms. */
  since: number;
  askAt: number;
  empty: number;
  reason: string;
}

/**
 * Fetches the trades that a store lacks of the time before the run, and those that it lost in it, a page of each
 * instrument in turn. It runs beside everything else and holds back nothing.
 */
export class PastTradeHealer {
  readonly #options: PastTradeHealerOptions;
  readonly #progress = new Map<string, Progress>();
  /** Those whose end is to be logged. */
  readonly #underWay = new Set<PastTrades>();

  constructor(options: PastTradeHealerOptions) {
    this.#options = options;
  }

  /** Goes on until the signal aborts. */
  async run(streams: () => readonly InstrumentStream[], signal: AbortSignal): Promise<never> {
    const { clock, pace } = this.#options;
    while (true) {
      for (const stream of streams()) await this.#heal(stream, signal);
      await sleep(clock, pace(ROUND_MS, ROUND_FLOOR_MS), signal);
    }
  }

  /** Asks for one page. */
  async #heal(stream: InstrumentStream, signal: AbortSignal): Promise<void> {
    const { adapter: { history }, rest, clock, pace } = this.#options;
    stream.lookForLost();
    const { id, symbol, past, isLeft } = stream;
    const next = past?.next;
    if (past === undefined || next === undefined || isLeft) return this.#end(id, past);
    if (history.trades === undefined) return past.giveUp("the venue's trades cannot be asked for");
    this.#underWay.add(past);
    const now = clock.monotonic();
    const begun = { since: now, askAt: now, empty: 0, reason: "not asked for yet" };
    const progress = this.#progress.get(id) ?? begun;
    this.#progress.set(id, progress);
    if (now - progress.since > pace(PATIENCE_MS, PATIENCE_FLOOR_MS)) {
      this.#progress.delete(id);
      return past.giveUp(`not to be had within ${PATIENCE_MS / MINUTE} min: ${progress.reason}`);
    }
    if (now < progress.askAt) return;
    try {
      const query = { symbol, ...next };
      const page = await rest.ask(history.trades, query, { signal, about: stream, share: SHARE });
      if (past.fill(page)) {
        this.#progress.delete(id);
        return;
      }
      progress.reason = "the venue's history lags";
      progress.askAt = clock.monotonic() + pace(AGAIN_MS, AGAIN_FLOOR_MS);
      if (++progress.empty < EMPTY_ANSWERS) return;
      past.lookLater();
      if (past.next?.fromId !== next.fromId) {
        this.#progress.set(id, { ...begun, empty: EMPTY_ANSWERS });
      }
    } catch (error) {
      if (!(error instanceof MarketError) || signal.aborted) throw error;
      const waitMs = Math.max(AGAIN_MS, error.retryAfterMs ?? 0);
      progress.reason = error.message;
      progress.askAt = clock.monotonic() + pace(waitMs, AGAIN_FLOOR_MS);
    }
  }

  #end(id: string, past: PastTrades | undefined): void {
    this.#progress.delete(id);
    if (past === undefined || !this.#underWay.delete(past) || past.next !== undefined) return;
    const { fetched, missing } = past;
    this.#options.log.info("Trades that the store lacked came", {
      instrument: id,
      fetched,
      missing,
    });
  }
}
