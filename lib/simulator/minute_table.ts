import type { WholeBar } from "./print_bars.ts";
import { MINUTES_A_DAY } from "./price_path.ts";

/** One day of minutes of one symbol in whole ticks and steps: 90 kB. */
export class MinuteTable {
  readonly #open = new Float64Array(MINUTES_A_DAY);
  readonly #high = new Float64Array(MINUTES_A_DAY);
  readonly #low = new Float64Array(MINUTES_A_DAY);
  readonly #close = new Float64Array(MINUTES_A_DAY);
  readonly #steps = new Float64Array(MINUTES_A_DAY);
  readonly #money = new Float64Array(MINUTES_A_DAY);
  readonly #trades = new Int32Array(MINUTES_A_DAY);

  set(minuteOfDay: number, bar: WholeBar): void {
    this.#open[minuteOfDay] = bar.open;
    this.#high[minuteOfDay] = bar.high;
    this.#low[minuteOfDay] = bar.low;
    this.#close[minuteOfDay] = bar.close;
    this.#steps[minuteOfDay] = bar.steps;
    this.#money[minuteOfDay] = bar.money;
    this.#trades[minuteOfDay] = bar.trades;
  }

  /** Undefined for a minute in which nothing traded. */
  get(minuteOfDay: number): WholeBar | undefined {
    const trades = this.#trades[minuteOfDay]!;
    if (trades === 0) return undefined;
    return {
      open: this.#open[minuteOfDay]!,
      high: this.#high[minuteOfDay]!,
      low: this.#low[minuteOfDay]!,
      close: this.#close[minuteOfDay]!,
      steps: this.#steps[minuteOfDay]!,
      money: this.#money[minuteOfDay]!,
      trades,
    };
  }

  /** Trades in the day's minutes before this one. */
  tradesBefore(minuteOfDay: number): number {
    let sum = 0;
    for (let i = 0; i < minuteOfDay; i++) sum += this.#trades[i]!;
    return sum;
  }
}
