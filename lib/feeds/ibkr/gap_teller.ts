import type { MinuteLedger } from "../../bars/minute_ledger.ts";
import type { TradingCalendar } from "../../calendar/calendar.ts";
import { ceilTo, type Interval, MINUTE } from "../../model/time.ts";
import type { FeedContext } from "../feed.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Tells each stretch of minutes the stream has lost, once, before it is healed. */
export class GapTeller {
  readonly #context: FeedContext;
  readonly #record: StreamRecord;
  readonly #ledger: MinuteLedger;

  constructor(context: FeedContext, record: StreamRecord, ledger: MinuteLedger) {
    this.#context = context;
    this.#record = record;
    this.#ledger = ledger;
  }

  /** From the first whole minute after `time` on, minutes are expected from the stream. Only once. */
  begin(time: number): void {
    const record = this.#record;
    if (record.liveFrom < Infinity) return;
    record.liveFrom = record.gapsToldTo = ceilTo(time, MINUTE);
    this.#ledger.markLive(record.liveFrom);
  }

  /**
   * @param until minutes that open before it should have closed by now.
   * @param calendar minutes it knows to be closed are not expected.
   */
  tell(until: number, calendar: TradingCalendar): void {
    const record = this.#record;
    if (until <= record.gapsToldTo) return;
    let gap: { from: number; to: number } | undefined;
    for (const hole of this.#ledger.wanted(until)) {
      for (let time = Math.max(hole.from, record.gapsToldTo); time < hole.to; time += MINUTE) {
        if (record.quietMinutes.has(time) || calendar.isOpen(time) === false) continue;
        if (gap !== undefined && gap.to === time) gap.to += MINUTE;
        else {
          this.#emit(gap);
          gap = { from: time, to: time + MINUTE };
        }
      }
    }
    this.#emit(gap);
    record.gapsToldTo = until;
    if (record.state === "live") record.trouble = undefined;
  }

  #emit(gap: Interval | undefined): void {
    if (gap === undefined) return;
    const record = this.#record;
    record.gaps++;
    this.#context.emit({
      kind: "gap",
      instrument: record.instrument,
      ...gap,
      reason: record.trouble ?? "five-second bars are missing",
      receivedAt: this.#context.clock.now(),
    });
  }
}
