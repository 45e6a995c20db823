import type { MinuteLedger, Offer } from "../bars/minute_ledger.ts";
import type { Bar } from "../model/bar.ts";
import type { Origin } from "../model/feed_event.ts";
import { ceilTo, floorTo, type Interval, MINUTE } from "../model/time.ts";
import type { FeedContext } from "./feed.ts";
import { JUMPED } from "./time_faults.ts";

/** Why minutes are missing, and which are no gap. */
export interface GapRule {
  readonly reason: string | ((gap: Interval) => string);
  /** The market did not trade in the minute that opens then. @default never */
  readonly isShut?: (openTime: number) => boolean;
}

/** Where the coverage of a connection begins; venue times, epoch ms UTC. */
export interface Beginning {
  readonly from: number;
  /** A time that has surely passed. */
  readonly now: number;
  /** Of the venue's clock. */
  readonly era: number;
}

/**
 * The one way in which closed minutes of an instrument reach its ledger and the listeners: a bar is offered and
 * emitted when it changed something; minutes that the stream owed are reported as a gap, once each, and what
 * history then brings or proves to be absent as a heal. Outlives connections.
 */
export class MinuteWriter {
  readonly instrument: string;
  readonly ledger: MinuteLedger;
  /** Gaps reported so far. */
  gaps = 0;
  readonly #context: Pick<FeedContext, "clock" | "emit" | "label" | "keepMinutes">;
  readonly #onRejected: (reason: string, origin: Origin) => void;
  /** Minutes from here on are expected from the stream. */
  #liveFrom = Infinity;
  /** The era of the venue's clock that the minutes are of. */
  #era = 0;
  /** Minutes before this one have been looked at for gaps. */
  #reportedTo = -Infinity;
  /** Minutes that streamed whole but without a trade: only history knows whether the venue has a bar. */
  readonly #quiet = new Set<number>();

  /**
   * @param onRejected called for a bar that the ledger does not believe. @default nothing
   * @throws {RangeError} when the context has no ledger for the instrument.
   */
  constructor(
    context: Pick<FeedContext, "ledgers" | "clock" | "emit" | "label" | "keepMinutes">,
    instrument: string,
    onRejected: (reason: string, origin: Origin) => void = () => {},
  ) {
    const ledger = context.ledgers.get(instrument);
    if (ledger === undefined) throw new RangeError(`ledgers must hold ${instrument}, got none`);
    this.#context = context;
    this.#onRejected = onRejected;
    this.instrument = instrument;
    this.ledger = ledger;
  }

  /**
   * Covers the minutes from `from` on, as a connection begins, and takes in what a store knows of those before `now`.
   * In another era of the venue's clock coverage begins anew, and what lies between is reported as a gap; a later
   * connection of the same era changes nothing.
   *
   * @returns true when it began anew.
   */
  begin({ from, now, era }: Beginning): boolean {
    const { ledger } = this;
    const isSimulated = this.#context.label?.isSimulated ?? false;
    const isFirst = Number.isNaN(ledger.from);
    const isOtherEra = era !== this.#era && !isFirst;
    this.#era = era;
    ledger.start(from);
    if (isFirst) ledger.recall(now, isSimulated);
    if (!isOtherEra || (from >= ledger.from && from <= ledger.to)) return false;
    this.#liveFrom = Infinity;
    this.#reportedTo = -Infinity;
    this.#quiet.clear();
    this.#reportGap(ledger.startAnew(from), JUMPED);
    ledger.recall(now, isSimulated);
    return true;
  }

  /** Open time of the newest closed minute; undefined before the first. */
  get lastBar(): number | undefined {
    return this.ledger.last?.openTime;
  }

  /** Minutes that open before it have been looked at for gaps; -Infinity before the first look. */
  get reportedTo(): number {
    return this.#reportedTo;
  }

  /** From the minute that holds `time` on, bars are expected from the stream. */
  expectFrom(time: number): void {
    const from = floorTo(time, MINUTE);
    this.ledger.markLive(from);
    this.#liveFrom = Math.min(this.#liveFrom, from);
  }

