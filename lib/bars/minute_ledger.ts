import type { BarCells } from "../model/bar_cells.ts";
import { type Bar, faultOf, sameValues } from "../model/bar.ts";
import type { Coverage, Heal, Missing } from "../model/coverage.ts";
import type { Origin } from "../model/feed_event.ts";
import type { Source } from "../model/instrument.ts";
import { hasBar, isSettled, type MinuteGrid, MinuteStatus } from "../model/minute_grid.ts";
import { ceilTo, DAY, floorTo, type Interval, MINUTE } from "../model/time.ts";
import { countMinutes } from "./count_minutes.ts";
import type { KnownMinutes } from "./known_minutes.ts";

/** Outcome of an offered bar. Only `new` and `revision` changed the ledger. */
export type Offer =
  | { readonly kind: "new" | "revision"; readonly bar: Bar }
  | { readonly kind: "repeat" }
  | { readonly kind: "rejected"; readonly reason: string };

/**
 * What a store knows of an instrument.
 *
 * @param isSimulated whether its venue says that its data is: what is known of other data does not count.
 */
export type RecallMinutes = (isSimulated: boolean) => KnownMinutes | undefined;

/** Heals kept individually; older ones remain only in the counts. */
const MAX_HEALS = 1_000;
/** Rejection reasons counted separately. They quote the bad values, so their number must be capped. */
const MAX_REASONS = 100;
/** The grid never grows by more at once: a time beyond is damaged, or of another era of the venue's clock. */
const MAX_JUMP_MS = 31 * DAY;
/** Stretches skipped by jumps of the venue's clock that are listed. */
const MAX_SKIPPED = 100;
/** Why they are missing. */
const SKIPPED = "the venue's time jumped over it";
const COLUMNS = ["open", "high", "low", "close", "volume", "trades", "vwap"] as const;

/**
 * Holds an instrument's closed minutes: each exactly once, in order, with what is
 * missing and why. Live stream, backfill and heals may come in any order and overlap; the outcome is the
 * same. Pure: it reads no clock and sends no request.
 *
 * A minute is addressed by its open time. Memory is 60 bytes a minute.
 */
export class MinuteLedger {
  readonly instrument: string;
  readonly #isOpen: (openTime: number) => boolean | undefined;
  readonly #hasVolume: boolean;
  #sessions: readonly Interval[] = [];
  #start = NaN;
  #length = 0;
  #columns = COLUMNS.map(() => new Float64Array(0));
  #status = new Uint8Array(0);
  #revision = new Uint8Array(0);
  #contract = new Uint8Array(0);
  #source = new Uint8Array(0);
  readonly #contracts: (string | undefined)[] = [undefined];
  readonly #sources: Source[] = [];
  /** Rows before this one are settled. */
  #settledRows = 0;
  #liveFrom = Infinity;
  #repeats = 0;
  #revisions = 0;
  readonly #rejected = new Map<string, number>();
  readonly #heals: Heal[] = [];
  readonly #skipped: Missing[] = [];
  readonly #recall: RecallMinutes;
  #known: KnownMinutes | undefined;
  readonly #absence: string | undefined;

  /**
   * @param isOpen whether the market trades in the minute that opens then; undefined when unknown.
   *   Must be cheap; it is asked once or twice a minute.
   * @param options.hasVolume false for an index, whose bars have none. @default true
   * @param options.recall what is known before coverage begins. @default nothing
   * @param options.absence why minutes have no bar that were {@link markAbsent}. @default the venue has none
   */
  constructor(
    instrument: string,
    isOpen: (openTime: number) => boolean | undefined,
    { hasVolume = true, recall = () => undefined, absence }: {
      readonly hasVolume?: boolean;
      readonly recall?: RecallMinutes;
      readonly absence?: string | undefined;
    } = {},
  ) {
    this.#absence = absence;
    this.#recall = recall;
    this.instrument = instrument;
    this.#isOpen = isOpen;
    this.#hasVolume = hasVolume;
  }

