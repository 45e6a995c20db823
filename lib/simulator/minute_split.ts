import { MINUTE, SECOND } from "../model/time.ts";
import type { SimulatedBar } from "./truth.ts";

/** A trade made up so that a bar can be drawn from trades. */
export interface Print {
  /** Ms since the minute's start. */
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

type Prices = Pick<SimulatedBar, "open" | "high" | "low" | "close">;

const SLOT_MS = 5 * SECOND;
const SLOTS = MINUTE / SLOT_MS;
/** Made-up trades are in the middle of their five seconds. */
const IN_SLOT_MS = SLOT_MS / 2;
const MAX_DECIMALS = 8;
const MAX_TRIES = 256;

/**
 * The bar's own prices in the order they are passed through: from the open to the nearer of high and low,
 * then to the other, then to the close. Repeats left out: one to four prices.
 *
 * @example
 * ```ts
 * import { pricePath } from "./minute_split.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(pricePath({ open: 5, high: 9, low: 4, close: 6 }), [5, 4, 9, 6]);
 * assert.deepEqual(pricePath({ open: 5, high: 5, low: 5, close: 5 }), [5]);
 * ```
 */
export function pricePath({ open, high, low, close }: Prices): number[] {
  const extremes = high - open < open - low ? [high, low] : [low, high];
  return [open, ...extremes, close].filter((price, i, path) => i === 0 || price !== path[i - 1]);
}

/**
 * Trades that add up to a minute bar: no price but the bar's own open, high, low and close, in path order,
 * and sizes whose sum in order, in floating point, is exactly the bar's volume.
 *
 * A whole volume of 12 or more can be spread over all twelve five-second slots (`isSpread`); else there is
 * one trade for each price of the path. Where the volume is too small for that many trades, all of them
 * are in the first five seconds and the first has all the volume.
 */
export function splitMinute(
  bar: SimulatedBar,
  { isSpread, sizeStep }: { isSpread: boolean; sizeStep: number },
): Print[] {
  const path = pricePath(bar);
  if (isSpread && isSpreadable(bar.volume)) {
    const sizes = evenParts(bar.volume, SLOTS);
    return sizes.map((size, slot) => ({
      time: slot * SLOT_MS + IN_SLOT_MS,
      price: path[Math.floor(slot * path.length / SLOTS)]!,
      size,
    }));
  }
  const sizes = splitVolume(bar.volume, path.length, sizeStep);
  const isThin = sizes.includes(0);
  return path.map((price, i) => ({
    time: isThin ? i : Math.floor(i * SLOTS / path.length) * SLOT_MS + IN_SLOT_MS,
    price,
    size: sizes[i]!,
  }));
}

/**
 * Trades in a bar whose count is unknown: 12 when its volume can be split over the twelve five-second slots,
 * else one for each price; none without volume.
 */
export function likelyTrades(bar: Prices & { readonly volume: number }): number {
  if (bar.volume === 0) return 0;
  return isSpreadable(bar.volume) ? SLOTS : pricePath(bar).length;
}

function isSpreadable(volume: number): boolean {
  return Number.isSafeInteger(volume) && volume >= SLOTS;
}

/**
 * The volume in `count` parts, as even as whole steps allow, that sum up in order to exactly the same
 * double. Where whole steps do not lead there, the parts are halves of halves, which always do.
 *
 * @param sizeStep a power of ten, at most 1; a volume of fewer steps than `count` is all in the first.
 */
export function splitVolume(volume: number, count: number, sizeStep: number): number[] {
  const units = Math.round(1 / sizeStep);
  const whole = Math.round(volume * units);
  if (whole / units === volume) {
    if (whole < count) return Array.from({ length: count }, (_, i) => i === 0 ? volume : 0);
    const even = evenParts(whole, count);
    for (let shift = 0; shift < Math.min(MAX_TRIES, even.at(-1)!); shift++) {
      const parts = even.map((part, i) =>
        (part + (i === 0 ? shift : 0) - (i === count - 1 ? shift : 0)) / units
      );
      if (parts.reduce((sum, part) => sum + part, 0) === volume) return parts;
    }
  }
  return Array.from({ length: count }, (_, i) => volume / 2 ** Math.min(count - i, count - 1));
}

/** Decimals that the number needs, at most 8: 3 for 0.125. */
export function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < MAX_DECIMALS; decimals++) {
    if (Number(value.toFixed(decimals)) === value) return decimals;
  }
  return MAX_DECIMALS;
}

/** Whole parts of a whole number that differ by at most 1, the larger ones first. */
function evenParts(whole: number, count: number): number[] {
  const part = Math.floor(whole / count), rest = whole % count;
  return Array.from({ length: count }, (_, i) => part + (i < rest ? 1 : 0));
}

/** The prints as twelve bars of five seconds that add up to the bar: flat where nothing traded. */
export function fiveSecondsOf(bar: SimulatedBar, prints: readonly Print[]): SimulatedBar[] {
  const slotOf = ({ time }: Print) => Math.floor(time / SLOT_MS);
  const trades = evenParts(bar.trades, new Set(prints.map(slotOf)).size);
  let last = bar.open;
  return Array.from({ length: SLOTS }, (_, slot) => {
    const inside = prints.filter((print) => slotOf(print) === slot);
    const prices = inside.length > 0 ? inside.map(({ price }) => price) : [last];
    const high = Math.max(...prices), low = Math.min(...prices);
    last = prices.at(-1)!;
    return {
      openTime: bar.openTime + slot * SLOT_MS,
      open: prices[0]!,
      high,
      low,
      close: last,
      volume: inside.reduce((sum, { size }) => sum + size, 0),
      trades: inside.length > 0 ? trades.shift()! : 0,
      vwap: Math.min(high, Math.max(low, bar.vwap)),
    };
  });
}
