import { floorTo, HOUR, MINUTE } from "../../model/time.ts";
import type { Truth } from "../truth.ts";

/** Funding changes hands three times a day. */
export const FUNDING_MS = 8 * HOUR;
/** The rate that follows from interest alone, and how far a premium may be from it before the rate follows. */
const INTEREST = 0.0001;
const SLACK = 0.0005;
/** How often the premium of an interval is looked at. */
const SAMPLE_MS = 30 * MINUTE;

/**
 * The rate of the funding interval that `time` is in, as Binance makes it: the mean premium of the interval so far, and
 * what interest adds to it, at most five hundredths of a per cent either way.
 */
export function fundingRate(truth: Truth, symbol: string, time: number): number {
  if (truth.premium === undefined) return INTEREST;
  let sum = 0, samples = 0;
  for (let at = floorTo(time, FUNDING_MS); at <= time; at += SAMPLE_MS) {
    sum += truth.premium(symbol, at) - 1;
    samples++;
  }
  const premium = sum / samples;
  return premium + Math.min(SLACK, Math.max(-SLACK, INTEREST - premium));
}

/** What a mark price is made of. */
export interface MarkPrice {
  readonly eventTime: number;
  readonly lastPrice: number;
  /** The last price over that of the coin. */
  readonly premium: number;
  readonly fundingRate: number;
}

/** The rate paid at a time that is a multiple of the interval: the last one before it. */
export function paidRate(truth: Truth, symbol: string, time: number): number {
  return fundingRate(truth, symbol, time - 1);
}

/** What a mark price is made of, where the newest trade had that price. */
export function markPriceAt(
  truth: Truth,
  symbol: string,
  { time, lastPrice }: { readonly time: number; readonly lastPrice: number },
): MarkPrice {
  const premium = truth.premium?.(symbol, floorTo(time, MINUTE)) ?? 1;
  return { eventTime: time, lastPrice, premium, fundingRate: fundingRate(truth, symbol, time) };
}
