/** Below this, a volatility is a fraction (0.41) and not per cent (41). DVOL has never been near 3 %. */
const LARGEST_FRACTION = 3;
/** Beyond these, a value is damage, not data. */
const SMALLEST = 0.001;
const LARGEST = 10_000;
/** Decimals kept of a fraction turned into per cent; Deribit publishes two. */
const PLACES = 1e4;

/** True for what may be a volatility: a number above 0, and not one that nothing has ever had. */
export function isVolatility(value: unknown): value is number {
  return typeof value === "number" && value >= SMALLEST && value < LARGEST;
}

/** True when a volatility was sent as a fraction. */
export function isFraction(value: number): boolean {
  return value < LARGEST_FRACTION;
}

/** A fraction in per cent a year. */
export function toPercent(fraction: number): number {
  return Math.round(fraction * 100 * PLACES) / PLACES;
}
