import { type BarColumns, eachColumn } from "../../bars/bar_table.ts";
import { resample } from "../../bars/rebar.ts";
import { floorTo } from "../../model/time.ts";
import { NumberColumn } from "./number_column.ts";

/** Trades kept before their bars are made. */
const PIECE = 20_000;

/** Makes bars of trades that come in order of time, and keeps no more trades than those of the newest bars. */
export class TradeBars {
  readonly #stepMs: number;
  readonly #bars: BarColumns[] = [];
  #time: number[] = [];
  #price: number[] = [];
  #size: number[] = [];

  /** @throws {RangeError} for a step that is no whole number above 0. */
  constructor(stepMs: number) {
    this.#stepMs = stepMs;
    this.#make();
  }

  add(time: number, price: number, size: number): void {
    const held = this.#time;
    const isNewStep = held.length >= PIECE &&
      floorTo(held.at(-1)!, this.#stepMs) !== floorTo(time, this.#stepMs);
    if (isNewStep) this.#make();
    this.#time.push(time);
    this.#price.push(price);
    this.#size.push(size);
  }

  finish(): BarColumns {
    this.#make();
    return eachColumn((name) => {
      const whole = new NumberColumn();
      for (const bars of this.#bars) for (const value of bars[name]) whole.push(value);
      return whole.values();
    });
  }

  /** The trades so far end with a whole step. */
  #make(): void {
    const trades = { time: this.#time, price: this.#price, size: this.#size };
    this.#bars.push(resample(trades, { stepMs: this.#stepMs }));
    this.#time = [];
    this.#price = [];
    this.#size = [];
  }
}
