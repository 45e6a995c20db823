import { z } from "@hono/zod-openapi";
import { statusOf } from "../market_status_body.ts";
import { defineRoute } from "../route.ts";
import { columnsOf, number, time } from "../schemas.ts";

export const status = defineRoute({
  method: "get",
  path: "/status",
  summary: "The market at a glance: venues, streams, outages, sinks",
  fresh: "second",
  answer: z.object({
    source: z.string(),
    state: z.string(),
    message: z.string(),
    venueTime: time(),
    speed: z.number(),
    venues: z.array(z.object({
      venue: z.string(),
      state: z.string(),
      since: time(),
      reconnects: z.int(),
      rejectedFrames: z.int(),
      offsetMs: number(),
      offsetUncertaintyMs: number(),
      error: z.string().nullable(),
    })),
    streams: z.object(columnsOf("A row a stream")),
    outages: z.array(z.object({ venue: z.string(), from: time(), reason: z.string() })),
    sinks: z.array(z.object({
      name: z.string(),
      queued: z.int(),
      delivered: z.int(),
      dropped: z.int(),
      failures: z.int(),
      lagMs: z.number(),
    })),
  }),
  handle: ({ market }) => statusOf(market),
});
