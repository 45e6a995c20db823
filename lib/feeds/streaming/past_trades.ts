import type { FeedEvent } from "../../model/feed_event.ts";
import { type KnownTrades, NOT_KEPT, type TradeHole } from "../../model/trade_hole.ts";
import type { TradesPage, VenueTrade } from "./adapter.ts";

/** What {@link PastTrades} reports, without the instrument and the clock. */
export type PastTradesNews = Pick<
  Extract<FeedEvent, { kind: "trade-backfill" }>,
  "fromId" | "toId" | "from" | "to" | "state" | "reason" | "trades"
>;

/** Most trades of one instrument that are fetched for a store at once: the newest ones. */
export const MOST_PAST_TRADES = 1_000_000;
/** The search for the beginning of a venue's history ends when so many ids at most are left out by it. */
const NEAR_ENOUGH = 500;
/** Clocks of matching engines step back a little, ms. */
const STEP_BACK_MS = 1_000;
const OTHERWISE = "what is stored is not numbered as the venue numbers trades";
const TOO_MANY = `more than ${
  MOST_PAST_TRADES.toLocaleString("en-US")
} trades were missed: the newest are fetched, and the next run goes on`;

/** A hole that is fetched from the id `startId` on: all of it, but where there are too many. */
interface PlannedHole extends TradeHole {
  readonly startId: number;
}

/**
 * The trades that a store lacks of the time before a run, and those that it lost in it, fetched by their ids: the
 * newest hole first, each from its oldest trade on. A venue's history may begin within a hole; then its beginning is
 * looked for by halves. Pure.
 *
 * @example
 * ```ts
 * import { PastTrades, type PastTradesNews } from "./past_trades.ts";
 * import assert from "node:assert/strict";
 * const news: PastTradesNews[] = [];
 * const known = { last: { id: 7, time: 70 }, holes: [] };
 * const past = new PastTrades(known, { id: 9, time: 90 }, (one) => news.push(one));
 * assert.deepEqual(past.next, { fromId: 8, toId: 9, since: 70 });
 * past.fill({ trades: [{ id: 8, time: 80, price: 1, size: 1 }], covers: undefined });
 * assert.deepEqual(news.map(({ state, from, to }) => [state, from, to]), [
 *   ["healing", 70, 91],
 *   ["complete", 70, 91],
 * ]);
 * assert.equal(past.next, undefined);
 * ```
 */
export class PastTrades {
  readonly #report: (news: PastTradesNews) => void;
  readonly #most: number;
  /** Those that are to be fetched, the one that is next at the end. */
  readonly #holes: PlannedHole[] = [];
  /** Of that one: the next id to be asked for, the first that nothing has been reported of, and why not. */
  #at = NaN;
  #reported = NaN;
  #why = "";
  /** Time of the newest trade seen below {@link #at}, and from when on nothing has been reported. */
  #since = NaN;
  #from = NaN;
  /** While the beginning of history is looked for: there is nothing at `low`, and something from `high` on. */
  #search: { low: number; high: number } | undefined;
  /** Trades that were fetched, and ids that were not to be had. */
  fetched = 0;
  missing = 0;

  /**
   * @param first the first trade of the run.
   * @param report called for each piece, in order.
   * @param most trades that are fetched. @default {@link MOST_PAST_TRADES}
   */
  constructor(
    { last, holes }: KnownTrades,
    first: Pick<VenueTrade, "id" | "time">,
    report: (news: PastTradesNews) => void,
    most = MOST_PAST_TRADES,
  ) {
    this.#report = report;
    this.#most = most;
    const { id: toId, time: until } = first;
    this.add([...holes, { fromId: last.id + 1, toId, since: last.time, until }]);
  }

  /** What lacks beside, oldest first; the hole that is being fetched comes to its end before. */
  add(holes: readonly TradeHole[]): void {
    const all = holes.filter((hole) => hole.toId > hole.fromId && !this.#isPlanned(hole));
    const planned: PlannedHole[] = [];
    let left = this.#most;
    for (const hole of all.reverse()) {
      const startId = Math.max(hole.fromId, hole.toId - left);
      left -= hole.toId - startId;
      const isPlanned = startId < hole.toId;
      if (isPlanned) planned.push({ ...hole, startId });
      this.#news(hole, isPlanned ? "healing" : "missing", isPlanned ? "" : TOO_MANY);
    }
    const isIdle = this.#holes.length === 0;
    this.#holes.splice(isIdle ? 0 : this.#holes.length - 1, 0, ...planned.reverse());
    if (isIdle) this.#begin();
  }

  /** Another keeper of the same trades may have asked for it. */
  #isPlanned({ fromId, toId }: TradeHole): boolean {
    return this.#holes.some((hole) => hole.fromId <= fromId && hole.toId >= toId);
  }

