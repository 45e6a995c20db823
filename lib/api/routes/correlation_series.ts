import { z } from "@hono/zod-openapi";
import { assertPair } from "../api_context.ts";
import { pageOf, row } from "../pages.ts";
import { defineRoute } from "../route.ts";
import {
  correlatedTimeframeText,
  cursorText,
  limitText,
  pagedColumns,
  pairText,
  timeText,
  windowText,
} from "../schemas.ts";

export const correlationSeries = defineRoute({
  method: "get",
  path: "/correlation/series",
  summary: "The rolling correlation of a pair, a row a slot, oldest first",
  fresh: "minute",
  problems: [404],
  cost: 5,
  query: z.strictObject({
    pair: pairText(),
    timeframe: correlatedTimeframeText().optional(),
    window: windowText().optional(),
    from: timeText("Only slots that open at or after").optional(),
    to: timeText("Only slots that open before").optional(),
    limit: limitText(500),
    cursor: cursorText(),
  }),
  answer: z.object({
    pair: z.string(),
    timeframe: z.string(),
    window: z.int(),
    minPeriods: z.int(),
    source: z.string(),
    ...pagedColumns(),
  }),
  handle(context, { query }) {
    const { market } = context;
    const { pair, timeframe = "1m", window, from = 0, to = Infinity, limit = 500 } = query;
    assertPair(context, pair);
    const first = Math.max(from, (query.cursor ?? -1) + 1);
    const series = market.correlationSeries({
      pair,
      timeframe,
      from: first,
      ...(window === undefined ? {} : { window }),
    });
    const rows: number[] = [];
    for (let i = 0; i < series.length && rows.length <= limit; i++) {
      const time = series.openTime[i]!;
      if (time >= first && time < to) rows.push(i);
    }
    const page = pageOf(rows, ["openTime", "r", "lo", "hi", "n", "expected"], {
      limit,
      orderOf: (i) => series.openTime[i]!,
      cellsOf: (i) =>
        row(
          series.openTime[i],
          series.r[i],
          series.lo[i],
          series.hi[i],
          series.n[i],
          series.expected[i],
        ),
    });
    return {
      pair,
      timeframe,
      window: series.window,
      minPeriods: series.minPeriods,
      source: market.source,
      ...page,
    };
  },
});
