import { type PriceLevel, priceLevels } from "./price_levels.ts";
import { priceTick } from "./price_tick.ts";
import { medianOf, quantileOf, shareOf, spreadAround } from "./robust.ts";

/** What their closes are of ours. */
export type PriceRelation =
  | { readonly kind: "none" }
  /** Apart by their spread alone; 0 where they are equal. */
  | { readonly kind: "same"; readonly offset: number; readonly spread: number }
  /** One side is the other rounded, or cut, to a coarser step. */
  | { readonly kind: "rounded"; readonly side: "ours" | "theirs"; readonly tick: number }
  /** Constant differences, one after the other: of contract months, or adjusted for rolls. */
  | { readonly kind: "offset"; readonly levels: readonly PriceLevel[] }
  /** One constant factor, theirs over ours. */
  | { readonly kind: "scale"; readonly factor: number; readonly spread: number }
  /** A factor that wanders: another quote currency, or a premium. `from` and `to`: where 98 % of it lies. */
  | {
    readonly kind: "drift";
    readonly factor: number;
    readonly from: number;
    readonly to: number;
  };

/** Closes of the same times, in time order. */
export interface ClosePairs {
  readonly time: Float64Array;
  readonly ours: Float64Array;
  readonly theirs: Float64Array;
}

/** A constant is one if it is so many times its spread. */
const CLEAR = 4;
/** Prices so far apart, as a share, are of no other contract month: they are of another unit. */
const FAR = 0.2;
/** A factor that wanders over less, as a share, is as good as constant. */
const WANDERS = 5e-4;
/** Share of the minutes that rounding must explain. */
const ROUNDED_SHARE = 0.99;
/** Prices are equal up to this share of them: they have been through decimal text. */
export const ROUNDING = 1e-9;

/**
 * What one side's prices are of the other's. Equal prices are found before constants, constants before factors.
 *
 * @param hasContracts whether the instrument has contract months, which differ by a constant until the next roll.
 */
export function priceRelation(pairs: ClosePairs, hasContracts: boolean): PriceRelation {
  const { time, ours, theirs } = pairs;
  if (ours.length === 0) return { kind: "none" };
  const difference = ours.map((price, i) => theirs[i]! - price);
  const price = Math.abs(medianOf(ours)), least = price * ROUNDING;
  const offset = medianOf(difference), spread = spreadAround(difference, offset);
  const areEqual = Math.abs(offset) <= least && spread <= least;
  const tick = Math.max(least, (priceTick(ours) || 0) / 2);
  const levels = areEqual && !hasContracts ? [] : priceLevels(time, difference, tick);
  const isOffset = levels.some((level) => isClear(level, tick)) &&
    (hasContracts || levels.length === 1);
  if (areEqual && !isOffset) return { kind: "same", offset: 0, spread: 0 };
  const rounded = roundingOf(pairs);
  if (rounded !== undefined) return rounded;
  const ratio = ours.map((one, i) => theirs[i]! / one);
  const factor = medianOf(ratio), ratioSpread = spreadAround(ratio, factor);
  const isFar = !(Math.abs(factor - 1) <= FAR);
  // A factor near 1 looks like an offset: whichever leaves less over is right.
  const isFactor = ratioSpread * price < spread / 2 && Math.abs(factor - 1) > CLEAR * ratioSpread;
  if (isFar || (isFactor && levels.length < 2)) return factorOf(ratio, factor, ratioSpread);
  if (isOffset) return { kind: "offset", levels };
  if (wanders(ratio, factor)) return factorOf(ratio, factor, ratioSpread);
  return { kind: "same", offset, spread };
}

function isClear({ offset, spread }: PriceLevel, tick: number): boolean {
  return Math.abs(offset) > Math.max(tick, CLEAR * spread);
}

/** Whether a factor moves through the days by more than it does within them. */
function wanders(ratio: Float64Array, factor: number): boolean {
  const part = Math.floor(ratio.length / 20);
  if (part < 10) return false;
  const middles = Float64Array.from(
    { length: 20 },
    (_, i) => medianOf(ratio.subarray(i * part, (i + 1) * part)),
  );
  const spreads = Float64Array.from(
    { length: 20 },
    (_, i) => spreadAround(ratio.subarray(i * part, (i + 1) * part), middles[i]!),
  );
  const range = quantileOf(middles, 1) - quantileOf(middles, 0);
  return range > Math.max(WANDERS * Math.abs(factor), 2 * CLEAR * medianOf(spreads));
}

function factorOf(ratio: Float64Array, factor: number, spread: number): PriceRelation {
  if (spread <= WANDERS / CLEAR * Math.abs(factor) && !wanders(ratio, factor)) {
    return { kind: "scale", factor, spread };
  }
  const from = quantileOf(ratio, 0.01), to = quantileOf(ratio, 0.99);
  return { kind: "drift", factor, from, to };
}

/** Rounding to the nearest step, or down to it. */
function roundingOf({ ours, theirs }: ClosePairs): PriceRelation | undefined {
  const ticks = { ours: priceTick(ours), theirs: priceTick(theirs) };
  const side = ticks.theirs > 1.5 * ticks.ours
    ? "theirs"
    : ticks.ours > 1.5 * ticks.theirs
    ? "ours"
    : undefined;
  if (side === undefined) return undefined;
  const tick = ticks[side], fine = side === "theirs" ? ours : theirs;
  const coarse = side === "theirs" ? theirs : ours;
  const left = fine.map((price, i) => coarse[i]! - price);
  const edge = tick * 1e-6;
  const isNearest = shareOf(left, near(0, tick / 2 + edge)) >= ROUNDED_SHARE;
  const isDown = shareOf(left, (one) => one <= edge && one > -tick - edge) >= ROUNDED_SHARE;
  return isNearest || isDown ? { kind: "rounded", side, tick } : undefined;
}

function near(middle: number, within: number): (value: number) => boolean {
  return (value) => Math.abs(value - middle) <= within;
}
