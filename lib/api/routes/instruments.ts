import { z } from "@hono/zod-openapi";
import type { Market } from "../../market/market.ts";
import type { Instrument } from "../../model/instrument.ts";
import { defineRoute } from "../route.ts";

export const INSTRUMENT = z.object({
  id: z.string(),
  venue: z.string(),
  kind: z.string(),
  exchange: z.string(),
  currency: z.string(),
  symbol: z.string().nullable(),
  source: z.string(),
  isDelayed: z.boolean(),
}).openapi("Instrument");

export function instrumentBody(market: Market, instrument: Instrument) {
  const { id, venue, kind, exchange, currency, symbol } = instrument;
  return {
    id,
    venue,
    kind,
    exchange,
    currency,
    symbol: symbol ?? null,
    source: market.sourceOf(id),
    isDelayed: market.isDelayed(id),
  };
}

export const instruments = defineRoute({
  method: "get",
  path: "/instruments",
  summary: "What is followed now, and the pairs of it",
  fresh: "minute",
  answer: z.object({ instruments: z.array(INSTRUMENT), pairs: z.array(z.string()) }),
  handle: ({ market }) => ({
    instruments: market.instruments.map((each) => instrumentBody(market, each)),
    pairs: market.pairs.map(({ name }) => name),
  }),
});
