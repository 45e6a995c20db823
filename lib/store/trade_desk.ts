import type { Interval } from "../model/time.ts";
import type { TradeHole } from "../model/trade_hole.ts";
import type { StoredCoverage, TradeColumns } from "./store.ts";

/** A trade as a market emits it. */
export interface TakenTrade {
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly side?: "buy" | "sell";
  readonly receivedAt: number;
}

/** Where the trades of a run stand: what is stored up to the newest of them. */
interface Position {
  /** Trades are whole from here on; NaN before the first. */
  readonly from: number;
  readonly lastId: number;
  readonly lastTime: number;
}

/** Trades to be written together, with what that makes known. */
export interface TradeBatch {
  readonly trades: TradeColumns;
  readonly coverage: readonly StoredCoverage[];
  /** Where the trades of the run stand once these are stored. */
  readonly end: Position;
  /** How many of the run's trades are let go of once these are stored. */
  readonly upTo: number;
  /** What was dropped between these: the venue still has it. */
  readonly holes: readonly TradeHole[];
}

/** Most trades held while a store does not take them. */
export const MOST_HELD = 200_000;
/** Clocks of matching engines step back a little: so long before the newest trade, others may still come. */
const SETTLE_MS = 1_000;
const RELEASED_AT_ONCE = 10_000;
/** Ranges of dropped ids that are remembered, for the reason of a hole. */
const MOST_DROPS = 1_000;
export const QUEUE_FULL = "the store's queue was full";
const NOT_RUNNING = "nothing ran that kept trades";
const NOT_NUMBERED = `${NOT_RUNNING}, and the venue numbers none that could be asked for`;
const LOST = "trades are missing, and the venue's history does not have them";
export const AS_RECEIVED = "as received: the venue numbers no trades";

const NOWHERE: Position = { from: NaN, lastId: NaN, lastTime: NaN };

/** The trades of one instrument on their way to a store: held until written, whole as long as their ids count up. */
export class TradeDesk {
  readonly #instrument: string;
  /** Time of the newest trade that was stored before this run; NaN where none was. */
  storedTo = NaN;
  /** End of what is known to be whole of them: a run that was killed knew less than it had stored. */
  wholeTo = NaN;
  /** The venue's id of the newest of them; NaN where it numbers none. */
  storedId = NaN;
  #held: TakenTrade[] = [];
  /** Those before it are gone from {@link #held}. */
  #first = 0;
  /** Trades of the run that are gone from what is held. */
  #gone = 0;
  #stored: Position = NOWHERE;
  #dropped: { from: number; to: number }[] = [];
  /** The first one of the run that was dropped. */
  #firstDropped: Pick<TakenTrade, "id" | "time"> | undefined;
  #holes: TradeHole[] = [];
  /** Trades that were never written. */
  lost = 0;
  /** The venue numbers none: ids count receipts. */
  isNumbered = true;
  readonly #mostHeld: number;

  /** @param mostHeld trades that wait to be written; then the oldest are dropped. */
  constructor(instrument: string, mostHeld = MOST_HELD) {
    this.#instrument = instrument;
    this.#mostHeld = mostHeld;
  }

  get length(): number {
    return this.#held.length - this.#first;
  }

  /** Every trade of this run before this time is stored, or listed as missing; NaN before the first. */
  get safeTo(): number {
    return this.#stored.lastTime - SETTLE_MS;
  }