  /** What is to be asked for; undefined when nothing is left. */
  get next():
    | { readonly fromId: number; readonly toId: number; readonly since: number }
    | undefined {
    const hole = this.#holes.at(-1);
    return hole && { fromId: this.#at, toId: hole.toId, since: this.#since };
  }

  /** Takes what history has brought. @returns false when that was nothing. */
  fill({ trades, covers }: TradesPage): boolean {
    const hole = this.#holes.at(-1);
    if (hole === undefined) return false;
    const at = this.#at;
    const isProven = (toId: number) =>
      covers !== undefined && covers.fromId <= this.#at && toId <= covers.toId;
    const wanted = trades.filter(({ id }) => id >= at && id < hole.toId)
      .sort((a, b) => a.id - b.id);
    if (
      wanted.some(({ time }) =>
        !(time >= hole.since - STEP_BACK_MS && time <= hole.until + STEP_BACK_MS)
      )
    ) {
      this.giveUp(OTHERWISE);
      return true;
    }
    if (this.#search !== undefined && wanted.length > 0) return this.#found(wanted[0]!.id);
    let run: VenueTrade[] = [];
    for (const trade of wanted) {
      if (trade.id < this.#at) continue;
      if (trade.id > this.#at) {
        if (!isProven(trade.id)) break;
        this.#complete(run, hole);
        run = [];
        this.#skip(trade.id, NOT_KEPT);
      }
      if (run.length === 0 && this.#at > this.#reported) this.#gone(trade.time);
      run.push(trade);
      this.#at++;
    }
    this.#complete(run, hole);
    const provenTo = Math.min(covers?.toId ?? -Infinity, hole.toId);
    if (provenTo > this.#at && isProven(provenTo)) this.#skip(provenTo, NOT_KEPT);
    this.#since = Math.max(this.#since, ...trades.map(({ time }) => time));
    this.#endIfDone(hole);
    return this.#at !== at || this.#holes.at(-1) !== hole;
  }

  /** History has nothing of the hole so far: it may begin later. A short one is waited for, history may lag. */
  lookLater(): void {
    const hole = this.#holes.at(-1);
    if (hole === undefined) return;
    const isLong = this.#at === hole.startId && hole.toId - this.#at > NEAR_ENOUGH;
    if (this.#search === undefined && !isLong) return;
    this.#search ??= { low: this.#at, high: hole.toId };
    this.#search.low = this.#at;
    this.#halve(hole);
  }

  /** What is left of the hole is not to be had. */
  giveUp(reason: string): void {
    const hole = this.#holes.at(-1);
    if (hole === undefined) return;
    this.#skip(hole.toId, reason);
    this.#endIfDone(hole);
  }

  #begin(): void {
    const hole = this.#holes.at(-1);
    if (hole === undefined) return;
    this.#search = undefined;
    this.#at = hole.startId;
    this.#reported = hole.fromId;
    this.#why = TOO_MANY;
    this.#since = this.#from = hole.since;
  }

  /** The first trade of an answer: where it is a later one than asked for, history begins with it. */
  #found(id: number): boolean {
    const { low } = this.#search!;
    this.#search = { low: id > this.#at ? id : low, high: id };
    this.#halve(this.#holes.at(-1)!);
    return true;
  }

  #halve(hole: PlannedHole): void {
    const { low, high } = this.#search!;
    const isFound = high - low <= NEAR_ENOUGH;
    if (isFound) this.#search = undefined;
    this.#skip(isFound ? high : Math.floor((low + high) / 2), NOT_KEPT);
    this.#endIfDone(hole);
  }

  #skip(toId: number, why: string): void {
    this.#at = toId;
    this.#why = why;
  }

  /** Those before the trade of that time, that nothing was reported of. */
  #gone(time: number): void {
    const to = Math.max(this.#from, time) + 1;
    this.missing += this.#at - this.#reported;
    this.#piece({ toId: this.#at, to, state: "missing", reason: this.#why, trades: [] });
  }

  #complete(trades: readonly VenueTrade[], hole: PlannedHole): void {
    const last = trades.at(-1);
    if (last === undefined) return;
    // Others of the last millisecond may be still to come.
    const to = last.id + 1 === hole.toId ? hole.until + 1 : last.time;
    this.fetched += trades.length;
    this.#piece({ toId: last.id + 1, to, state: "complete", reason: "", trades });
  }

  #piece(piece: Omit<PastTradesNews, "fromId" | "from">): void {
    const from = this.#from, to = Math.max(from, piece.to), fromId = this.#reported;
    this.#from = to;
    this.#reported = piece.toId;
    const { toId, state, reason, trades } = piece;
    this.#report({ fromId, toId, from, to, state, reason, trades });
  }

  #endIfDone(hole: PlannedHole): void {
    if (this.#at < hole.toId) return;
    if (this.#reported < hole.toId) this.#gone(hole.until);
    this.#holes.pop();
    this.#begin();
  }

  #news({ fromId, toId, since, until }: TradeHole, state: "healing" | "missing", reason: string) {
    this.#report({ fromId, toId, from: since, to: until + 1, state, reason, trades: [] });
  }
}
