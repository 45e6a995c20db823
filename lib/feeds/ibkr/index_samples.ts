import { floorTo, MINUTE, SECOND } from "../../model/time.ts";

/** Market-data fields of TWS: the last value and its time, live and delayed. */
const VALUE_FIELDS = [4, 68];
const TIME_FIELDS = [45, 88];

/** A minute with the last value that was seen in it. */
export interface SampledMinute {
  readonly openTime: number;
  readonly value: number;
}

/**
 * An index from single market-data fields. It is sampled, not aggregated: a minute is the last value whose own time
 * lies in it, and one without a value is none. The time of a value follows it.
 */
export class IndexSamples {
  #value: number | undefined;
  #minute: SampledMinute | undefined;
  #closedTo = -Infinity;

  /** The minute so far; undefined before the first value. */
  get forming(): SampledMinute | undefined {
    return this.#minute;
  }

  /**
   * Takes one field.
   *
   * @param latest a time that no value can have yet.
   * @returns the minute that is over by this field; undefined while none is.
   */
  take(field: number, value: number, latest: number): SampledMinute | undefined {
    if (VALUE_FIELDS.includes(field) && value > 0 && Number.isFinite(value)) this.#value = value;
    if (!TIME_FIELDS.includes(field) || this.#value === undefined) return undefined;
    const openTime = floorTo(value * SECOND, MINUTE);
    if (!Number.isSafeInteger(openTime) || openTime > latest) return undefined;
    const before = this.#minute;
    // What is stamped before a minute that was closed comes too late for its own.
    if (openTime < this.#closedTo || openTime < (before?.openTime ?? -Infinity)) return undefined;
    this.#minute = { openTime, value: this.#value };
    return before === undefined || before.openTime === openTime ? undefined : this.#closed(before);
  }

  /** The minute that no value can join any more; undefined while it may. @param passed values up to then have come. */
  close(passed: number): SampledMinute | undefined {
    const minute = this.#minute;
    if (minute === undefined || minute.openTime + MINUTE > passed) return undefined;
    this.#minute = undefined;
    return this.#closed(minute);
  }

  /** Forgets the minutes of another era of the venue's clock. */
  clear(): void {
    this.#value = this.#minute = undefined;
    this.#closedTo = -Infinity;
  }

  #closed(minute: SampledMinute): SampledMinute {
    this.#closedTo = minute.openTime + MINUTE;
    return minute;
  }
}