  push(trade: TakenTrade): void {
    // Ids of receipt begin anew with each run, so only the time says that a trade was stored by another one.
    if (!this.isNumbered && trade.time <= this.storedTo) return;
    this.#held.push(trade);
    if (this.length > this.#mostHeld) {
      this.drop(this.#held[this.#first]!);
      this.#release(1);
    }
  }

  /** Lets go of what is held. */
  clear(): void {
    this.#release(this.length);
  }

  /** A trade is not held any more: its time will be listed as missing. */
  drop({ id, time }: Pick<TakenTrade, "id" | "time">): void {
    this.lost++;
    this.#firstDropped ??= { id, time };
    const last = this.#dropped.at(-1);
    if (last?.to === id) last.to = id + 1;
    else this.#dropped.push({ from: id, to: id + 1 });
    if (this.#dropped.length > MOST_DROPS) this.#dropped.shift();
  }

  /**
   * Those that come next, to be written; they stay held until {@link confirm}.
   *
   * @param after a batch that is written before. @default what is stored
   */
  peek(limit: number, after?: TradeBatch): TradeBatch {
    // Some of that batch may have been dropped since.
    const start = this.#first + Math.max(0, (after?.upTo ?? 0) - this.#gone);
    const taken = this.#held.slice(start, start + limit);
    const coverage: StoredCoverage[] = [], holes: TradeHole[] = [];
    let { from, lastId, lastTime } = after?.end ?? this.#stored;
    const whole = (to: number) => {
      const reason = this.isNumbered ? "" : AS_RECEIVED;
      if (to > from) coverage.push(this.#row({ from, to }, "complete", reason));
    };
    for (const { id, time } of taken) {
      if (Number.isNaN(lastTime)) {
        // Others of the same millisecond may have come before it.
        from = id === this.storedId + 1 ? this.storedTo : time + 1;
        coverage.push(...this.#before({ id, time }));
        const first = this.#firstDropped;
        if (first !== undefined && first.id < id) {
          const hole = { fromId: first.id, toId: id, since: first.time, until: time };
          coverage.push(this.#row(timeOf(hole), "missing", QUEUE_FULL));
          holes.push(hole);
        }
      } else if (id !== lastId + 1) {
        whole(lastTime);
        const hole = { fromId: lastId + 1, toId: id, since: lastTime, until: time };
        const isDropped = this.#dropped.some((one) => one.from < id && one.to > hole.fromId);
        if (isDropped) holes.push(hole);
        if (time > lastTime) {
          const reason = isDropped ? QUEUE_FULL : LOST;
          coverage.push(this.#row(timeOf(hole), "missing", reason));
        }
        from = time + 1;
      }
      lastId = id;
      lastTime = Math.max(time, Number.isNaN(lastTime) ? time : lastTime);
    }
    const settled = lastTime - SETTLE_MS;
    whole(settled);
    // Said once: a row from the beginning of the run would bring back what has been dropped for its age.
    if (settled > from) from = settled;
    const upTo = this.#gone + (start - this.#first) + taken.length;
    const end = { from, lastId, lastTime };
    return { trades: tradeColumnsOf(taken), coverage, end, upTo, holes };
  }

  /** The batch is in the store. */
  confirm({ end, upTo, holes }: TradeBatch): void {
    if (this.isNumbered) this.#holes.push(...holes);
    // What a full desk has dropped meanwhile is gone already.
    this.#release(Math.max(0, upTo - this.#gone));
    this.#stored = end;
  }

  /** What the store lacks because it was dropped, once: it is to be asked of the venue. */
  takeHoles(): TradeHole[] {
    return this.#holes.splice(0);
  }

  /** Ids `[fromId, toId)` are in the store after all. */
  recovered({ fromId, toId }: Pick<TradeHole, "fromId" | "toId">): void {
    this.#dropped = this.#dropped.flatMap((range) => {
      const from = Math.max(range.from, fromId), to = Math.min(range.to, toId);
      if (to <= from) return [range];
      this.lost -= to - from;
      return [{ from: range.from, to: from }, { from: to, to: range.to }]
        .filter((rest) => rest.to > rest.from);
    });
  }

  /** What is known once no more trades will come. */
  end(): StoredCoverage[] {
    const { from, lastTime: to } = this.#stored;
    const reason = this.isNumbered ? "" : AS_RECEIVED;
    return to > from ? [this.#row({ from, to }, "complete", reason)] : [];
  }

  /** What lacks between the newest trade that was stored before and the first of the run. */
  #before({ id, time }: Pick<TakenTrade, "id" | "time">): StoredCoverage[] {
    const { storedId, storedTo, wholeTo } = this;
    if (id === storedId + 1 || !(id > storedId || storedTo < time)) return [];
    const from = Math.min(wholeTo, storedTo), to = Math.max(storedTo, time) + 1;
    return [this.#row({ from, to }, "missing", this.isNumbered ? NOT_RUNNING : NOT_NUMBERED)];
  }

  #release(count: number): void {
    this.#first += count;
    this.#gone += count;
    if (this.#first < RELEASED_AT_ONCE && this.length > 0) return;
    this.#held = this.#held.slice(this.#first);
    this.#first = 0;
  }

  #row(
    { from, to }: Interval,
    state: "complete" | "missing",
    reason: string,
  ): StoredCoverage {
    return { instrument: this.#instrument, stepMs: 0, from, to, state, reason };
  }
}

/** The trades before and after it are in the store, those of their milliseconds perhaps not. */
function timeOf({ since, until }: TradeHole): Interval {
  return { from: since, to: Math.max(since, until) + 1 };
}

/** Trades as a store takes them. */
export function tradeColumnsOf(trades: readonly TakenTrade[]): TradeColumns {
  const { length } = trades;
  const columns = {
    id: new Float64Array(length),
    time: new Float64Array(length),
    received: new Float64Array(length),
    price: new Float64Array(length),
    size: new Float64Array(length),
    side: new Int8Array(length),
  };
  for (let row = 0; row < length; row++) {
    const { id, time, receivedAt, price, size, side } = trades[row]!;
    columns.id[row] = id;
    columns.time[row] = time;
    columns.received[row] = receivedAt;
    columns.price[row] = price;
    columns.size[row] = size;
    columns.side[row] = side === "buy" ? 1 : side === "sell" ? -1 : 0;
  }
  return columns;
}
