import type { TradingCalendar } from "../calendar/calendar.ts";
import { DAY, floorTo, type Interval } from "../model/time.ts";
import { checkWhole } from "../stats/check_whole.ts";
import { givenOptions } from "../stats/given_options.ts";
import { checkNumbers, liveNumber } from "../stats/numbers.ts";
import { SlidingSets } from "../stats/rolling/sliding_sets.ts";
import { VolumePrice } from "./volume_price.ts";

/** Bars or trades as columns of equal length, in time order; NaN where there is none. */
export interface VwapColumns {
  /** Epoch ms UTC. */
  readonly openTime: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  /** In the venue's unit. */
  readonly volume: ArrayLike<number>;
  /** Volume-weighted price of each bar, where the venue says or the trades were seen. */
  readonly vwap?: ArrayLike<number>;
}

/** A volume-weighted average price a row. */
export interface VwapSeries {
  /** `Σ(price · volume) / Σ volume`; NaN before the first volume and outside the session. */
  readonly value: Float64Array;
  /** Volume it rests on. */
  readonly volume: Float64Array;
  /** 1 where a bar without a price of its own was counted at `(high + low + close) / 3`. */
  readonly approximate: Uint8Array;
}

/**
 * Volume-weighted average price since the session began, tick by tick or bar by bar: `Σ(p·q) / Σ q`.
 * Prices are summed as distances from the session's first, so that a level costs no digits.
 *
 * S. A. Berkowitz, D. E. Logue & E. A. Noser, Journal of Finance 43 (1988).
 *
 * @example
 * ```ts
 * import { SessionVwap } from "./vwap.ts";
 * import { alwaysOpen } from "../calendar/calendar.ts";
 * import assert from "node:assert/strict";
 * const vwap = new SessionVwap(alwaysOpen); // crypto: anchored at midnight UTC
 * vwap.push(0, 100, 1);
 * vwap.push(1_000, 104, 3);
 * assert.equal(vwap.value, 103);
 * vwap.push(86_400_000, 90, 1);
 * assert.equal(vwap.value, 90);
 * ```
 */
export class SessionVwap {
  readonly #calendar: Pick<TradingCalendar, "sessionOf">;
  #from = NaN;
  #to = NaN;
  #anchor = NaN;
  #money = 0;
  #volume = 0;
  #isApproximate = false;

  /** @param calendar sessions; one without end is cut at midnight UTC. */
  constructor(calendar: Pick<TradingCalendar, "sessionOf">) {
    this.#calendar = calendar;
  }

  /** NaN before the first volume of the session. */
  get value(): number {
    return this.#volume > 0 ? this.#anchor + this.#money / this.#volume : NaN;
  }

  /** Volume since the session began. */
  get volume(): number {
    return this.#volume;
  }

  /** Whether a typical price stood in for one that is not known. */
  get isApproximate(): boolean {
    return this.#isApproximate;
  }

