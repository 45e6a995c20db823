import { ListedQuarters } from "./listed_quarters.ts";
import { MODEL_INSTRUMENTS } from "./model_instruments.ts";
import type { Listing } from "./truth.ts";

/** The spot symbols of the market model. */
export const SPOT_LISTINGS: readonly Listing[] = (["BTCUSDT", "ETHUSDT"] as const).map((root) => {
  const { venue, ticksPerUnit, stepsPerUnit } = MODEL_INSTRUMENTS[root];
  return { symbol: root, root, venue, tickSize: 1 / ticksPerUnit, sizeStep: 1 / stepsPerUnit };
});

/** The listed quarters of a future of the market model. */
export function modelQuarters(root: "ES" | "NQ"): ListedQuarters {
  const { ticksPerUnit, multiplier } = MODEL_INSTRUMENTS[root];
  return new ListedQuarters({
    root,
    tickSize: 1 / ticksPerUnit,
    ...(multiplier === undefined ? {} : { multiplier }),
  });
}
