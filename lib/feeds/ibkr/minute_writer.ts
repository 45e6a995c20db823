import type { MinuteLedger, Offer } from "../../bars/minute_ledger.ts";
import type { TradingCalendar } from "../../calendar/calendar.ts";
import type { Bar } from "../../model/bar.ts";
import type { Origin } from "../../model/feed_event.ts";
import type { Source } from "../../model/instrument.ts";
import { type Interval, MINUTE } from "../../model/time.ts";
import type { FeedContext } from "../feed.ts";
import type { ListedFuture, VenueBar } from "./gateway.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Enters closed minutes of one instrument in its ledger and tells what changed there. */
export class MinuteWriter {
  readonly ledger: MinuteLedger;
  readonly #context: FeedContext;
  readonly #record: StreamRecord;
  #published: readonly Interval[] | undefined;

  constructor(context: FeedContext, record: StreamRecord) {
    const ledger = context.ledgers.get(record.instrument);
    if (ledger === undefined) {
      throw new RangeError(`ledgers must hold one for ${record.instrument}`);
    }
    this.ledger = ledger;
    this.#context = context;
    this.#record = record;
  }

  /** Hours that the venue publishes stand above the rule that the ledger goes by. */
  expect(published: readonly Interval[]): void {
    if (published === this.#published) return;
    this.#published = published;
    this.ledger.expect(published);
  }

  write(bar: Bar, origin: Origin): Offer {
    const { instrument } = this.#record;
    const offer = this.ledger.offer(bar, origin);
    if (offer.kind === "rejected") {
      this.#context.log.warn(`A bar of ${instrument} was not believed: ${offer.reason}`, {
        origin,
      });
    }
    if (offer.kind !== "new" && offer.kind !== "revision") return offer;
    this.#record.lastBar = Math.max(this.#record.lastBar ?? -Infinity, offer.bar.openTime);
    this.#context.emit({
      kind: "bar",
      instrument,
      bar: offer.bar,
      origin,
      change: offer.kind,
      receivedAt: this.#context.clock.now(),
    });
    return offer;
  }

  /**
   * Marks the minutes for which an answer of history leaves nothing to wait for, and tells the heal when it
   * mended what the stream had lost. Minutes in which the market was closed were never lost.
   */
  settle(
    { filled, gone }: { readonly filled: readonly number[]; readonly gone: readonly number[] },
    calendar: TradingCalendar,
  ): void {
    const { liveFrom, instrument, quietMinutes } = this.#record;
    const isShut = (time: number) => calendar.isOpen(time) === false;
    for (const from of gone) {
      this.ledger.markAbsent({ from, to: from + MINUTE }, { isClosed: isShut(from) });
    }
    const healed = filled.filter((time) => time >= liveFrom);
    const isLost = (time: number) => time >= liveFrom && !quietMinutes.has(time) && !isShut(time);
    const absent = gone.filter(isLost);
    for (const time of [...filled, ...gone]) quietMinutes.delete(time);
    const times = [...healed, ...absent].sort((a, b) => a - b);
    if (times.length === 0) return;
    const interval: Interval = { from: times[0]!, to: times.at(-1)! + MINUTE };
    const heal = { ...interval, filled: healed.length, absent: absent.length };
    this.ledger.recordHeal(heal);
    const { emit, clock } = this.#context;
    emit({ kind: "heal", instrument, ...heal, receivedAt: clock.now() });
  }
}

/** A row of history as a closed minute. */
export function minuteOf(row: VenueBar, source: Source, { localSymbol }: ListedFuture): Bar {
  const { time, open, high, low, close, volume, trades, vwap } = row;
  return {
    openTime: time,
    open,
    high,
    low,
    close,
    volume,
    ...(trades === undefined ? {} : { trades }),
    ...(vwap === undefined ? {} : { vwap }),
    closed: true,
    revision: 0,
    source,
    contract: localSymbol,
  };
}