  /**
   * Adds a trade, or a bar at its own VWAP; in time order. Outside the session, and with a price or a
   * volume that is not known, nothing is added.
   *
   * @param isApproximate whether `price` only stands in for the volume's price.
   */
  push(time: number, price: number, volume: number, isApproximate = false): void {
    if (!Number.isFinite(time)) throw new RangeError(`time must be finite, got ${time}`);
    liveNumber(price, "price");
    liveNumber(volume, "volume");
    if (!(time >= this.#from && time < this.#to)) this.#begin(time);
    if (!Number.isFinite(price) || !(volume > 0 && volume < Infinity) || Number.isNaN(this.#from)) {
      return;
    }
    if (this.#volume === 0) this.#anchor = price;
    this.#money += (price - this.#anchor) * volume;
    this.#volume += volume;
    if (isApproximate) this.#isApproximate = true;
  }

  #begin(time: number): void {
    const session = vwapSession(this.#calendar, time);
    this.#from = session?.from ?? NaN;
    this.#to = session?.to ?? NaN;
    this.#money = this.#volume = 0;
    this.#isApproximate = false;
  }
}

/** The session over which a time's VWAP is taken: one without end is cut at midnight UTC; undefined outside of all. */
export function vwapSession(
  calendar: Pick<TradingCalendar, "sessionOf">,
  time: number,
): Interval | undefined {
  const session = calendar.sessionOf(time);
  if (session === undefined) return undefined;
  const day = floorTo(time, DAY);
  return {
    from: session.from === -Infinity ? day : session.from,
    to: session.to === Infinity ? day + DAY : session.to,
  };
}

/**
 * {@link SessionVwap} at each row of bars. A bar without a `vwap` counts at its typical price
 * `(high + low + close) / 3` and marks the rows that rest on it as approximate.
 *
 * @throws {RangeError} when columns differ in length.
 *
 * @example
 * ```ts
 * import { alwaysOpen } from "../calendar/calendar.ts";
 * import { sessionVwap } from "./vwap.ts";
 * import assert from "node:assert/strict";
 * const price = [100, 104];
 * const { value, approximate } = sessionVwap(
 *   { openTime: [0, 60_000], high: price, low: price, close: price, volume: [1, 3] },
 *   alwaysOpen,
 * );
 * assert.deepEqual([...value], [100, 103]);
 * assert.deepEqual([...approximate], [1, 1]); // no trades were seen: typical prices stood in
 * ```
 */
export function sessionVwap(bars: VwapColumns, calendar: TradingCalendar): VwapSeries {
  const series = emptySeries(bars);
  const running = new SessionVwap(calendar);
  for (let row = 0; row < bars.openTime.length; row++) {
    const { price, isApproximate } = priceOf(bars, row);
    running.push(bars.openTime[row]!, price, bars.volume[row]!, isApproximate);
    series.value[row] = running.value;
    series.volume[row] = running.volume;
    series.approximate[row] = running.isApproximate ? 1 : 0;
  }
  return series;
}

/**
 * VWAP of the last `window` rows of bars, those without a bar included. NaN until `window` rows have been
 * seen, and where they traded nothing. Amortised O(1) a row, whatever the window; nothing is subtracted.
 *
 * @throws {RangeError} when columns differ in length or `window` is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { rollingVwap } from "./vwap.ts";
 * import assert from "node:assert/strict";
 * const vwap = [100, 104, 90];
 * const bars = { openTime: [0, 1, 2], high: vwap, low: vwap, close: vwap, volume: [1, 3, 1], vwap };
 * assert.deepEqual([...rollingVwap(bars, { window: 2 }).value], [NaN, 103, 100.5]);
 * ```
 */
export function rollingVwap(
  bars: VwapColumns,
  options: { readonly window: number },
): VwapSeries {
  const { window } = givenOptions(options);
  checkWhole("window", window, 1);
  const series = emptySeries(bars);
  const rows = new SlidingSets(() => new VolumePrice());
  let newestApproximate = -Infinity;
  for (let row = 0; row < bars.openTime.length; row++) {
    const { price, isApproximate } = priceOf(bars, row), size = bars.volume[row]!;
    const isTraded = Number.isFinite(price) && size > 0 && size < Infinity;
    if (rows.length === window) rows.shift();
    rows.push(isTraded ? price : NaN, size);
    if (isTraded && isApproximate) newestApproximate = row;
    if (row < window - 1) continue;
    const { value, volume } = rows.current();
    series.value[row] = value;
    series.volume[row] = volume;
    series.approximate[row] = row - newestApproximate < window ? 1 : 0;
  }
  return series;
}

function priceOf(bars: VwapColumns, row: number): { price: number; isApproximate: boolean } {
  const known = bars.vwap?.[row] ?? NaN;
  if (Number.isFinite(known)) return { price: known, isApproximate: false };
  const high = bars.high[row] ?? NaN, low = bars.low[row] ?? NaN, close = bars.close[row] ?? NaN;
  const price = (high + low + close) / 3;
  return { price, isApproximate: true };
}

function emptySeries(bars: VwapColumns): VwapSeries {
  const length = bars.openTime.length;
  for (const [name, column] of Object.entries(bars)) {
    if (column.length !== length) {
      throw new RangeError(`${name} must have ${length} rows, got ${column.length}`);
    }
    checkNumbers(column, name);
  }
  return {
    value: new Float64Array(length).fill(NaN),
    volume: new Float64Array(length),
    approximate: new Uint8Array(length),
  };
}
