import type { KnownMinutes } from "../bars/known_minutes.ts";
import type { MinuteLedger } from "../bars/minute_ledger.ts";
import type { MarketEvent } from "../market/market_event.ts";
import type { Sink } from "../market/sink.ts";
import type { FundingPayment } from "../model/funding.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { type Interval, MINUTE, SECOND } from "../model/time.ts";
import type { TradeHole } from "../model/trade_hole.ts";
import type { AfterTurn } from "../runtime/after_turn.ts";
import type { Clock, Timer } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { barColumnsOf } from "./bar_columns.ts";
import { type MinuteChange, MinuteMirror } from "./minute_mirror.ts";
import { SafeReport } from "./safe_report.ts";
import type { DataKind, RowTarget, StoreBatch, StoredCoverage } from "./store.ts";
import { dataKindOf } from "./store_path.ts";
import { type PastTradeBatch, PastTradeDesk } from "./past_trade_desk.ts";
import type { StoredTrades } from "./stored_trades.ts";
import type { Discrepancy, TradeResampler } from "./trade_resampler.ts";
import { QUEUE_FULL, type TradeBatch, TradeDesk } from "./trade_desk.ts";

/** What was read of an instrument before its feed began. */
export interface StoredBefore {
  readonly minutes?: KnownMinutes;
  readonly trades?: StoredTrades;
}

/** What a {@link StoreSink} needs. */
export interface StoreSinkOptions {
  /** Names the sink in the status, and what it says in the log. @default "store" */
  readonly name?: string;
  /** What is logged of rows that are safe. @default "stored" */
  readonly said?: string;
  /** Where data of a kind goes; asked once, when the first row is there. */
  readonly open: (kind: DataKind) => Promise<RowTarget>;
  /** Makes bars of stored trades, once they are there. @default none are made */
  readonly resampler?: (onDiscrepancy: (found: Discrepancy) => void) => TradeResampler;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly afterTurn: AfterTurn;
  readonly log: Log;
  /** What the market's data is, where no venue says otherwise. */
  readonly source: Source;
  /** Single trades are written too. @default false */
  readonly keepsTrades?: boolean;
  /** Trades of an instrument that wait to be written; then the oldest are dropped. @default 200,000 */
  readonly mostHeld?: number;
  /** What the store holds already. @default nothing */
  readonly before?: (instrument: string, kind: DataKind) => StoredBefore | undefined;
  /** False where a venue numbers no trades. @default true */
  readonly numbersTrades?: (instrument: string) => boolean;
  /** Venue time, epoch ms UTC; NaN while unknown: trades are dropped by it. @default none are */
  readonly venueTime?: () => number;
  /** Trades older than this are dropped. @default they are kept */
  readonly keepTradesMs?: number;
}

/** How a store fares; plain data. */
export interface StoreProgress {
  /** Of what is written; undefined before the first row. */
  readonly dataKind: DataKind | undefined;
  readonly bars: number;
  readonly revisions: number;
  readonly trades: number;
  /** Rows that the store lacks for good, as far as is known. */
  readonly lost: number;
  /** Rows that are waiting to be written. */
  readonly waiting: number;
  readonly failures: number;
  /** Minutes of the venue that are not what their trades make. */
  readonly discrepancies: number;
  /** What the newest failure said; undefined while writing goes well. */
  readonly trouble: string | undefined;
}

/** Rows in one transaction: more would hold up whoever reads the store. */
const BATCH = 1_000;
/** Transactions that go to the store at once: while trades rush, the way there and back takes longer than writing. */
const TOGETHER = 8;
/** Trades of an instrument that wait while others are written; then no more are taken. */
const AHEAD = 2 * TOGETHER * BATCH;
/** Local ms in which rows are gathered. */
const GATHER_MS = 100;
/** A page of history waits for the store for so long at most, local ms: trades may keep it writing without an end. */
const KEEP_MS = SECOND;
/** Waits after a failed write: doubled from the first to the last, local ms. */
const RETRY_MS = SECOND;
const RETRY_CAP_MS = 60 * SECOND;
/** Minutes looked at in one turn. */
const LOOK = 20_000;
/** Trades that no queue of ours may hold back: most of them come at once when history heals a gap. */
const CAPACITY = 100_000;
/** Trades become bars so often, local ms. */
const RESAMPLE_EVERY_MS = 2 * SECOND;
/** Old trades are dropped so often, local ms. */
const DROP_EVERY_MS = 600 * SECOND;

