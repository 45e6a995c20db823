import { DAY, MINUTE } from "../model/time.ts";
import { createMarketModel, type MarketModel } from "./market_model.ts";

/** Default opening of simulated venues: a Wednesday, half an hour before Wall Street. */
export const DEFAULT_START = Date.UTC(2025, 11, 3, 14, 0);

/** History in front of the backfill, so that larger bars and volatility have something to rest on. */
const HISTORY_MS = 2 * DAY;
/** The model begins a whole number of these before the start. */
const STEP_MS = 10 * DAY;

/** A pair of coins comes apart so long after the opening, so that it is seen to. */
const BREAKS_AFTER_MS = 40 * MINUTE;

/**
 * The seeded market with enough history for venues that open at `start`. The same seed and start give the same
 * market for every backfill of up to eight days.
 *
 * @param options.start venue time, epoch ms UTC.
 * @param options.backfillMs how far back clients will ask.
 */
export function modelOpeningAt(
  options: { readonly seed: number; readonly start: number; readonly backfillMs: number },
): MarketModel {
  const { seed, start, backfillMs } = options;
  const steps = Math.ceil((backfillMs + HISTORY_MS) / STEP_MS);
  const from = start - steps * STEP_MS;
  return createMarketModel({ seed, from, breaksAt: start + BREAKS_AFTER_MS });
}
