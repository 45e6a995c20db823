import { checkTimeOrder, liveNumber } from "../numbers.ts";
import { BlockContrasts } from "./block_contrasts.ts";
import { givenOptions } from "../given_options.ts";
import {
  checkLags,
  type LagSettings,
  type LeadLag,
  type LeadLagOptions,
  readContrasts,
} from "./lead_lag.ts";
import type { LeadLagBandOptions } from "./lead_lag_band.ts";
import { checkTickWindow, type RollingTicksOptions } from "./rolling_hayashi_yoshida.ts";
import { TickWindow } from "./tick_window.ts";

/** Options of {@link RollingLeadLag}. */
export interface RollingLeadLagOptions
  extends RollingTicksOptions, Pick<LeadLagOptions, "lagsMs" | "clockUncertaintyMs"> {}

/**
 * Which side leads in the ticks of the last `windowMs`: at every moment what `leadLag` says of the ticks in
 * the window. A push is O(1). Reading `value` takes up what came since and costs about
 * `lags × (ticks in the window / 64 + 128)` steps, some fifteen times less than the batch form with 20,000
 * ticks in the window: read it when it is shown. Memory is that of the ticks in the window and a number for each lag and 64 of them.
 *
 * Ticks of both sides come in one order of time; several at the same moment count as the last, on either
 * side. A tick without a finite price only moves the time on. Of equal peaks the one nearest to 0 is taken,
 * where "equal" is up to rounding.
 *
 * @example
 * ```ts
 * import { RollingLeadLag } from "./rolling_lead_lag.ts";
 * import assert from "node:assert/strict";
 * const rolling = new RollingLeadLag({ windowMs: 20_000, lagsMs: [-200, -100, 0, 100, 200] });
 * for (let time = 0; time < 60_000; time += 100) {
 *   rolling.pushFirst(time, Math.sin(time * time));
 *   rolling.pushSecond(time, Math.sin((time - 200) ** 2)); // the same, 200 ms later
 * }
 * assert.equal(rolling.value.lagMs, 200);
 * assert.equal(rolling.value.verdict, "untested");
 * assert.equal(rolling.tested({ replications: 99 }).verdict, "first leads");
 * ```
 */
export class RollingLeadLag {
  readonly windowMs: number;
  readonly #settings: LagSettings;
  readonly #first = new TickWindow();
  readonly #second = new TickWindow();
  readonly #contrasts: BlockContrasts;
  #now = -Infinity;

  /** @throws {RangeError} when an option is out of range. */
  constructor(options: RollingLeadLagOptions) {
    this.windowMs = checkTickWindow(options);
    this.#settings = checkLags(givenOptions(options));
    this.#contrasts = new BlockContrasts(this.#settings.lagsMs);
  }

  /**
   * A tick of the first side.
   *
   * @param time epoch ms, never before the last tick of either side.
   * @param price log price; mid or micro prices, since bounce blurs the contrast.
   * @throws {RangeError} when the time goes back.
   */
  pushFirst(time: number, price: number): void {
    liveNumber(price, "price");
    this.#advance(time);
    if (Number.isFinite(price)) this.#first.push(time, price);
  }

  /** A tick of the second side, as {@link pushFirst}. */
  pushSecond(time: number, price: number): void {
    liveNumber(price, "price");
    this.#advance(time);
    if (Number.isFinite(price)) this.#second.push(time, price);
  }

  /** Ticks of the first side in the window, those of one moment counted once. */
  get n1(): number {
    return this.#first.length;
  }

  /** Ticks of the second side in the window. */
  get n2(): number {
    return this.#second.length;
  }

  /** Over the ticks in the window, without a test against luck. */
  get value(): LeadLag {
    return this.#read();
  }

  /**
   * The same with a test against luck over the ticks in the window, see `leadLag`; costs `replications`
   * times the batch contrast.
   *
   * @throws {RangeError} when an option is out of range.
   */
  tested(band: LeadLagBandOptions = {}): LeadLag {
    return this.#read(band);
  }

  #advance(time: number): void {
    if (time === this.#now && time !== -Infinity) return;
    checkTimeOrder(time, this.#now);
    this.#now = time;
    this.#first.dropUntil(time - this.windowMs);
    this.#second.dropUntil(time - this.windowMs);
  }

  #read(band?: LeadLagBandOptions): LeadLag {
    const first = this.#first.view(), second = this.#second.view();
    const contrast = this.#contrasts.read(
      { ...first, first: this.#first.first },
      second,
      this.#now,
    );
    const settings = { ...this.#settings, lagsMs: this.#settings.lagsMs.slice() };
    return readContrasts(first, second, contrast, settings, band);
  }
}
