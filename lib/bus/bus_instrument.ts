import { KnownMinutes } from "../bars/known_minutes.ts";
import type { MinuteLedger } from "../bars/minute_ledger.ts";
import { FundingLog } from "../feeds/streaming/funding_log.ts";
import type { FeedEvent, Origin } from "../model/feed_event.ts";
import type { FundingPayment } from "../model/funding.ts";
import type { Instrument } from "../model/instrument.ts";
import { hasBar } from "../model/minute_grid.ts";
import { DAY, MINUTE } from "../model/time.ts";
import type { Clock } from "../runtime/clock.ts";
import { SHUT } from "../store/minute_mirror.ts";
import type { StoreBatch, StoredBars, StoredCoverage } from "../store/store.ts";
import { relayedEvent } from "./bus_event.ts";
import { batchOf, type HeldMessage } from "./bus_message.ts";
import { addressOf } from "./bus_subject.ts";
import { BusTrades } from "./bus_trades.ts";

export interface BusInstrumentOptions {
  /** Venue time before which nothing is wanted. */
  readonly from: number;
  /** The newest minute that was published ends then. */
  readonly newest: number;
  /** The first minute that a store knows of it; undefined where it knows none. */
  readonly storedFrom: number | undefined;
  /** The first minute that a publisher covers: its history may be still to come. */
  readonly publishedFrom: () => number | undefined;
  readonly emit: (event: FeedEvent) => void;
  readonly clock: Clock;
  /** A closed minute ends then. */
  readonly onBar: (end: number) => void;
  /** What the stream held of it is in. */
  readonly onCaughtUp: () => void;
}

/** One instrument as it is read from a stream: its minutes go into the ledger, its trades and events on to the market. */
export class BusInstrument {
  readonly instrument: Instrument;
  readonly #ledger: MinuteLedger;
  readonly #options: BusInstrumentOptions;
  /** Subjects whose past is being read. */
  readonly #behind = new Set<string>();
  readonly #onClose: (() => void)[] = [];
  /** Rows of the past, until all of it is read: only then is it known where they begin. */
  #past: StoreBatch[] = [];
  /** What opens before was published, or is still to be, as history. */
  #liveFrom = -Infinity;
  /** The newest minute that came ends then; `-Infinity` before the first. */
  newest = -Infinity;
  /** As far as they came. */
  readonly trades: BusTrades;
  readonly #funding: FundingLog;

  constructor(instrument: Instrument, ledger: MinuteLedger, options: BusInstrumentOptions) {
    this.instrument = instrument;
    this.#ledger = ledger;
    this.#options = options;
    const { emit, clock } = options;
    const isNumbered = instrument.kind === "crypto";
    this.#funding = new FundingLog({ id: instrument.id, clock, emit });
    this.trades = new BusTrades({ instrument: instrument.id, isNumbered, emit, clock });
  }

  get isCaughtUp(): boolean {
    return this.#behind.size === 0;
  }

  expect(subject: string): void {
    this.#behind.add(subject);
  }

  caughtUp(subject: string): void {
    if (!this.#behind.delete(subject) || this.#behind.size > 0) return;
    this.#begin(this.#past.splice(0));
    this.#options.onCaughtUp();
  }

  onClose(stop: () => void): void {
    this.#onClose.push(stop);
  }

  /** Stops reading; `expect` and `onClose` begin again. */
  close(): void {
    for (const stop of this.#onClose.splice(0)) stop();
    this.#behind.clear();
    this.#past = [];
  }

  /** Funding that was paid: what is known already is no news. */
  takeFunding(payments: readonly FundingPayment[]): void {
    this.#funding.takePayments(payments);
  }

  /** @throws {BusFormatError | RangeError} for what is no message about it. */
  take({ subject, text }: HeldMessage): void {
    if (addressOf(subject)?.kind === "events") return this.#relay(subject, text);
    const batch = batchOf(subject, text) ?? {};
    for (const { payments } of batch.fundings ?? []) this.takeFunding(payments);
    if (this.isCaughtUp || batch.trades !== undefined) this.#enter(batch, "stream");
    else this.#past.push(batch);
  }

  /** Coverage begins with the first minute that anything is known of, or where that of a publisher does. */
  #begin(past: readonly StoreBatch[]): void {
    const { from, newest, storedFrom = Infinity, publishedFrom } = this.#options;
    let first = Math.min(storedFrom, publishedFrom() ?? Infinity);
    for (const { bars = [], coverage = [] } of past) {
      for (const { bars: { openTime } } of bars) first = Math.min(first, openTime[0] ?? Infinity);
      for (const row of coverage) if (row.stepMs === MINUTE) first = Math.min(first, row.from);
    }
    const ledger = this.#ledger;
    ledger.start(Math.max(from, Number.isFinite(first) ? first : newest));
    ledger.recall(newest, false);
    for (const batch of past) this.#enter(batch, "history");
    this.#liveFrom = ledger.to;
    ledger.markLive(ledger.to);
  }

  #enter({ bars = [], coverage = [], trades = [] }: StoreBatch, origin: Origin): void {
    for (const { stepMs, bars: rows, contract } of bars) {
      if (stepMs === MINUTE) this.#takeBars(rows, contract, origin);
    }
    for (const row of coverage) if (row.stepMs === MINUTE) this.#takeCoverage(row);
    for (const { trades: columns } of trades) this.trades.take(columns);
  }

  #relay(subject: string, text: string): void {
    const event = relayedEvent(subject, text);
    if (event === undefined) return;
    const { emit, clock } = this.#options;
    if (event.kind === "heal") {
      const { from, to, filled, absent } = event;
      this.#ledger.recordHeal({ from, to, filled, absent });
    }
    emit({ ...event, receivedAt: clock.now() });
  }

  #takeBars(
    rows: StoredBars,
    contract: readonly (string | undefined)[] | undefined,
    readAs: Origin,
  ): void {
    const { emit, clock, onBar } = this.#options;
    const ledger = this.#ledger;
    const known = new KnownMinutes(contract === undefined ? rows : { ...rows, contract });
    for (let row = 0; row < known.length; row++) {
      const bar = known.barAt(row);
      if (bar.openTime < ledger.from) continue;
      // A publisher's own history may be still coming.
      const isPast = bar.openTime < this.#liveFrom && !hasBar(ledger.statusAt(bar.openTime));
      const origin = isPast ? "history" : readAs;
      const offer = ledger.adopt(bar, origin);
      this.newest = Math.max(this.newest, bar.openTime + MINUTE);
      if (offer.kind !== "new" && offer.kind !== "revision") continue;
      onBar(bar.openTime + MINUTE);
      emit({
        kind: "bar",
        instrument: this.instrument.id,
        bar: offer.bar,
        origin,
        change: offer.kind,
        receivedAt: clock.now(),
      });
    }
  }

  #takeCoverage({ from, to, state, reason }: StoredCoverage): void {
    const ledger = this.#ledger;
    // A stretch far ahead is damaged: the ledger would take it for another era of the venue's clock.
    if (state !== "closed" || to > ledger.to + 7 * DAY) return;
    ledger.advance(to);
    ledger.markAbsent({ from, to }, { isClosed: reason === SHUT });
  }
}
