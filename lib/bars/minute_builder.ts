import { type Bar, faultOf } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import { floorTo, formatUtc, MINUTE, SECOND } from "../model/time.ts";

/** A five-second bar `[openTime, openTime + 5_000)` as the venue streams it. */
export interface SubBar {
  /** Start of the five seconds, epoch ms UTC. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades?: number;
  readonly vwap?: number;
}

/** Result of one five-second bar. All fields are empty for a repeat that changed nothing. */
export interface Built {
  /** The minute, when this was the last of its twelve. */
  readonly closed?: Bar;
  /** The minute so far, while some of its twelve are still to come. */
  readonly forming?: Bar;
  /** Why the five-second bar was rejected. */
  readonly rejected?: string;
}

const STEP = 5 * SECOND;
const PARTS = MINUTE / STEP;

/**
 * Aggregates five-second bars into minutes. A minute closes only when all twelve are there, whatever their
 * order within it; one that stays incomplete is given up as soon as a later minute begins, so that the
 * venue's history fills it. Memory is twelve bars.
 *
 * Flat five-second bars without volume are the venue's filler for "no trade": they count as present but
 * set no price, so that the minute equals the one made of its trades. A minute that is all filler
 * is not closed either: only the venue's history shows whether it keeps a bar for it.
 *
 * @example
 * ```ts
 * import { MinuteBuilder } from "./minute_builder.ts";
 * import assert from "node:assert/strict";
 * const builder = new MinuteBuilder({ source: "simulated", contract: "ESZ6" });
 * const flat = { open: 10, high: 10, low: 10, close: 10, volume: 2 };
 * for (let i = 0; i < 11; i++) builder.push({ openTime: i * 5_000, ...flat });
 * assert.equal(builder.push({ openTime: 55_000, ...flat }).closed?.volume, 24);
 * ```
 */
export class MinuteBuilder {
  readonly #source: Source;
  readonly #contract: string | undefined;
  #minute = -Infinity;
  #parts: (SubBar | undefined)[] = [];
  #isClosed = false;

  /**
   * @param options.source label of the bars made.
   * @param options.contract contract month of the bars made; a builder serves one contract.
   */
  constructor(options: { source: Source; contract?: string }) {
    this.#source = options.source;
    this.#contract = options.contract;
  }

  /**
   * Takes one five-second bar. The same bar again is ignored; other values for the same five seconds
   * replace the earlier ones while the minute is open, and are rejected once it has closed.
   */
  push(bar: SubBar): Built {
    const fault = faultOf({ ...bar, closed: true, revision: 0, source: this.#source }, STEP);
    if (fault !== undefined) return { rejected: fault };
    const minute = floorTo(bar.openTime, MINUTE);
    if (minute < this.#minute) {
      return { rejected: `late: minute ${formatUtc(this.#minute)} has begun` };
    }
    if (minute > this.#minute) {
      this.#minute = minute;
      this.#parts = new Array(PARTS).fill(undefined);
      this.#isClosed = false;
    }
    const part = (bar.openTime - minute) / STEP;
    const old = this.#parts[part];
    if (old !== undefined && isSame(old, bar)) return {};
    if (this.#isClosed) return { rejected: `minute ${formatUtc(minute)} is closed already` };
    this.#parts[part] = bar;
    return this.#build();
  }

  #build(): Built {
    const present = this.#parts.filter((part) => part !== undefined);
    const traded = present.filter((part) => !isFiller(part));
    if (traded.length === 0) return {};
    const closed = present.length === PARTS;
    this.#isClosed = closed;
    const bar: Bar = {
      openTime: this.#minute,
      ...total(traded),
      closed,
      revision: 0,
      source: this.#source,
      ...(this.#contract === undefined ? {} : { contract: this.#contract }),
    };
    return closed ? { closed: bar } : { forming: bar };
  }
}

function isFiller(bar: SubBar): boolean {
  return bar.volume === 0 && bar.low === bar.high;
}

function isSame(a: SubBar, b: SubBar): boolean {
  return a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close &&
    a.volume === b.volume && a.trades === b.trades && Object.is(a.vwap, b.vwap);
}

/** Prices, volume, trades and vwap of bars in time order; the last two only where every bar has them. */
function total(bars: readonly SubBar[]) {
  let high = -Infinity, low = Infinity, volume = 0, trades = 0, money = 0;
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    volume += bar.volume;
    trades += bar.trades ?? NaN;
    if (bar.volume > 0) money += (bar.vwap ?? NaN) * bar.volume;
  }
  const vwap = money / volume;
  return {
    open: bars[0]!.open,
    high,
    low,
    close: bars.at(-1)!.close,
    volume,
    ...(Number.isFinite(trades) ? { trades } : {}),
    ...(Number.isFinite(vwap) ? { vwap } : {}),
  };
}
