import type { FeedEvent } from "../model/feed_event.ts";
import type { StoredCoverage, TradeColumns } from "./store.ts";
import { CUT_OFF } from "./stored_trades.ts";
import { type TakenTrade, tradeColumnsOf } from "./trade_desk.ts";

type BackfillEvent = Extract<FeedEvent, { kind: "trade-backfill" }>;

/** Trades of before the run to be written together, with what that makes known. */
export interface PastTradeBatch {
  readonly trades: TradeColumns;
  readonly coverage: readonly StoredCoverage[];
  /** To be given to {@link PastTradeDesk.confirm}: events that are done with, and trades of the one after them. */
  readonly events: number;
  readonly offset: number;
  /** Ids `[fromId, toId)` that are whole in the store with these. */
  readonly whole: readonly Pick<BackfillEvent, "fromId" | "toId">[];
}

/** The trades of one instrument that were made before the run, on their way to a store. */
export class PastTradeDesk {
  readonly #instrument: string;
  #events: BackfillEvent[] = [];
  /** Trades of the first one that are written. */
  #offset = 0;
  /** Where trades are being asked for, oldest first. */
  #healing: { from: number; to: number }[] = [];

  constructor(instrument: string) {
    this.#instrument = instrument;
  }

  get length(): number {
    return this.#events.length;
  }

  push(event: BackfillEvent): void {
    this.#events.push(event);
  }

  clear(): void {
    this.#events = [];
    this.#offset = 0;
    this.#healing = [];
  }

  /** Those that come next, to be written; they stay held until {@link confirm}. */
  peek(limit: number): PastTradeBatch {
    const taken: TakenTrade[] = [];
    const coverage: StoredCoverage[] = [], whole: BackfillEvent[] = [];
    let events = 0, offset = this.#offset;
    for (const event of this.#events) {
      const { receivedAt } = event;
      const part = event.trades.slice(offset, offset + limit - taken.length);
      for (const trade of part) taken.push({ ...trade, receivedAt });
      offset += part.length;
      if (offset < event.trades.length) break;
      if (event.to > event.from) coverage.push(this.#row(event, event.state, event.reason));
      if (event.state === "complete") whole.push(event);
      events++;
      offset = 0;
    }
    return { trades: tradeColumnsOf(taken), coverage, events, offset, whole };
  }

  /** The batch is in the store. */
  confirm({ events, offset }: PastTradeBatch): void {
    for (const event of this.#events.slice(0, events)) this.#settle(event);
    this.#events = this.#events.slice(events);
    this.#offset = offset;
  }

  /** What was being asked for, once nothing more will come. */
  end(): StoredCoverage[] {
    return this.#healing.map((stretch) => this.#row(stretch, "missing", CUT_OFF));
  }

  /** Holes are healed from one end, so each stays one stretch. */
  #settle({ from, to, state }: BackfillEvent): void {
    if (state === "healing") {
      this.#healing.push({ from, to });
      return;
    }
    const hole = this.#healing.find((one) => from < one.to && to > one.from);
    if (hole !== undefined) hole.from = to;
    this.#healing = this.#healing.filter((one) => one.to > one.from);
  }

  #row(
    { from, to }: { readonly from: number; readonly to: number },
    state: BackfillEvent["state"],
    reason: string,
  ): StoredCoverage {
    return { instrument: this.#instrument, stepMs: 0, from, to, state, reason };
  }
}