/** One instrument on its way to the store. */
class Desk {
  readonly instrument: Instrument;
  readonly ledger: MinuteLedger;
  readonly mirror: MinuteMirror;
  readonly trades: TradeDesk;
  /** Trades of the time before the run. */
  readonly past: PastTradeDesk;
  /** Funding that was paid and is not written yet, by its time. */
  readonly fundings = new Map<number, FundingPayment>();
  readonly safe = new SafeReport();
  /** It is known what the store holds of it. */
  isKnown = false;
  /** The store knows the instrument. */
  isNamed = false;
  isLeft = false;
  /** A trade of it has come. */
  hasTrades = false;
  /** Minutes that may have changed. */
  dirty: { from: number; to: number } | undefined;

  constructor(instrument: Instrument, ledger: MinuteLedger, mostHeld: number | undefined) {
    this.instrument = instrument;
    this.ledger = ledger;
    this.mirror = new MinuteMirror(instrument.id);
    this.trades = new TradeDesk(instrument.id, mostHeld);
    this.past = new PastTradeDesk(instrument.id);
  }

  know({ minutes, trades }: StoredBefore = {}): void {
    this.isKnown = true;
    if (minutes !== undefined) this.mirror.know(minutes);
    this.trades.storedTo = trades?.to ?? NaN;
    this.trades.wholeTo = trades?.wholeTo ?? NaN;
    this.trades.storedId = trades?.known?.last.id ?? NaN;
  }

  touch({ from, to }: Interval): void {
    const { dirty } = this;
    this.dirty = dirty === undefined
      ? { from, to }
      : { from: Math.min(dirty.from, from), to: Math.max(dirty.to, to) };
  }

  touchAll(): void {
    const { from, to } = this.ledger;
    if (!Number.isNaN(from)) this.touch({ from, to });
  }

  clear(): void {
    this.dirty = undefined;
    this.trades.clear();
    this.past.clear();
    this.fundings.clear();
  }

  pay(payments: readonly FundingPayment[]): void {
    for (const payment of payments) this.fundings.set(payment.time, payment);
  }

  get hasWork(): boolean {
    return this.dirty !== undefined || this.trades.length > 0 || this.past.length > 0 ||
      this.fundings.size > 0;
  }
}

/** What one transaction takes of a desk. */
interface Part {
  readonly desk: Desk;
  readonly minutes: MinuteChange | undefined;
  readonly trades: TradeBatch | undefined;
  readonly past: PastTradeBatch | undefined;
  readonly fundings: readonly FundingPayment[];
  readonly dirty: Interval | undefined;
}

/**
 * Writes what a market brings to a store: minutes with their revisions and coverage, trades with theirs, and funding
 * that was paid. What is
 * to be written of minutes is read in their ledgers, events only say where to look: so a full queue or a disk that
 * refuses costs no minute that is still in memory. After each commit the log says what is safe.
 */
export class StoreSink implements Sink {
  readonly name: string;
  readonly capacity = CAPACITY;
  readonly #options: StoreSinkOptions;
  readonly #desks = new Map<string, Desk>();
  readonly #labels = new Map<string, Source>();
  #store: RowTarget | undefined;
  #timer: Timer | undefined;
  #committing: Promise<void> | undefined;
  /** Resolves when the transaction under way has ended, however it ends. */
  #batch: Promise<void> = Promise.resolve();
  #isClosed = false;
  #retryMs = RETRY_MS;
  #notBefore = -Infinity;
  #dropAt = -Infinity;
  #resampler: TradeResampler | undefined;
  #resampling: Promise<void> | undefined;
  #resampleAt = -Infinity;
  #discrepancies = 0;
  #bars = 0;
  #revisions = 0;
  #trades = 0;
  #failures = 0;
  #refused = 0;
  readonly #refusals = new Set<string>();
  /** Of what is written; undefined before the first row. */
  #kind: DataKind | undefined;
  #unwritten = 0;
  #trouble: unknown;
  /** A failure of a timer, to be thrown where it is counted. */
  #unthrown: unknown;

