import { MinuteBuilder } from "../../bars/minute_builder.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import type { FrontContract } from "./contracts.ts";
import type { VenueBar } from "./gateway.ts";
import { latestPossible, type SessionTools } from "./session_tools.ts";
import type { StreamRecord } from "./stream_record.ts";

const STEP_MS = 5 * SECOND;
const PARTS = MINUTE / STEP_MS;

/** Adds the five-second bars of one contract up to closed minutes. */
export class BarIntake {
  readonly #tools: SessionTools;
  readonly #record: StreamRecord;
  readonly #front: FrontContract;
  readonly #builder: MinuteBuilder;
  #minute = -Infinity;
  readonly #parts = new Set<number>();

  constructor(options: {
    readonly tools: SessionTools;
    readonly record: StreamRecord;
    readonly front: FrontContract;
  }) {
    const { record, front } = options;
    this.#tools = options.tools;
    this.#record = record;
    this.#front = front;
    const contract = front.future.localSymbol;
    this.#builder = new MinuteBuilder({ source: record.source, contract });
  }

  /** @returns false when the bar cannot be what it says; history brings its minute then. */
  take({ time, trades, vwap, ...values }: VenueBar): boolean {
    const { venueClock, context } = this.#tools;
    const latest = venueClock.estimate() + venueClock.uncertaintyMs();
    if (!Number.isSafeInteger(time) || time + STEP_MS > latestPossible(this.#tools)) {
      return this.#drop(`time ${time} is not near the venue's`);
    }
    // The old contract's last bars may come after the roll; their minute belongs to the next contract.
    if (time >= this.#front.rollAt) return true;
    const built = this.#builder.push({
      openTime: time,
      ...values,
      ...(trades === undefined ? {} : { trades }),
      ...(vwap === undefined ? {} : { vwap }),
    });
    if (built.rejected !== undefined) return this.#drop(built.rejected);
    if (time + STEP_MS <= latest) venueClock.passed(time + STEP_MS);
    this.#count(time);
    if (built.closed !== undefined) this.#record.writer.write(built.closed, "stream");
    else if (this.#parts.size === PARTS && built.forming === undefined) {
      this.#record.writer.markQuiet(this.#minute);
    }
    if (built.forming !== undefined) {
      const { instrument } = this.#record;
      const receivedAt = context.clock.now();
      context.emit({ kind: "forming", instrument, bar: built.forming, receivedAt });
    }
    return true;
  }

  #count(time: number): void {
    const minute = floorTo(time, MINUTE);
    if (minute !== this.#minute) this.#parts.clear();
    this.#minute = minute;
    this.#parts.add(time);
  }

  #drop(why: string): false {
    this.#record.trouble = `a five-second bar was damaged: ${why}`;
    this.#tools.context.log.warn(`A five-second bar of ${this.#record.instrument} was dropped`, {
      why,
    });
    return false;
  }
}
