import { z } from "@hono/zod-openapi";
import { venueTitle } from "../../feeds/venues.ts";
import type { Market } from "../../market/market.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";

const VENUE_RULE = "must be a venue, such as coinbase";

const VENUE = z.object({
  venue: z.string(),
  title: z.string(),
  state: z.string().openapi({ description: "`stopped` while nobody wants its data" }),
  instruments: z.array(z.string()),
});

const VENUE_PARAMS = z.strictObject({
  id: z.string(VENUE_RULE).min(1, VENUE_RULE).max(64, VENUE_RULE)
    .openapi({ description: "A venue of the configuration", example: "coinbase" }),
});

export const listVenues = defineRoute({
  method: "get",
  path: "/venues",
  summary: "The venues, and whether each runs",
  fresh: "second",
  answer: z.object({ venues: z.array(VENUE) }),
  handle: ({ market }) => ({ venues: venuesOf(market) }),
});

export const putVenue = defineRoute({
  method: "put",
  path: "/venues/{id}",
  summary: "Starts or stops a venue, for this run; started again, it heals what went by",
  fresh: "never",
  problems: [404, 409],
  cost: 10,
  params: VENUE_PARAMS,
  body: {
    schema: z.strictObject({ running: z.boolean("must be true or false") }, "must be an object"),
  },
  answer: VENUE,
  async handle({ market }, { params: { id }, body: { running } }) {
    const known = venuesOf(market).map(({ venue }) => venue);
    if (!known.includes(id)) {
      const rule = `must be one of ${known.join(", ")}`;
      throw new ApiProblem(404, {
        detail: `Nothing of such a venue is followed here: it ${rule}.`,
        errors: [{ pointer: "/path/id", rule, value: id.slice(0, 80) }],
      });
    }
    try {
      if (running) market.startVenue(id);
      else await market.stopVenue(id);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ApiProblem(409, { detail: `${error.message}.` });
    }
    return venuesOf(market).find(({ venue }) => venue === id)!;
  },
});

function venuesOf(market: Pick<Market, "status">): z.output<typeof VENUE>[] {
  return market.status().venues.map(({ venue, state, streams }) => ({
    venue,
    title: venueTitle(venue),
    state,
    instruments: streams.map(({ instrument }) => instrument),
  }));
}