  constructor(options: StoreSinkOptions) {
    this.#options = options;
    this.name = options.name ?? "store";
  }

  get progress(): StoreProgress {
    const desks = [...this.#desks.values()];
    const lostTrades = desks.reduce((sum, { trades }) => sum + trades.lost, 0);
    return {
      dataKind: this.#store?.dataKind,
      bars: this.#bars,
      revisions: this.#revisions,
      trades: this.#trades,
      lost: lostTrades + this.#refused + this.#unwritten,
      waiting: desks.reduce((sum, { trades }) => sum + trades.length, 0),
      failures: this.#failures,
      discrepancies: this.#discrepancies,
      trouble: this.#trouble === undefined ? undefined : sentence(this.#trouble),
    };
  }

  /** Takes on an instrument, from before its first event on. */
  add(instrument: Instrument, ledger: MinuteLedger): void {
    const known = this.#desks.get(instrument.id);
    // Followed again: what the ledger before has not written yet is written first.
    if (known !== undefined) this.#desks.set(beforeKey(instrument.id), known);
    this.#desks.set(instrument.id, new Desk(instrument, ledger, this.#options.mostHeld));
  }

  take(event: MarketEvent): void | Promise<void> {
    this.#mark(event);
    if (this.#unthrown !== undefined) {
      const error = this.#unthrown;
      this.#unthrown = undefined;
      throw error;
    }
    if (event.kind !== "trade") return;
    const waiting = this.#desks.get(event.instrument)?.trades.length ?? 0;
    if (waiting < BATCH) return;
    if (this.#committing === undefined) {
      if (this.#isWaitingOut) return;
      this.#beginCommit();
    }
    if (waiting >= AHEAD) return this.#batch;
  }

  dropped(event: MarketEvent): void {
    if (event.kind === "trade" && this.#options.keepsTrades === true) {
      this.#desks.get(event.instrument)?.trades.drop(event);
    }
    if (event.kind === "bar") {
      const { openTime } = event.bar;
      const desk = this.#desks.get(event.instrument);
      desk?.mirror.lose({ from: openTime, to: openTime + MINUTE }, QUEUE_FULL);
      desk?.touch({ from: openTime, to: openTime + MINUTE });
    }
    if (event.kind === "funding-payments") this.#desks.get(event.instrument)?.pay(event.payments);
  }

  /** Writes closed minutes of a ledger, and resolves when they are there, or the store refuses or is busy for now. */
  async keep(instrument: string, minutes: Interval): Promise<void> {
    this.#desks.get(instrument)?.touch(minutes);
    const { promise: patience, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.setTimer(resolve, KEEP_MS);
    // A commit that is under way may have begun before these.
    const written = Promise.resolve(this.#committing).then(() => this.#commit());
    // What fails is counted where it is tried again.
    await Promise.race([patience, written.catch(() => {})]);
    timer.cancel();
  }

  /** What it lacks of an instrument's trades because they were dropped, once: to be asked of the venue. */
  takeHoles(instrument: string): readonly TradeHole[] {
    return this.#desks.get(instrument)?.trades.takeHoles() ?? [];
  }

  /** What rows are written to has come back: those that wait for another attempt are written now. */
  tryNow(): void {
    if (this.#isClosed || this.#trouble === undefined) return;
    this.#notBefore = -Infinity;
    this.#retryMs = RETRY_MS;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#beginCommit();
  }

  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#notBefore = -Infinity;
    for (const desk of this.#desks.values()) desk.touchAll();
    await this.#commit();
    await this.#store?.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#committing;
    await this.#resampling;
    this.#countUnwritten();
    const store = this.#store;
    if (store === undefined) return;
    try {
      if (this.#trouble !== undefined) return;
      const coverage = [...this.#desks.values()].flatMap(({ trades, past }) => [
        ...trades.end(),
        ...past.end(),
      ]);
      if (coverage.length > 0) await store.write({ coverage });
      await store.flush();
    } finally {
      await store.close();
    }
  }

  get #isWaitingOut(): boolean {
    return this.#options.clock.monotonic() < this.#notBefore;
  }

  #mark(event: MarketEvent): void {
    switch (event.kind) {
      case "bar": {
        const { openTime } = event.bar;
        this.#desks.get(event.instrument)?.touch({ from: openTime, to: openTime + MINUTE });
        return this.#schedule();
      }
      case "trade": {
        const desk = this.#desks.get(event.instrument);
        if (desk === undefined || this.#options.keepsTrades !== true) return;
        if (!desk.hasTrades && this.#belongs(desk)) {
          desk.hasTrades = true;
          desk.trades.isNumbered = this.#options.numbersTrades?.(event.instrument) ?? true;
        }
        desk.trades.push(event);
        if (Number.isNaN(desk.safe.tradesFrom) && desk.trades.length > 0) {
          desk.safe.tradesFrom = event.time;
        }
        return this.#schedule();
      }
      case "trade-backfill":
        if (this.#options.keepsTrades !== true) return;
        this.#desks.get(event.instrument)?.past.push(event);
        return this.#schedule();
      case "funding-payments":
        this.#desks.get(event.instrument)?.pay(event.payments);
        return this.#schedule();
      case "gap": {
        const desk = this.#desks.get(event.instrument);
        desk?.mirror.gap(event, event.reason);
        desk?.touch(event);
        return this.#schedule();
      }
      case "heal":
        this.#desks.get(event.instrument)?.touch(event);
        return this.#schedule();
      case "label":
        this.#labels.set(event.instrument, event.source);
        return;
      case "minute":
        // Minutes without a bar are no events.
        for (const desk of this.#desks.values()) desk.touchAll();
        return this.#schedule();
      case "unfollow": {
        const id = event.instrument;
        const desk = this.#desks.get(beforeKey(id)) ?? this.#desks.get(id);
        desk?.touchAll();
        if (desk !== undefined) desk.isLeft = true;
        return this.#schedule();
      }
    }
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const { clock } = this.#options;
    const waitMs = Math.max(GATHER_MS, this.#notBefore - clock.monotonic());
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined;
      this.#beginCommit();
    }, waitMs);
  }

  /** Nobody waits for it; a refusal is thrown where it is counted. */
  #beginCommit(): void {
    this.#commit().catch((error) => void (this.#unthrown = error));
  }

  /** Writes until nothing is left. @throws what the store has refused with. */
  #commit(): Promise<void> {
    return this.#committing ??= this.#writeAll().finally(() => this.#committing = undefined);
  }

  async #writeAll(): Promise<void> {
    let isMore = true;
    while (isMore && !this.#isWaitingOut) {
      const batch = this.#writeNext();
      this.#batch = batch.then(nothing, nothing);
      isMore = await batch;
      if (!this.#isWaitingOut) await this.#dropOld();
      // While trades come faster than they are written, this has no end.
      this.#resample();
    }
  }

  /** A few transactions. @returns false when there was nothing to write */
  async #writeNext(): Promise<boolean> {
    const { afterTurn } = this.#options;
    const parts = this.#nextParts();
    if (parts.length === 0) return false;
    // Feeds and panels get their turn in between.
    await Promise.all([this.#write(this.#transactionsFrom(parts)), new Promise<void>(afterTurn)]);
    return true;
  }

  /** These parts, then one transaction after the other with trades that are waiting behind them. */
  #transactionsFrom(parts: readonly Part[]): (readonly Part[])[] {
    const transactions = [parts];
    let behind = parts;
    while (transactions.length < TOGETHER) {
      behind = tradesBehind(behind);
      if (behind.length === 0) break;
      transactions.push(behind);
    }
    return transactions;
  }

  /** Beside what is written: in turns of a bounded length. */
  #resample(): void {
    const { clock, keepsTrades = false, resampler } = this.#options;
    const now = clock.monotonic();
    const isDue = keepsTrades && resampler !== undefined && this.#store !== undefined &&
      now >= this.#resampleAt;
    if (!isDue || this.#isClosed || this.#resampling !== undefined) return;
    this.#resampling = this.#resampleAll(resampler).catch((error) => {
      this.#options.log.warn(`Trades did not become bars: ${sentence(error)}; it is tried again`);
    }).finally(() => {
      this.#resampleAt = clock.monotonic() + RESAMPLE_EVERY_MS;
      this.#resampling = undefined;
    });
  }

  async #resampleAll(make: NonNullable<StoreSinkOptions["resampler"]>): Promise<void> {
    const { log, afterTurn } = this.#options;
    this.#resampler ??= make((found) => {
      this.#discrepancies++;
      const { instrument, openTime, columns } = found;
      log.warn("A minute of the venue is not what its trades make", {
        instrument,
        openTime,
        columns: columns.join(),
      });
    });
    const isOver = () => this.#isClosed;
    while (!isOver() && !this.#isWaitingOut && await this.#resampler.turn(isOver)) {
      await new Promise<void>(afterTurn);
    }
  }

  #nextParts(): Part[] {
    const parts: Part[] = [];
    let rows = BATCH, looks = LOOK;
    for (const [key, desk] of this.#desks) {
      if (rows <= 0 || looks <= 0) break;
      if (!desk.hasWork) {
        if (desk.isLeft) this.#desks.delete(key);
        continue;
      }
      if (!this.#belongs(desk)) {
        desk.clear();
        continue;
      }
      const { dirty } = desk;
      let minutes: MinuteChange | undefined;
      if (dirty !== undefined) {
        const from = Math.max(dirty.from, desk.ledger.from);
        const reach = Math.min(dirty.to, from + looks * MINUTE);
        minutes = desk.mirror.take(desk.ledger, { from, to: reach }, rows);
        looks -= Math.max(0, minutes.next - from) / MINUTE;
        rows -= minutes.times.length;
        desk.dirty = minutes.next < dirty.to
          ? { from: minutes.next, to: dirty.to }
          : desk.mirror.isPending
          ? dirty
          : undefined;
      }
      const trades = rows > 0 && desk.trades.length > 0 ? desk.trades.peek(rows) : undefined;
      rows -= trades?.trades.time.length ?? 0;
      const past = rows > 0 && desk.past.length > 0 ? desk.past.peek(rows) : undefined;
      rows -= past?.trades.time.length ?? 0;
      const fundings = rows > 0 ? [...desk.fundings.values()].slice(0, rows) : [];
      rows -= fundings.length;
      parts.push({ desk, minutes, trades, past, fundings, dirty });
    }
    return parts;
  }

  /** Whether the instrument's data belongs into the store; what does not is counted and logged once. */
  #belongs(desk: Desk): boolean {
    const { instrument: { id } } = desk;
    const kind = dataKindOf(this.#labels.get(id) ?? this.#options.source);
    this.#kind ??= kind;
    if (kind === this.#kind) {
      if (!desk.isKnown) desk.know(this.#options.before?.(id, kind));
      return true;
    }
    this.#refuse(
      `${id} sends ${kind} data, and the store holds ${this.#kind} data: it is not stored. Each kind has a file of its own; set store.path to another one, or leave it out.`,
    );
    return false;
  }

  #refuse(message: string): void {
    this.#refused++;
    if (this.#refusals.has(message)) return;
    this.#refusals.add(message);
    this.#options.log.error(message);
  }

  async #write(transactions: readonly (readonly Part[])[]): Promise<void> {
    const batches = transactions.map((parts) => parts.filter(hasRows)).filter(isFilled);
    const written = batches.flat();
    if (written.length === 0) return;
    try {
      const store = await this.#opened();
      const change = await store.write(...batches.map((parts) => this.#batchOf(parts)));
      this.#bars += change.bars;
      this.#revisions += change.revisions;
      this.#trades += change.trades;
      this.#trouble = undefined;
      this.#retryMs = RETRY_MS;
      for (const part of written) this.#confirm(part);
    } catch (error) {
      for (const { desk, minutes, dirty } of written) {
        desk.mirror.forget(minutes?.times ?? []);
        if (dirty !== undefined) desk.touch(dirty);
      }
      this.#fail(error);
      throw error;
    }
  }

  async #opened(): Promise<RowTarget> {
    return this.#store ??= await this.#options.open(this.#kind!);
  }

  #batchOf(parts: readonly Part[]): StoreBatch {
    const bars = parts.flatMap(({ desk, minutes }) => {
      const own = minutes?.bars ?? [];
      return own.length === 0 ? [] : [{
        instrument: desk.instrument.id,
        stepMs: MINUTE,
        bars: barColumnsOf(own),
        contract: own.map(({ contract }) => contract),
      }];
    });
    const trades = parts.flatMap(({ desk: { instrument }, trades, past }) =>
      [trades, past].flatMap((batch) =>
        batch === undefined ? [] : [{ instrument: instrument.id, trades: batch.trades }]
      )
    );
    const coverage: StoredCoverage[] = parts.flatMap(({ minutes, trades, past }) => [
      ...minutes?.coverage ?? [],
      ...trades?.coverage ?? [],
      ...past?.coverage ?? [],
    ]);
    return {
      instruments: parts.filter(({ desk }) => !desk.isNamed).map(({ desk }) => desk.instrument),
      bars,
      trades,
      fundings: parts.filter(({ fundings }) => fundings.length > 0)
        .map(({ desk, fundings }) => ({ instrument: desk.instrument.id, payments: fundings })),
      coverage,
    };
  }

  #confirm({ desk, minutes, trades, past, fundings }: Part): void {
    desk.isNamed = true;
    if (trades !== undefined) desk.trades.confirm(trades);
    if (past !== undefined) {
      desk.past.confirm(past);
      for (const ids of past.whole) desk.trades.recovered(ids);
    }
    for (const payment of fundings) {
      // One that came meanwhile is to be written still.
      if (desk.fundings.get(payment.time) === payment) desk.fundings.delete(payment.time);
    }
    if (minutes !== undefined) desk.safe.stored(minutes.bars);
    const { clock, log, said = "stored" } = this.#options;
    for (const { from, to } of desk.safe.take(desk.trades.safeTo, clock.monotonic())) {
      log.info(said, { instrument: desk.instrument.id, from, to });
    }
  }

  #fail(error: unknown): void {
    const { clock, log, said = "stored" } = this.#options;
    this.#failures++;
    if (sentence(error) !== sentence(this.#trouble)) {
      log.error(`Nothing can be ${said} for now: ${sentence(error)}`, {
        retryInMs: this.#retryMs,
      });
    }
    this.#trouble = error;
    this.#notBefore = clock.monotonic() + this.#retryMs;
    this.#retryMs = Math.min(RETRY_CAP_MS, this.#retryMs * 2);
    this.#schedule();
  }

  async #dropOld(): Promise<void> {
    const { clock, venueTime = () => NaN, keepTradesMs = Infinity } = this.#options;
    const before = venueTime() - keepTradesMs, now = clock.monotonic();
    if (this.#store === undefined || now < this.#dropAt || !Number.isFinite(before)) return;
    this.#dropAt = now + DROP_EVERY_MS;
    await this.#store.dropTrades(before);
  }

  /** What was never written: it is lost when the process ends. */
  #countUnwritten(): void {
    for (const desk of this.#desks.values()) {
      desk.touchAll();
      const { dirty } = desk;
      const minutes = dirty === undefined
        ? 0
        : desk.mirror.take(desk.ledger, dirty, Infinity).bars.length;
      this.#unwritten += minutes + desk.trades.length + desk.fundings.size;
    }
  }
}

/** Of each of these parts' instruments, the trades behind those it takes. */
function tradesBehind(parts: readonly Part[]): Part[] {
  const behind: Part[] = [];
  let rows = BATCH;
  for (const { desk, trades: before } of parts) {
    if (rows <= 0 || before === undefined) continue;
    const trades = desk.trades.peek(rows, before);
    const { length } = trades.trades.time;
    if (length === 0) continue;
    rows -= length;
    behind.push({
      desk,
      trades,
      minutes: undefined,
      past: undefined,
      fundings: [],
      dirty: undefined,
    });
  }
  return behind;
}

function hasRows({ minutes, trades, past, fundings }: Part): boolean {
  return (minutes?.times.length ?? 0) > 0 || trades !== undefined || past !== undefined ||
    fundings.length > 0;
}

function isFilled(parts: readonly unknown[]): boolean {
  return parts.length > 0;
}

/** Where the desk of an instrument stands that was left and is followed again. */
function beforeKey(id: string): string {
  return `${id} before`;
}

function nothing(): void {}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
