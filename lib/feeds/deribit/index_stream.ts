import { type Bar, sameValues } from "../../model/bar.ts";
import type { MarketError } from "../../model/errors.ts";
import type { Source } from "../../model/instrument.ts";
import { floorTo, type Interval, MINUTE, SECOND } from "../../model/time.ts";
import { volatilityChannel, type VolatilityNotice } from "../../wire/deribit_frame.ts";
import type { VolatilityRow } from "../../wire/deribit_result.ts";
import type { FeedContext } from "../feed.ts";
import { FormingPace } from "../forming_pace.ts";
import { MinuteWriter } from "../minute_writer.ts";
import type { Pace } from "../pace.ts";
import { ConfirmedRows } from "./confirmed_rows.ts";
import { FormingIndex } from "./forming_index.ts";
import type { DeribitIndex } from "./instruments.ts";

/** A minute that is not there so long after its end is a gap, venue ms and local ms. */
const LATE_MS = 20 * SECOND;
const LATE_FLOOR_MS = 1_500;
/** Forming bars are emitted at most this often, venue ms and local ms. */
const REFRESH_MS = SECOND / 4;
const REFRESH_FLOOR_MS = 25;

/** Rows of history, oldest first. */
export interface ReadRows {
  readonly rows: readonly VolatilityRow[];
  /** Venue time that had surely passed when it was asked for. */
  readonly askedAt: number;
}

/** One index over the whole life of the feed: its minutes, its live value, and what is wrong with it. */
export class IndexStream {
  readonly index: DeribitIndex;
  readonly writer: MinuteWriter;
  readonly source: Source;
  /** Why there is no history, and why there are no values; undefined while there are. */
  historyTrouble: MarketError | undefined;
  valueTrouble: MarketError | undefined;
  resubscribes = 0;
  /** Local monotonic ms of the newest value, and of anything else of it. */
  valueAt: number | undefined;
  eventAt: number | undefined;
  /** A value has come on the present connection. */
  hasValue = false;
  /** Fruitless reads of history in a row, and when the next is due, local monotonic ms. */
  fruitless = 0;
  readAt = -Infinity;
  readonly rows = new ConfirmedRows();
  readonly #context: FeedContext;
  readonly #forming = new FormingIndex();
  readonly #formingPace: FormingPace;
  /** Venue ms. */
  readonly #lateMs: number;

  /** @throws {RangeError} when the context has no ledger for the index. */
  constructor(index: DeribitIndex, context: FeedContext, pace: Pace) {
    this.index = index;
    this.source = context.source;
    this.#context = context;
    this.#formingPace = new FormingPace({
      id: index.id,
      clock: context.clock,
      emit: context.emit,
      refreshMs: pace(REFRESH_MS, REFRESH_FLOOR_MS),
    });
    this.#lateMs = pace(LATE_MS, LATE_FLOOR_MS) * context.speed;
    this.writer = new MinuteWriter(context, index.id, (reason, origin) => {
      context.log.warn(`A minute of ${index.id} was not believed: ${reason}`, { origin });
    });
  }

  get channel(): string {
    return volatilityChannel(this.index.name);
  }

  get trouble(): MarketError | undefined {
    return this.historyTrouble ?? this.valueTrouble;
  }

  /** Forgets what belonged to the connection before. */
  beginConnection(): void {
    this.hasValue = false;
    this.fruitless = 0;
    this.readAt = -Infinity;
    this.rows.clear();
    this.endConnection();
  }

  /** The connection is over, or the index is followed no more: what is forming is not emitted any more. */
  endConnection(): void {
    this.#forming.clear();
    this.#formingPace.clear();
  }

  takeValue(notice: VolatilityNotice): void {
    this.valueAt = this.eventAt = this.#context.clock.monotonic();
    this.hasValue = true;
    this.valueTrouble = undefined;
    const bar = this.#forming.take(notice, this.source);
    if (bar !== undefined) this.#formingPace.offer(bar, this.valueAt);
  }

  /** Reports minutes that have not come in time. @param now venue time that has surely passed. */
  reportGaps(now: number, reasonOf: (gap: Interval) => string): void {
    this.writer.reportGaps(floorTo(now - this.#lateMs, MINUTE), { reason: reasonOf });
  }

  /**
   * Enters what can be believed of an answer of history.
   *
   * @param now venue time that has surely passed.
   */
  takeRows({ rows, askedAt }: ReadRows, now: number): void {
    this.eventAt = this.#context.clock.monotonic();
    const filled: number[] = [];
    for (const row of rows) {
      const { openTime } = row;
      // The row of the minute that is still forming stays out, and so does one that is yet to come.
      if (openTime + MINUTE > askedAt || openTime % MINUTE !== 0) continue;
      const bar = this.#barOf(row);
      const known = this.writer.ledger.at(openTime);
      if (known !== undefined && sameValues(known, bar)) {
        this.rows.forget(openTime);
        continue;
      }
      if (!this.rows.isConfirmed(row, askedAt)) continue;
      const isLate = openTime + MINUTE <= floorTo(now - this.#lateMs, MINUTE);
      const isOwed = this.writer.isExpected(openTime) && !isLate;
      const offer = this.writer.write(bar, isOwed ? "stream" : "history");
      if (offer.kind === "rejected") continue;
      this.#forming.close(openTime);
      this.#formingPace.close(openTime);
      if (offer.kind === "new" && isLate) filled.push(openTime);
    }
    this.writer.settle({ filled, gone: [] });
  }

  /**
   * Settles minutes that the venue does not have. An index has no empty minutes, so it was away; whole answers
   * have to lack them twice.
   *
   * @param read every row of an answer that was neither damaged nor broken off, of minutes that have begun.
   * @param asked what was asked for.
   */
  settleAbsent({ rows, askedAt }: ReadRows, asked: Interval): void {
    const newest = Math.max(...rows.slice(-1).map(({ openTime }) => openTime));
    const have = new Set(rows.map(({ openTime }) => openTime));
    const gone: number[] = [];
    for (const { from, to } of this.writer.ledger.wanted(Math.min(asked.to, newest))) {
      for (let time = Math.max(from, asked.from); time < to; time += MINUTE) {
        if (!have.has(time) && this.rows.isAbsent(time, askedAt)) gone.push(time);
      }
    }
    this.writer.settle({ filled: [], gone });
  }

  #barOf({ openTime, open, high, low, close }: VolatilityRow): Bar {
    return {
      openTime,
      open,
      high,
      low,
      close,
      volume: NaN,
      closed: true,
      revision: 0,
      source: this.source,
    };
  }
}
