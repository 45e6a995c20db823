import { z } from "@hono/zod-openapi";
import type { CorrelatedTimeframe } from "../../model/timeframe.ts";
import { type ApiContext, assertPair } from "../api_context.ts";
import { CORRELATION_COLUMNS, correlationRow } from "../correlation_rows.ts";
import { defineRoute } from "../route.ts";
import { columnsOf, correlatedTimeframeText, pairText, time, windowText } from "../schemas.ts";

export const correlation = defineRoute({
  method: "get",
  path: "/correlation",
  summary: "The newest correlation of pairs, with the evidence of each",
  fresh: "minute",
  problems: [404],
  query: z.strictObject({
    pair: pairText().optional(),
    timeframe: correlatedTimeframeText().optional(),
    window: windowText().optional(),
  }),
  answer: z.object({ openTime: time(), revision: z.int().nullable(), ...columnsOf() }),
  handle(context, { query }) {
    const { pair, timeframe, window } = query;
    if (pair !== undefined) assertPair(context, pair);
    const { latest } = context.market;
    const kept = window === undefined ? latest?.correlations : undefined;
    const found = kept?.some((each) => timeframe === undefined || each.timeframe === timeframe)
      ? kept.filter((each) =>
        (timeframe === undefined || each.timeframe === timeframe) &&
        (pair === undefined || each.pair === pair)
      )
      : askedOf(context, { pair, timeframe, window });
    return {
      openTime: latest?.openTime ?? null,
      revision: latest?.revision ?? null,
      columns: CORRELATION_COLUMNS,
      data: found.map(correlationRow),
    };
  },
});

function askedOf({ market }: ApiContext, { pair, timeframe, window }: {
  readonly pair: string | undefined;
  readonly timeframe: CorrelatedTimeframe | undefined;
  readonly window: number | undefined;
}) {
  const timeframes = timeframe === undefined ? market.timeframes : [timeframe];
  return timeframes.flatMap((each) =>
    market.correlation({
      timeframe: each,
      ...(window === undefined ? {} : { window }),
      ...(pair === undefined ? {} : { pair }),
    })
  );
}