  /** Begins coverage at the minute that holds `from`. Later calls change nothing. */
  start(from: number): void {
    if (Number.isNaN(this.#start)) this.#start = floorTo(from, MINUTE);
  }

  /**
   * Begins coverage anew, in another era of the venue's clock: the minutes known so far are forgotten, those between
   * are listed as missing and never made.
   *
   * @returns what was skipped; undefined when the clock went back.
   */
  startAnew(from: number): Interval | undefined {
    const { to } = this;
    this.#start = floorTo(from, MINUTE);
    this.#length = this.#settledRows = 0;
    this.#liveFrom = Infinity;
    if (!(this.#start > to)) return undefined;
    const skipped = { from: to, to: this.#start };
    const minutes = (skipped.to - skipped.from) / MINUTE;
    this.#skipped.push({ from: skipped.from, to: skipped.to, minutes, reason: SKIPPED });
    if (this.#skipped.length > MAX_SKIPPED) this.#skipped.shift();
    return skipped;
  }

  /**
   * Takes in what is known of the minutes covered that end by `to`. What is known beyond it counts when the minute
   * comes, and so does what is requested again: equal values are no news, other ones a revision. Called after
   * {@link start} and {@link startAnew}.
   *
   * @param isSimulated whether the venue says that its data is.
   */
  recall(to: number, isSimulated: boolean): void {
    if (Number.isNaN(this.#start)) return;
    // A long past is no jump of the clock.
    if (to > this.to + MAX_JUMP_MS) this.#reach(Math.floor((to - this.#start) / MINUTE));
    const known = this.#known = this.#recall(isSimulated);
    if (known === undefined || known.isRequestedAgain) return;
    const end = floorTo(Math.min(to, known.to), MINUTE);
    this.#reach((end - this.#start) / MINUTE);
    const first = known.rowFrom(this.#start), last = known.rowFrom(end);
    const { bars } = known;
    // Most bars are of the source and the contract of the one before.
    let source = -1, contract = -1;
    for (let from = first; from < last; from++) {
      const row = (bars.openTime[from]! - this.#start) / MINUTE;
      // What a damaged store holds is asked for again.
      if (!Number.isInteger(row) || !this.#isBelievable(known, from)) continue;
      if (hasBar(this.#status[row])) continue;
      COLUMNS.forEach((name, i) => this.#columns[i]![row] = bars[name][from]!);
      if (source < 0 || this.#sources[source] !== bars.source[from]) {
        source = indexIn(this.#sources, bars.source[from]!);
      }
      if (contract < 0 || this.#contracts[contract] !== bars.contract?.[from]) {
        contract = indexIn(this.#contracts, bars.contract?.[from]);
      }
      this.#revision[row] = Math.min(255, bars.revision[from]!);
      this.#source[row] = source;
      this.#contract[row] = contract;
      this.#status[row] = MinuteStatus.Stored;
    }
    for (const { from, to, isShut } of known.absences) {
      this.markAbsent({ from, to: Math.min(to, end) }, { isClosed: isShut });
    }
  }

  /** Open time of the first minute covered; NaN before {@link start}. */
  get from(): number {
    return this.#start;
  }

  /** End of the grid, exclusive: every minute before it has a row. */
  get to(): number {
    return this.#start + this.#length * MINUTE;
  }

  /** Every minute that ends by this time is settled: bar, absent or out of session. */
  get settledTo(): number {
    while (this.#settledRows < this.#length && isSettled(this.#status[this.#settledRows])) {
      this.#settledRows++;
    }
    return this.#start + this.#settledRows * MINUTE;
  }

  /** Minutes from here on were expected from the live stream; what history fills there is a heal. */
  markLive(from: number): void {
    this.#liveFrom = Math.min(this.#liveFrom, from);
  }

  /**
   * Offers a closed minute. A believable bar for an empty minute is entered; the same values again
   * are a repeat; other values are a revision, numbered one higher.
   */
  offer(bar: Bar, origin: Origin): Offer {
    const fault = this.#faultOf(bar);
    if (fault !== undefined) return this.#reject(fault);
    const old = this.#reached(bar.openTime);
    if (old !== undefined && sameValues(old, bar)) return this.#repeat();
    const known = old ?? this.#known?.at(bar.openTime);
    return this.#enter(bar, old, { revision: this.#revisionOf(bar, known), origin });
  }

  /**
   * Enters a closed minute as another ledger of the same instrument holds it, under the revision that it has there.
   * One of no higher revision than the minute has here is a repeat.
   */
  adopt(bar: Bar, origin: Origin): Offer {
    const fault = this.#faultOf(bar);
    if (fault !== undefined) return this.#reject(fault);
    const old = this.#reached(bar.openTime);
    if (old !== undefined && bar.revision <= old.revision) return this.#repeat();
    return this.#enter(bar, old, { revision: Math.min(255, bar.revision), origin });
  }

  /**
   * Extends the grid to `time` (exclusive): minutes outside the session are settled, the others wait
   * for their bar. Call it when the venue's clock has passed `time`. A step of more than a month begins
   * {@link startAnew anew} instead.
   */
  advance(time: number): void {
    if (Number.isNaN(this.#start) || !Number.isFinite(time)) return;
    if (time > this.to + MAX_JUMP_MS) this.startAnew(time);
    const rows = Math.floor((time - this.#start) / MINUTE);
    if (rows > this.#length) this.#reach(rows);
  }

  /** Marks sessions that the venue itself reports open: their minutes await a bar, whatever the calendar says. */
  expect(sessions: readonly Interval[]): void {
    this.#sessions = sessions;
    for (let row = 0; row < this.#length; row++) {
      if (this.#status[row] !== MinuteStatus.OutOfSession || !this.#isPublished(row)) continue;
      this.#status[row] = MinuteStatus.Unknown;
      this.#settledRows = Math.min(this.#settledRows, row);
    }
  }

  /** Unsettled minutes that end by `until`: what to ask the venue's history for. */
  wanted(until: number): Interval[] {
    const end = Math.min(floorTo(until, MINUTE), this.to);
    const holes: { from: number; to: number }[] = [];
    for (let time = this.settledTo; time < end; time += MINUTE) {
      if (this.statusAt(time) !== MinuteStatus.Unknown) continue;
      const last = holes.at(-1);
      if (last !== undefined && last.to === time) last.to = time + MINUTE;
      else holes.push({ from: time, to: time + MINUTE });
    }
    return holes;
  }

  /**
   * Records that the venue, asked for an interval, has no bar for its still empty whole minutes.
   *
   * @param options.isClosed the venue itself reports that the market was closed then. @default false
   * @returns how many minutes that settled.
   */
  markAbsent({ from, to }: Interval, { isClosed = false } = {}): number {
    const status = isClosed ? MinuteStatus.OutOfSession : MinuteStatus.Absent;
    let settled = 0;
    const end = Math.min(floorTo(to, MINUTE), this.to);
    for (let time = Math.max(ceilTo(from, MINUTE), this.#start); time < end; time += MINUTE) {
      const row = (time - this.#start) / MINUTE;
      if (this.#status[row] !== MinuteStatus.Unknown) continue;
      this.#status[row] = status;
      settled++;
    }
    return settled;
  }

  /** Records one answer of the venue's history for the coverage report. */
  recordHeal(heal: Heal): void {
    this.#heals.push(heal);
    if (this.#heals.length > MAX_HEALS) this.#heals.shift();
  }

  statusAt(openTime: number): MinuteStatus {
    const row = (openTime - this.#start) / MINUTE;
    return (this.#status[row] ?? MinuteStatus.Unknown) as MinuteStatus;
  }

  /** Revision of the closed bar of the minute; -1 where there is none. */
  revisionAt(openTime: number): number {
    const row = (openTime - this.#start) / MINUTE;
    return hasBar(this.#status[row]) ? this.#revision[row]! : -1;
  }

  /** The closed bar of the minute, or undefined. A new object each time: keep it as long as you like. */
  at(openTime: number): Bar | undefined {
    const row = (openTime - this.#start) / MINUTE;
    if (!hasBar(this.#status[row])) return undefined;
    const [open, high, low, close, volume, trades, vwap] = this.#columns.map((c) => c[row]!);
    const contract = this.#contracts[this.#contract[row]!];
    return {
      openTime,
      open: open!,
      high: high!,
      low: low!,
      close: close!,
      volume: volume!,
      ...(Number.isNaN(trades) ? {} : { trades: trades! }),
      ...(Number.isNaN(vwap) ? {} : { vwap: vwap! }),
      closed: true,
      revision: this.#revision[row]!,
      source: this.#sources[this.#source[row]!]!,
      ...(contract === undefined ? {} : { contract }),
    };
  }

  /** Closed bars that open in `[from, to)`, in order. */
  bars(from = this.#start, to = this.to): Bar[] {
    const found: Bar[] = [];
    const end = Math.min(to, this.to);
    for (let time = Math.max(ceilTo(from, MINUTE), this.#start); time < end; time += MINUTE) {
      const bar = this.at(time);
      if (bar !== undefined) found.push(bar);
    }
    return found;
  }

  /** The values of {@link bars}, without an object for each: a tenth of the work. */
  cells(from = this.#start, to = this.to): BarCells[] {
    const [open, high, low, close, volume] = this.#columns;
    const found: BarCells[] = [];
    const end = Math.min(to, this.to);
    for (let time = Math.max(ceilTo(from, MINUTE), this.#start); time < end; time += MINUTE) {
      const row = (time - this.#start) / MINUTE;
      if (!hasBar(this.#status[row])) continue;
      found.push([
        time,
        open![row]!,
        high![row]!,
        low![row]!,
        close![row]!,
        volume![row]!,
        this.#revision[row]!,
        this.#sources[this.#source[row]!]!,
      ]);
    }
    return found;
  }

  /** The newest closed bar, or undefined. */
  get last(): Bar | undefined {
    for (let row = this.#length - 1; row >= 0; row--) {
      if (hasBar(this.#status[row])) return this.at(this.#start + row * MINUTE);
    }
    return undefined;
  }

  /** The whole grid, as views. */
  get grid(): MinuteGrid {
    const [open, high, low, close, volume] = this.#columns.map((c) => c.subarray(0, this.#length));
    return {
      start: this.#start,
      length: this.#length,
      open: open!,
      high: high!,
      low: low!,
      close: close!,
      volume: volume!,
      status: this.#status.subarray(0, this.#length),
      contract: this.#contract.subarray(0, this.#length),
    };
  }

  /** Minutes received, healed and missing. */
  coverage(): Coverage {
    const status = this.#status.subarray(0, this.#length);
    const counts = countMinutes(this.#start, status, this.#liveFrom, this.#absence);
    return {
      instrument: this.instrument,
      from: this.#start,
      to: this.to,
      ...counts,
      missing: [...this.#skipped, ...counts.missing],
      heals: [...this.#heals],
      repeats: this.#repeats,
      revisions: this.#revisions,
      rejected: Object.fromEntries(this.#rejected),
    };
  }

  /** The rule of `faultOf`, without an object for each of very many bars; files may lack the volume. */
  #isBelievable({ bars }: KnownMinutes, row: number): boolean {
    const open = bars.open[row]!, close = bars.close[row]!, volume = bars.volume[row]!;
    const high = bars.high[row]!, low = bars.low[row]!;
    const isInside = open >= low && open <= high && close >= low && close <= high;
    const hasRange = Number.isFinite(high) && Number.isFinite(low);
    const mayLack = !this.#hasVolume || bars.source[row] === "imported";
    const isVolume = Number.isNaN(volume)
      ? mayLack
      : this.#hasVolume && volume >= 0 && Number.isFinite(volume);
    return isInside && hasRange && isVolume;
  }

  /** Why a bar is not entered; undefined where it may be. */
  #faultOf(bar: Bar): string | undefined {
    if (!bar.closed) return "the bar is still forming";
    const fault = faultOf(bar, MINUTE, { hasVolume: this.#hasVolume });
    if (fault !== undefined) return fault;
    if (Number.isNaN(this.#start)) return "coverage has not begun";
    if (bar.openTime < this.#start) return "before the time covered";
    const isFar = bar.openTime > this.to + MAX_JUMP_MS;
    return isFar ? "more than a month after the minutes known" : undefined;
  }

  /** The closed bar of a minute that the grid reaches to from now on. */
  #reached(openTime: number): Bar | undefined {
    this.#reach((openTime - this.#start) / MINUTE + 1);
    return this.at(openTime);
  }

  #repeat(): Offer {
    this.#repeats++;
    return { kind: "repeat" };
  }

  #enter(
    bar: Bar,
    old: Bar | undefined,
    { revision, origin }: { readonly revision: number; readonly origin: Origin },
  ): Offer {
    const row = (bar.openTime - this.#start) / MINUTE;
    this.#write(row, bar, revision);
    // A revision leaves the minute counted where it first came from.
    if (old !== undefined) this.#revisions++;
    else this.#status[row] = origin === "stream" ? MinuteStatus.Stream : MinuteStatus.History;
    const entered = this.at(bar.openTime);
    if (entered === undefined) throw new Error("a bar just entered must be there");
    return { kind: old === undefined ? "new" : "revision", bar: entered };
  }

  #revisionOf(bar: Bar, old: Bar | undefined): number {
    if (old === undefined) return 0;
    return sameValues(old, bar) ? old.revision : Math.min(255, old.revision + 1);
  }

  #reject(reason: string): Offer {
    const isListed = this.#rejected.has(reason) || this.#rejected.size < MAX_REASONS;
    const key = isListed ? reason : "other reasons";
    this.#rejected.set(key, (this.#rejected.get(key) ?? 0) + 1);
    return { kind: "rejected", reason };
  }

  #write(row: number, bar: Bar, revision: number): void {
    COLUMNS.forEach((name, i) => this.#columns[i]![row] = bar[name] ?? NaN);
    this.#revision[row] = revision;
    this.#contract[row] = indexIn(this.#contracts, bar.contract);
    this.#source[row] = indexIn(this.#sources, bar.source);
  }

  /** Grows the grid to `rows` and settles the new minutes that lie outside the session. */
  #reach(rows: number): void {
    if (rows <= this.#length) return;
    if (rows > this.#status.length) this.#grow(Math.max(2_048, rows, this.#status.length * 2));
    for (let row = this.#length; row < rows; row++) {
      for (const column of this.#columns) column[row] = NaN;
      const isShut = this.#isOpen(this.#start + row * MINUTE) === false && !this.#isPublished(row);
      this.#status[row] = isShut ? MinuteStatus.OutOfSession : MinuteStatus.Unknown;
    }
    this.#length = rows;
  }

  #isPublished(row: number): boolean {
    const openTime = this.#start + row * MINUTE;
    return this.#sessions.some(({ from, to }) => openTime >= from && openTime < to);
  }

  #grow(capacity: number): void {
    const widen = <T extends Float64Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    this.#columns = this.#columns.map((c) => widen(c, new Float64Array(capacity)));
    this.#status = widen(this.#status, new Uint8Array(capacity));
    this.#revision = widen(this.#revision, new Uint8Array(capacity));
    this.#contract = widen(this.#contract, new Uint8Array(capacity));
    this.#source = widen(this.#source, new Uint8Array(capacity));
  }
}

function indexIn<T>(known: T[], value: T): number {
  const at = known.indexOf(value);
  return at >= 0 ? at : known.push(value) - 1;
}
