import type { BackfilledTrade, FeedEvent } from "../model/feed_event.ts";
import type { TradeCoverage, TradeRange } from "../model/trade_coverage.ts";
import type { Clock } from "../runtime/clock.ts";
import type { TradeColumns } from "../store/store.ts";

export interface BusTradesOptions {
  readonly instrument: string;
  /** False where the venue numbers no trades: ids then begin anew with each publisher. */
  readonly isNumbered: boolean;
  readonly emit: (event: FeedEvent) => void;
  readonly clock: Pick<Clock, "now">;
}

/** Ranges that are remembered: the newest ones. */
const MOST_RANGES = 1_000;
/** Clocks of matching engines step back a little, ms. */
const STEP_BACK_MS = 1_000;
const NOT_PUBLISHED = "no publisher has brought them yet";

/**
 * The trades of one instrument as a stream brings them: each is passed on once. What a publisher has lost while its
 * broker was away is reported as a gap, and as closed once it was published after all; trades of such a gap are no news
 * of the market by then, so they are no `trade` events.
 */
export class BusTrades {
  readonly #options: BusTradesOptions;
  #last = { id: -Infinity, time: -Infinity };
  /** Trades in a row that came, oldest first; between two of them lies a gap. */
  #ranges: TradeRange[] = [];
  /** Those that were reported and are not closed, with how many of their trades have come. */
  #gaps: { readonly fromId: number; readonly toId: number; filled: number }[] = [];
  #trades = 0;
  #healed = 0;
  #repeats = 0;

  constructor(options: BusTradesOptions) {
    this.#options = options;
  }

  take({ id, time, price, size, side }: TradeColumns): void {
    const late: BackfilledTrade[] = [];
    for (let row = 0; row < id.length; row++) {
      const taker = side[row] === 0 ? {} : { side: side[row]! > 0 ? "buy" : "sell" } as const;
      const trade = {
        id: id[row]!,
        time: time[row]!,
        price: price[row]!,
        size: size[row]!,
        ...taker,
      };
      if (this.#isLate(trade)) late.push(trade);
      else if (this.#isRepeat(trade)) this.#repeats++;
      else this.#pass(trade);
    }
    for (const run of inRows(late)) this.#fill(run);
  }

  coverage(): TradeCoverage {
    const counts = { trades: this.#trades, healed: this.#healed, repeats: this.#repeats };
    const ranges = this.#ranges.map((range) => ({ ...range }));
    if (!this.#options.isNumbered) return { ranges, holes: [], ...counts, numbering: "received" };
    const holes = ranges.slice(1).map(({ fromId: toId }, i) => ({
      fromId: ranges[i]!.toId,
      toId,
      reason: NOT_PUBLISHED,
    }));
    return { ranges, holes, ...counts };
  }

  /** Whether it lies in a gap, by id and time: after an id that was damaged, a gap would hold all that comes. */
  #isLate({ id, time }: BackfilledTrade): boolean {
    const isNew = id >= (this.#ranges.at(-1)?.fromId ?? -Infinity);
    if (isNew || !this.#options.isNumbered) return false;
    const at = this.#ranges.findIndex(({ fromId }) => fromId > id);
    if (at < 1 || id < this.#ranges[at - 1]!.toId) return false;
    return time <= this.#ranges[at]!.from + STEP_BACK_MS;
  }

  /** Ids that begin anew are those of later trades. */
  #isRepeat({ id, time }: BackfilledTrade): boolean {
    if (id > this.#last.id) return false;
    if (time <= this.#last.time) return true;
    return this.#options.isNumbered &&
      this.#ranges.some(({ fromId, toId }) => id >= fromId && id < toId);
  }

  #pass(trade: BackfilledTrade): void {
    const { instrument, isNumbered, emit, clock } = this.#options;
    const { id, time } = trade, last = this.#ranges.at(-1), receivedAt = clock.now();
    // The venue numbers anew.
    if (last !== undefined && id < last.toId) {
      this.#ranges = [];
      this.#gaps = [];
    }
    if (last?.toId === id) {
      this.#ranges[this.#ranges.length - 1] = { ...last, toId: id + 1, to: time };
    } else {
      if (isNumbered && last !== undefined && id > last.toId) {
        const gap = { fromId: last.toId, toId: id };
        this.#gaps.push({ ...gap, filled: 0 });
        if (this.#gaps.length > MOST_RANGES) this.#gaps.shift();
        emit({ kind: "trade-gap", instrument, ...gap, receivedAt });
      }
      this.#ranges.push({ fromId: id, toId: id + 1, from: time, to: time });
      if (this.#ranges.length > MOST_RANGES) this.#ranges.shift();
    }
    this.#last = { id, time };
    this.#trades++;
    emit({ kind: "trade", instrument, ...trade, receivedAt });
  }

  /** Takes trades in a row that lie in a gap. */
  #fill(trades: readonly BackfilledTrade[]): void {
    const { instrument, emit, clock } = this.#options;
    const [first, last] = [trades[0]!, trades.at(-1)!], receivedAt = clock.now();
    const range = { fromId: first.id, toId: last.id + 1, from: first.time, to: last.time };
    const at = this.#ranges.findIndex(({ fromId }) => fromId > first.id);
    const before = this.#ranges[at - 1]!, after = this.#ranges[at]!;
    // It may have come in a message before.
    if (at < 1 || range.fromId < before.toId || range.toId > after.fromId) return;
    this.#healed += trades.length;
    emit({
      kind: "trade-backfill",
      instrument,
      ...range,
      // Half-open, as coverage is.
      to: range.to + 1,
      state: "complete",
      reason: "",
      trades,
      receivedAt,
    });
    this.#ranges.splice(at - 1, 2, ...joinedRanges([before, range, after]));
    const gap = this.#gaps.find(({ fromId, toId }) => fromId < range.toId && toId > range.fromId);
    if (gap === undefined) return;
    gap.filled += trades.length;
    const { fromId, toId, filled } = gap;
    if (filled < toId - fromId) return;
    this.#gaps = this.#gaps.filter((one) => one !== gap);
    emit({ kind: "trade-heal", instrument, fromId, toId, filled, missing: 0, receivedAt });
  }
}

/** Trades as runs of ids that count up by one. */
function inRows(trades: readonly BackfilledTrade[]): BackfilledTrade[][] {
  const runs: BackfilledTrade[][] = [];
  for (const trade of trades.toSorted((a, b) => a.id - b.id)) {
    const run = runs.at(-1), before = run?.at(-1)?.id;
    if (before === trade.id) continue;
    if (run !== undefined && before === trade.id - 1) run.push(trade);
    else runs.push([trade]);
  }
  return runs;
}

/** The same ranges, those that touch as one. */
function joinedRanges(ranges: readonly TradeRange[]): TradeRange[] {
  const joined: TradeRange[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last?.toId !== range.fromId) joined.push(range);
    else joined[joined.length - 1] = { ...last, toId: range.toId, to: range.to };
  }
  return joined;
}
