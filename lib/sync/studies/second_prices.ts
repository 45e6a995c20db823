import { SessionClock } from "../../calendar/market_sessions.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { StudyScope } from "./study.ts";

/** Prices of one side second by second, where its trades are received. */
export interface SecondPrices {
  /** End of each second in which it traded, epoch ms UTC, ascending. */
  readonly time: Float64Array;
  /** Log price that then stands. */
  readonly price: Float64Array;
}

/** Of both sides. */
export interface BothSeconds {
  readonly a: SecondPrices;
  readonly b: SecondPrices;
}

/** Time in which both sides traded. */
export interface SecondStretch extends BothSeconds {
  readonly from: number;
  readonly to: number;
  /** Of the side that traded in fewer seconds. */
  readonly n: number;
}

/** A longer time without a trade of a side ends the stretch: no change is taken over a break. */
const LONGEST_SILENCE_MS = 5 * MINUTE;

/** The newest time in which both sides traded without a break, cut to the hours asked for. */
export function newestStretch({ hours }: StudyScope, { a, b }: BothSeconds): SecondStretch {
  const us = new SessionClock("us");
  const sides = [a, b].map((side) =>
    hours === "us" ? keep(side, (time) => us.isOpen(time - SECOND)) : side
  );
  const from = Math.max(...sides.map(({ time }) => lastBegin(time)));
  const to = Math.min(...sides.map(({ time }) => time.at(-1) ?? -Infinity));
  return stretchWithin(sides[0]!, sides[1]!, from, to);
}

/** Both sides' seconds that end from `from` to `to`, both included. */
export function stretchWithin(
  a: SecondPrices,
  b: SecondPrices,
  from: number,
  to: number,
): SecondStretch {
  const [first, second] = [a, b].map((side) => keep(side, (time) => time >= from && time <= to));
  const n = Math.min(first!.time.length, second!.time.length);
  return { a: first!, b: second!, from, to, n };
}

/**
 * Log returns of one side on bars of `stepMs` that open from `from` on; NaN for a bar without a trade, and for the one
 * after it: a price that stands is no return of 0.
 */
export function returnsOfSeconds(
  { time, price }: SecondPrices,
  from: number,
  bars: number,
  stepMs: number,
): Float64Array {
  const close = new Float64Array(bars).fill(NaN);
  time.forEach((end, row) => {
    // A second that ends with a bar belongs to it.
    const bar = Math.ceil((end - from) / stepMs) - 1;
    if (bar >= 0 && bar < bars) close[bar] = price[row]!;
  });
  return close.map((value, bar) => value - (close[bar - 1] ?? NaN));
}

function keep({ time, price }: SecondPrices, isKept: (time: number) => boolean): SecondPrices {
  const rows = Array.from(time.keys()).filter((row) => isKept(time[row]!));
  return {
    time: Float64Array.from(rows, (row) => time[row]!),
    price: Float64Array.from(rows, (row) => price[row]!),
  };
}

/** First time after the last long silence; infinite without a price. */
export function lastBegin(time: Float64Array): number {
  for (let row = time.length - 1; row > 0; row--) {
    if (time[row]! - time[row - 1]! > LONGEST_SILENCE_MS) return time[row]!;
  }
  return time[0] ?? Infinity;
}
