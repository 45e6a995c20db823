import type { BinanceMarket } from "../../lib/feeds/binance/api.ts";
import type { RollRule } from "../../lib/feeds/ibkr/options.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";

/** How the feeds are configured, and what the account at IBKR may see. */
export interface Mode {
  readonly market: BinanceMarket;
  /**
   * `delayed`: ticks and polled history of both futures. `live-or-delayed`: live data of ES, and delayed data
   * of NQ, for which the account has no permission.
   */
  readonly data: "live" | "delayed" | "live-or-delayed";
  readonly roll: RollRule;
}

/** Spot, live data, roll by date: what runs planned by hand take unless they say otherwise. */
export const USUAL: Mode = { market: "spot", data: "live", roll: "date" };

/** A third of the seeds follow USD-M futures. */
const USDM_SHARE = 1 / 3;
const DELAYED_SHARE = 0.15;
const MIXED_SHARE = 0.15;
const VOLUME_SHARE = 0.2;

/** The mode of a seed. Its parts are drawn one by one, so that they meet in every combination. */
export function modeOf(seed: number): Mode {
  const random = new SeededRandom(seed, "mode");
  const market = random.next() < USDM_SHARE ? "usdm" : "spot";
  const kind = random.next();
  const data = kind < DELAYED_SHARE
    ? "delayed"
    : kind < DELAYED_SHARE + MIXED_SHARE
    ? "live-or-delayed"
    : "live";
  const roll = random.next() < VOLUME_SHARE ? "volume" : "date";
  return { market, data, roll };
}

/** Futures whose minutes come from polled history, ten minutes late. */
export function delayedFutures({ data }: Mode): readonly string[] {
  return data === "delayed" ? ["ES", "NQ"] : data === "live-or-delayed" ? ["NQ"] : [];
}
