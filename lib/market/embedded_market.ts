import type { Config } from "../feeds/config.ts";
import { HOUR } from "../model/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MarketModel } from "../simulator/market_model.ts";
import { DEFAULT_START, modelOpeningAt } from "../simulator/opening.ts";
import { type EmbeddedVenues, pointedAt, startEmbeddedVenues } from "./embedded_venues.ts";

/** The embedded venues over the seeded model, and the same configuration pointed at them. */
export async function embedMarket(
  config: Config,
  clock: Clock,
): Promise<{ readonly venues: EmbeddedVenues<MarketModel>; readonly config: Config }> {
  const { seed, start: opens } = config.simulator;
  const start = opens === null ? DEFAULT_START : Date.parse(opens);
  const truth = modelOpeningAt({ seed, start, backfillMs: config.data.backfillHours * HOUR });
  const venues = await startEmbeddedVenues({ truth, clock, start, speed: config.clock.speed });
  return { venues, config: pointedAt(venues, config) };
}
