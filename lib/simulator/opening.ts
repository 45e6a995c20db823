import { DAY } from "../model/time.ts";
import { createMarketModel, type MarketModel } from "./market_model.ts";

/** When simulated venues open unless told: a Wednesday, half an hour before Wall Street. */
export const DEFAULT_START = Date.UTC(2025, 11, 3, 14, 0);

/** History in front of the longest backfill, so that larger bars and volatility have something to rest on. */
const HISTORY_MS = 2 * DAY;

/**
 * The seeded market with enough history for venues that open at `start`.
 *
 * @param options.start venue time, epoch ms UTC.
 * @param options.backfillMs how far back clients will ask.
 */
export function modelOpeningAt(
  options: { readonly seed: number; readonly start: number; readonly backfillMs: number },
): MarketModel {
  const { seed, start, backfillMs } = options;
  return createMarketModel({ seed, from: start - backfillMs - HISTORY_MS });
}
