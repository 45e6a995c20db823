import { plausiblePrice } from "./plausible_price.ts";

/** Prices that are so many times what the market pays. */
export interface PriceScale {
  /** Prices are to be divided by it. */
  readonly scale: number;
  /** Part of a sentence: `the prices are 1,000,000,000 times those of ES`. */
  readonly why: string;
  /** False where it is only likely: by a few digits, or prices far below what the market pays. */
  readonly isSure: boolean;
}

/** Factors of fixed-point prices, the commonest first: Databento's, QuantConnect LEAN's, cents, satoshis. */
const FACTORS = [1e9, 1e4, 1e2, 1e8, 1e6, 1e3, 1e5, 1e7, 10, 1e-2, 1e-3, 1e-4, 1e-6, 1e-9];
/** Factors that some program is known to write. */
const COMMON: readonly number[] = [1e9, 1e8, 1e6, 1e4, 1e2];
/** A price so many times the usual or less is nearer to it than with the next factor, ten times away. */
const CLEAR = Math.sqrt(10);
/** Whole numbers from here on are prices of no market; Databento's are all multiples of so much. */
const HUGE = 1e10;
const HUGE_UNIT = 1e5;
/** LEAN's prices of shares and futures are multiples of a hundredth of a cent's hundred. */
const LEAN_LEAST = 1e5;
const LEAN_UNIT = 100;
/** Fewest prices that show a pattern of digits, and how many are looked at. */
const MIN_PRICES = 10;
const SAMPLE = 2_000;

/**
 * Fixed-point prices, by what the instrument may cost, else by their digits. Undefined where nothing suggests any.
 *
 * @param symbol in capitals; undefined where it is not known.
 * @param close NaN where unknown.
 */
export function priceScaleOf(
  symbol: string | undefined,
  close: ArrayLike<number>,
): PriceScale | undefined {
  const prices = sampleOf(close);
  if (prices.length === 0) return undefined;
  const middle = prices.toSorted()[prices.length >> 1]!;
  const range = symbol === undefined ? undefined : plausiblePrice(symbol);
  if (range !== undefined) {
    if (middle >= range.from && middle <= range.to) return undefined;
    const fits = FACTORS.filter((factor) => {
      const price = middle / factor;
      return price >= range.from && price <= range.to;
    });
    const { tick } = range;
    const scale = tick === undefined
      ? closest(fits, middle, range.usual)
      : fits.find((factor) => onTicks(prices, factor, tick)) ?? fits[0];
    if (scale === undefined) return undefined;
    const why = `the prices are ${timesText(scale)} those of ${symbol}`;
    const isClear = tick !== undefined || fits.length === 1 ||
      farFrom(range.usual, middle / scale) <= CLEAR;
    return { scale, why, isSure: scale > 1 && isClear };
  }
  const found = prices.length < MIN_PRICES ? undefined : byDigits(prices, middle);
  // A coin in another currency may cost hundreds of millions.
  return found?.isSure || symbol === undefined ? found : undefined;
}

/**
 * Where the range holds prices of several factors: the common one whose price is nearest to the usual, else any.
 * A coin costs a hundred times as much in one year as in another.
 */
function closest(fits: readonly number[], middle: number, usual: number): number | undefined {
  const common = fits.filter((factor) => COMMON.includes(factor));
  const far = (factor: number) => farFrom(usual, middle / factor);
  return (common.length > 0 ? common : [...fits]).sort((a, b) => far(a) - far(b))[0];
}

/** How many times one price is the other, from 1 on. */
function farFrom(usual: number, price: number): number {
  return Math.max(usual / price, price / usual);
}

function byDigits(prices: Float64Array, middle: number): PriceScale | undefined {
  const areMultiples = (unit: number) => prices.every((price) => price % unit === 0);
  if (middle >= HUGE && areMultiples(HUGE_UNIT)) {
    const why = "the prices are whole numbers of more digits than any market has";
    return { scale: 1e9, why, isSure: true };
  }
  if (middle >= LEAN_LEAST && areMultiples(LEAN_UNIT)) {
    const why = `every price is a multiple of ${LEAN_UNIT}, as fixed-point prices may be`;
    return { scale: 1e4, why, isSure: false };
  }
  return undefined;
}

function onTicks(prices: Float64Array, factor: number, tick: number): boolean {
  return prices.every((price) => {
    const ticks = price / factor / tick;
    return Math.abs(ticks - Math.round(ticks)) < 1e-6 * Math.max(1, Math.abs(ticks));
  });
}

function sampleOf(close: ArrayLike<number>): Float64Array {
  const step = Math.max(1, Math.floor(close.length / SAMPLE));
  const found: number[] = [];
  for (let row = 0; row < close.length; row += step) {
    const price = close[row]!;
    if (price > 0 && Number.isFinite(price)) found.push(price);
  }
  return Float64Array.from(found);
}

function timesText(scale: number): string {
  return scale >= 1 ? `${scale.toLocaleString("en-US")} times` : `${scale} of`;
}
