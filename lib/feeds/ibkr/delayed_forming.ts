import type { Bar } from "../../model/bar.ts";
import type { Source } from "../../model/instrument.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";

/** Market-data fields of TWS: last price, its size and its time, live and delayed. */
const PRICE_FIELDS = [4, 68];
const SIZE_FIELDS = [5, 71];
const TIME_FIELDS = [45, 88];

/**
 * The minute being made, from single market-data fields: the only live view of delayed data, for which
 * there are no five-second bars. Approximate, since fields are sampled; closed minutes come from history.
 */
export class DelayedForming {
  #minute: number | undefined;
  #price = NaN;
  #open = NaN;
  #high = NaN;
  #low = NaN;
  #volume = 0;

  /**
   * Takes one field.
   *
   * @param latest a time that no value can have yet, epoch ms.
   * @returns the minute so far, when the field changed it.
   */
  take(
    field: number,
    value: number,
    label: { source: Source; contract: string },
    latest: number,
  ): Bar | undefined {
    if (!Number.isFinite(value) || value < 0) return undefined;
    if (TIME_FIELDS.includes(field)) {
      return value * SECOND <= latest ? this.#timed(value * SECOND, label) : undefined;
    }
    if (SIZE_FIELDS.includes(field)) {
      this.#volume += value;
      return undefined;
    }
    if (!PRICE_FIELDS.includes(field) || value === 0) return undefined;
    this.#price = value;
    this.#high = Math.max(this.#high, value);
    this.#low = Math.min(this.#low, value);
    return this.#bar(label);
  }

  #timed(time: number, label: { source: Source; contract: string }): Bar | undefined {
    const minute = floorTo(time, MINUTE);
    if (this.#minute !== undefined && minute <= this.#minute) return undefined;
    this.#minute = minute;
    this.#open = this.#high = this.#low = this.#price;
    this.#volume = 0;
    return this.#bar(label);
  }

  #bar({ source, contract }: { source: Source; contract: string }): Bar | undefined {
    if (this.#minute === undefined || Number.isNaN(this.#open)) return undefined;
    return {
      openTime: this.#minute,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#price,
      volume: this.#volume,
      closed: false,
      revision: 0,
      source,
      contract,
    };
  }
}
