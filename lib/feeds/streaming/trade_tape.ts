import type { MissingTrades, TradeCoverage } from "../../model/trade_coverage.ts";
import type { TradesPage, VenueTrade } from "./adapter.ts";

/** What a tape reports. */
export interface TapeHandlers {
  /** The next trade, in the order of ids. */
  onTrade(trade: VenueTrade): void;
  /** These ids did not come. */
  onGap(gap: TradeGap): void;
  /** That gap is closed. */
  onHeal(heal: TradeHeal): void;
}

/** Ids `[fromId, toId)`. */
export interface TradeGap {
  readonly fromId: number;
  readonly toId: number;
}

/** What became of a gap. */
export interface TradeHeal extends TradeGap {
  /** Trades that came from history, or late. */
  readonly filled: number;
  /** Ids that are not to be had. */
  readonly missing: number;
}

/** Most trades held behind a gap. Beyond that all are dropped: history returns them again. */
const MOST_WAITING = 20_000;
/** A jump counts as real once a second trade follows within this distance: a corrupt id has no neighbour. */
const NEAR = 1_000;
/** This many consecutive ids below the first known one mean that the venue restarted its numbering. */
const RESTART = 20;
/** Ranges and holes that coverage lists. */
const MOST_LISTED = 1_000;

/**
 * The trades of one instrument in the order of their ids, each once. Trades behind a gap wait until history has
 * filled it or it is given up; meanwhile they may come in any order, and twice. Pure: `now` is local
 * monotonic ms.
 *
 * @example
 * ```ts
 * import { TradeTape } from "./trade_tape.ts";
 * import assert from "node:assert/strict";
 * const ids: number[] = [];
 * const nothing = () => {};
 * const tape = new TradeTape({ onTrade: ({ id }) => ids.push(id), onGap: nothing, onHeal: nothing }, 1_000);
 * for (const id of [7, 8, 10, 11, 9]) tape.take({ id, time: 0, price: 1, size: 1 }, 0);
 * assert.deepEqual(ids, [7, 8, 9, 10, 11]);
 * ```
 */
export class TradeTape {
  readonly #handlers: TapeHandlers;
  readonly #reorderMs: number;
  /** The id that comes next; undefined before the first. */
  #next: number | undefined;
  /** Time of the trade before it. */
  #lastTime = NaN;
  /** Later ones by id. */
  readonly #waiting = new Map<number, VenueTrade>();
  /** Ids below it exist: the venue has named a newer one. */
  #existsTo = -Infinity;
  /** Since when something has been missing, local monotonic ms; NaN while nothing is. */
  #since = NaN;
  /** The gap that was reported and is not closed, and ids in it that are not to be had. */
  #gap: TradeGap | undefined;
  #gone = 0;
  /** Trades in a row from before the first of all. */
  #before = 0;
  #ranges: { fromId: number; toId: number; from: number; to: number }[] = [];
  #holes: MissingTrades[] = [];
  #trades = 0;
  #healed = 0;
  #repeats = 0;

  /** @param reorderMs local ms for which a jump in ids may be disorder. */
  constructor(handlers: TapeHandlers, reorderMs: number) {
    this.#handlers = handlers;
    this.#reorderMs = reorderMs;
  }