  /** The same from the first whole minute after `time` on; later calls change nothing. */
  expectAfter(time: number): void {
    if (this.#liveFrom === Infinity) this.expectFrom(ceilTo(time, MINUTE));
  }

  /** Minutes come late from now on (delayed data): none is a gap until some are expected again. */
  expectNone(): void {
    this.#liveFrom = Infinity;
  }

  /** True for a minute that the stream should have closed. */
  isExpected(openTime: number): boolean {
    return openTime >= this.#liveFrom;
  }

  /** The minute that opens then streamed whole and without a trade: that is no gap. */
  markQuiet(openTime: number): void {
    this.#quiet.add(openTime);
  }

  /** Offers a closed bar to the ledger and emits what changed there. */
  write(bar: Bar, origin: Origin): Offer {
    const { emit, clock, label } = this.#context;
    const source = label?.of(bar.source) ?? bar.source;
    const offer = this.ledger.offer(source === bar.source ? bar : { ...bar, source }, origin);
    if (offer.kind === "rejected") this.#onRejected(offer.reason, origin);
    if (offer.kind !== "new" && offer.kind !== "revision") return offer;
    emit({
      kind: "bar",
      instrument: this.instrument,
      bar: offer.bar,
      origin,
      change: offer.kind,
      receivedAt: clock.now(),
    });
    return offer;
  }

  /** Has what history brought of these minutes stored, where there is a store. */
  async keep(openTimes: readonly number[]): Promise<void> {
    if (openTimes.length === 0) return;
    const from = Math.min(...openTimes), to = Math.max(...openTimes) + MINUTE;
    await this.#context.keepMinutes?.(this.instrument, { from, to });
  }

  /**
   * Reports the minutes that the stream owed and did not close, once each.
   *
   * @param until minutes that open before it should have closed by now.
   * @returns false when all of them had been looked at before.
   */
  reportGaps(until: number, { reason, isShut = () => false }: GapRule): boolean {
    const since = Math.max(this.#liveFrom, this.#reportedTo);
    if (until <= since) return false;
    for (const hole of this.ledger.wanted(until)) {
      let gap: { readonly from: number; to: number } | undefined;
      for (let time = Math.max(hole.from, since); time < hole.to; time += MINUTE) {
        if (this.#quiet.has(time) || isShut(time)) continue;
        if (gap?.to === time) gap.to += MINUTE;
        else {
          this.#reportGap(gap, reason);
          gap = { from: time, to: time + MINUTE };
        }
      }
      this.#reportGap(gap, reason);
    }
    this.#reportedTo = until;
    return true;
  }

  /**
   * Settles what one answer of history leaves nothing to wait for, and reports the heal when the stream had owed
   * any of it. Minutes in which the market was shut were never owed.
   *
   * @param answer.filled open times of the minutes it brought.
   * @param answer.gone open times of those that the venue has no bar for.
   */
  settle(
    { filled, gone }: { readonly filled: readonly number[]; readonly gone: readonly number[] },
    { isShut = () => false }: Pick<GapRule, "isShut"> = {},
  ): void {
    const { emit, clock } = this.#context;
    for (const from of gone) {
      this.ledger.markAbsent({ from, to: from + MINUTE }, { isClosed: isShut(from) });
    }
    const healed = filled.filter((time) => this.isExpected(time));
    const absent = gone.filter((time) =>
      this.isExpected(time) && !this.#quiet.has(time) && !isShut(time)
    );
    for (const time of [...filled, ...gone]) this.#quiet.delete(time);
    const times = [...healed, ...absent].sort((a, b) => a - b);
    const [from] = times;
    if (from === undefined) return;
    const to = times.at(-1)! + MINUTE;
    const heal = { from, to, filled: healed.length, absent: absent.length };
    this.ledger.recordHeal(heal);
    emit({
      kind: "heal",
      instrument: this.instrument,
      from,
      to,
      filled: heal.filled,
      absent: heal.absent,
      receivedAt: clock.now(),
    });
  }

  #reportGap(gap: Interval | undefined, reason: GapRule["reason"]): void {
    if (gap === undefined) return;
    const { emit, clock } = this.#context;
    this.gaps++;
    emit({
      kind: "gap",
      instrument: this.instrument,
      from: gap.from,
      to: gap.to,
      reason: typeof reason === "string" ? reason : reason(gap),
      receivedAt: clock.now(),
    });
  }
}
