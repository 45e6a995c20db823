import type { ComparedColumns } from "../../../lib/store/compare/bar_series.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";

const MINUTE = 60_000;

/** Bars of a market that never was. */
export interface MadeBars extends ComparedColumns {
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export interface MadeOptions {
  readonly from?: number;
  readonly minutes?: number;
  readonly tick?: number;
  readonly start?: number;
  readonly seed?: number;
  /** Which minutes trade. @default all */
  readonly isOpen?: (time: number) => boolean;
}

/** A random walk on ticks with fat tails, its volume in whole units. */
export function madeBars(options: MadeOptions = {}): MadeBars {
  const {
    from = Date.UTC(2026, 0, 5),
    minutes = 5 * 1_440,
    tick = 0.25,
    start = 6_000,
    seed = 7,
    isOpen = () => true,
  } = options;
  const random = seededRandom(seed);
  const move = () => tick * Math.round(3 * (random() - 0.5) / (0.15 + random()));
  const rows: number[][] = [];
  let price = start;
  for (let minute = 0; minute < minutes; minute++) {
    const time = from + minute * MINUTE;
    if (!isOpen(time)) continue;
    const open = price, close = price += move();
    const high = Math.max(open, close) + Math.abs(move()),
      low = Math.min(open, close) - Math.abs(move());
    rows.push([time, open, high, low, close, 1 + Math.floor(900 * random() ** 3)]);
  }
  const column = (at: number) => Float64Array.from(rows, (row) => row[at]!);
  return {
    openTime: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

/** The same bars with other times. */
export function atTimes(bars: MadeBars, move: (time: number) => number): MadeBars {
  return { ...bars, openTime: bars.openTime.map(move) };
}

/** The same bars with other prices. */
export function atPrices(bars: MadeBars, move: (price: number, time: number) => number): MadeBars {
  const column = (prices: Float64Array) => prices.map((price, i) => move(price, bars.openTime[i]!));
  return {
    openTime: bars.openTime,
    open: column(bars.open),
    high: column(bars.high),
    low: column(bars.low),
    close: column(bars.close),
    volume: bars.volume,
  };
}

/** Only the bars whose times satisfy a rule. */
export function only(bars: MadeBars, rule: (time: number) => boolean): MadeBars {
  const keep = (column: Float64Array) => column.filter((_, i) => rule(bars.openTime[i]!));
  return {
    openTime: keep(bars.openTime),
    open: keep(bars.open),
    high: keep(bars.high),
    low: keep(bars.low),
    close: keep(bars.close),
    volume: keep(bars.volume),
  };
}