  /** The newest trade of those passed on, while none is missing behind it. */
  get newest(): { readonly id: number; readonly time: number } | undefined {
    if (this.#next === undefined || !Number.isNaN(this.#since)) return undefined;
    return { id: this.#next - 1, time: this.#lastTime };
  }

  /** Time of the newest trade passed on, while one far ahead waits that nothing confirms; undefined otherwise. */
  get doubtedSince(): number | undefined {
    const isDoubted = this.#next !== undefined && this.#waiting.size > 0 &&
      this.#existsTo <= this.#next && this.#lowest() === undefined;
    return isDoubted ? this.#lastTime : undefined;
  }

  /** Takes a trade of the stream. @returns false when it was there before. */
  take(trade: VenueTrade, now: number): boolean {
    const { id } = trade;
    if (this.#next === undefined) return this.#takeFirst(trade);
    if (id < this.#next || this.#waiting.has(id)) {
      this.#repeats++;
      // Old trades that come along with a subscription are no new numbering.
      const isNumberedAnew = id < (this.#ranges[0]?.fromId ?? -Infinity) &&
        !(trade.time < this.#lastTime);
      this.#before = isNumberedAnew ? this.#before + 1 : 0;
      if (this.#before >= RESTART) this.#restart();
      return false;
    }
    this.#before = 0;
    if (id !== this.#next) {
      if (Number.isNaN(this.#since)) this.#since = now;
      if (this.#waiting.size >= MOST_WAITING) this.#waiting.clear();
      this.#waiting.set(id, trade);
      return true;
    }
    // The stream continues from the old id, so the lone trade far ahead had a corrupt id.
    if (now - this.#since > this.#reorderMs && this.#lowest() === undefined) this.#waiting.clear();
    this.#pass(trade);
    this.#drain();
    return true;
  }

  /** The venue says that its newest trade has this id. */
  exists(id: number, now: number): void {
    // A first trade that the venue names as well is believed without a neighbour.
    if (this.#next === undefined && this.#waiting.has(id)) {
      this.#next = id;
      this.#drain();
    }
    if (this.#next === undefined || id < this.#next) return;
    this.#existsTo = id + 1;
    if (Number.isNaN(this.#since)) this.#since = now;
  }

  /** The ids to request from history now, and the time of the trade before them; undefined when there are none. */
  missing(now: number): (TradeGap & { readonly since: number }) | undefined {
    const fromId = this.#next;
    if (fromId === undefined || !(now - this.#since > this.#reorderMs)) return undefined;
    const toId = this.#lowest() ?? this.#existsTo;
    if (toId <= fromId) return undefined;
    if (this.#gap === undefined) {
      this.#gap = { fromId, toId };
      this.#handlers.onGap(this.#gap);
    }
    return { fromId, toId, since: this.#lastTime };
  }

  /** Takes what history has brought. @returns false when that was nothing. */
  fill({ trades, covers }: TradesPage): boolean {
    const before = this.#next;
    if (before === undefined) return false;
    let isNew = false;
    for (const trade of trades) {
      if (trade.id < before) continue;
      if (!this.#waiting.has(trade.id)) {
        isNew = true;
        this.#healed++;
      }
      this.#waiting.set(trade.id, trade);
    }
    this.#drain();
    while (covers !== undefined && covers.fromId <= this.#next! && this.#next! < covers.toId) {
      const to = Math.min(covers.toId, this.#smallest());
      this.#skip(to, "the venue's history does not have them");
    }
    return isNew || this.#next !== before;
  }

  /** Gives up the missing trades and continues. */
  giveUp(reason: string): void {
    const toId = this.#lowest() ?? this.#existsTo;
    if (this.#next !== undefined && toId > this.#next) this.#skip(toId, reason);
  }

  coverage(): TradeCoverage {
    return {
      ranges: this.#ranges.map(({ fromId, toId, from, to }) => ({ fromId, toId, from, to })),
      holes: [...this.#holes],
      trades: this.#trades,
      healed: this.#healed,
      repeats: this.#repeats,
    };
  }

  /** The first of all is believed as soon as another one comes near it. */
  #takeFirst(trade: VenueTrade): boolean {
    if (this.#waiting.has(trade.id)) return false;
    this.#waiting.set(trade.id, trade);
    this.#next = this.#lowest();
    if (this.#next !== undefined) this.#drain();
    else if (this.#waiting.size > RESTART) this.#waiting.clear();
    return true;
  }

  #restart(): void {
    this.#next = undefined;
    this.#existsTo = -Infinity;
    this.#since = NaN;
    this.#gap = undefined;
    this.#gone = this.#before = 0;
    this.#ranges = [];
    this.#holes = [];
    this.#waiting.clear();
  }

  /** The lowest id that waits and is believed. */
  #lowest(): number | undefined {
    const first = this.#smallest();
    const second = this.#smallest(first);
    if (second - first <= NEAR) return first;
    if (second === Infinity) return undefined;
    const ids = [...this.#waiting.keys()].sort((a, b) => a - b);
    return ids.find((id, i) => (ids[i + 1] ?? Infinity) - id <= NEAR);
  }

  /** The lowest id that waits above another one. */
  #smallest(above = -Infinity): number {
    let smallest = Infinity;
    for (const id of this.#waiting.keys()) if (id > above && id < smallest) smallest = id;
    return smallest;
  }

  #skip(toId: number, reason: string): void {
    const fromId = this.#next!;
    this.#holes.push({ fromId, toId, reason });
    if (this.#holes.length > MOST_LISTED) this.#holes.shift();
    this.#gone += toId - fromId;
    this.#next = toId;
    for (const id of this.#waiting.keys()) if (id < toId) this.#waiting.delete(id);
    this.#drain();
  }

  /** Passes on what waits and is next. */
  #drain(): void {
    for (let trade; (trade = this.#waiting.get(this.#next!)) !== undefined;) {
      this.#waiting.delete(trade.id);
      this.#pass(trade);
    }
    if (this.#waiting.size === 0 && this.#existsTo <= this.#next!) this.#since = NaN;
    const gap = this.#gap;
    if (gap === undefined || this.#next! < gap.toId) return;
    const missing = this.#gone;
    this.#gap = undefined;
    this.#gone = 0;
    const { fromId, toId } = gap;
    this.#handlers.onHeal({ fromId, toId, filled: toId - fromId - missing, missing });
  }

  #pass(trade: VenueTrade): void {
    const { id, time } = trade;
    const last = this.#ranges.at(-1);
    if (last?.toId === id) {
      last.toId = id + 1;
      last.to = time;
    } else {
      this.#ranges.push({ fromId: id, toId: id + 1, from: time, to: time });
      if (this.#ranges.length > MOST_LISTED) this.#ranges.shift();
    }
    this.#next = id + 1;
    this.#lastTime = time;
    this.#trades++;
    this.#handlers.onTrade(trade);
  }
}
