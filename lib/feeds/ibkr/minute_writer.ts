import type { MinuteLedger, Offer } from "../../bars/minute_ledger.ts";
import type { Bar } from "../../model/bar.ts";
import type { Origin } from "../../model/feed_event.ts";
import type { Source } from "../../model/instrument.ts";
import type { FeedContext } from "../feed.ts";
import type { ListedFuture, VenueBar } from "./gateway.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Enters closed minutes of one instrument in its ledger and tells what changed there. */
export class MinuteWriter {
  readonly ledger: MinuteLedger;
  readonly #context: FeedContext;
  readonly #record: StreamRecord;

  constructor(context: FeedContext, record: StreamRecord) {
    const ledger = context.ledgers.get(record.instrument);
    if (ledger === undefined) {
      throw new RangeError(`ledgers must hold one for ${record.instrument}`);
    }
    this.ledger = ledger;
    this.#context = context;
    this.#record = record;
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
