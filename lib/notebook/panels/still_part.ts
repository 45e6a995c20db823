import type { Figure } from "../../charts/figure.ts";
import { stillPicture } from "../../charts/still_picture.ts";
import { MINUTE } from "../../model/time.ts";
import type { MarketPart } from "./market_panel.ts";

/** It is read in saved files alone, and is larger than all that a chart is fed in this time. */
const EVERY_MS = 15 * MINUTE;

/**
 * A chart as a picture in an output of its own, for readers who do not see the chart: viewers without scripts, a
 * notebook that is not trusted, print of such. The page hides it below a chart that is drawn. Drawn anew
 * every 15 minutes, and a last time at the end.
 *
 * @param draw undefined while there is nothing to see.
 */
export function stillPart(
  draw: (instruments: readonly string[]) => Figure | undefined,
): MarketPart {
  return {
    name: "still",
    on: ["minute", "heal"],
    minIntervalMs: EVERY_MS,
    isSeen: true,
    draw(id, instruments) {
      const picture = draw(instruments);
      if (picture === undefined) return undefined;
      return { html: stillPicture(id, picture), text: picture.alt };
    },
  };
}
