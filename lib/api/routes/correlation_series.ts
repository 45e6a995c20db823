import { z } from "@hono/zod-openapi";
import { assertPair } from "../api_context.ts";
import { stepOf } from "../../model/timeframe.ts";
import { type CorrelationRow, olderCorrelations } from "../older_correlations.ts";
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
  async handle(context, { query }) {
    const { market } = context;
    const { pair, timeframe = "1m", window, from = 0, to = Infinity, limit = 500 } = query;
    assertPair(context, pair);
    const first = Math.max(from, (query.cursor ?? -1) + 1);
    const series = market.correlationSeries({
      pair,
      timeframe,
      ...(context.store === undefined ? { from: first } : {}),
      ...(window === undefined ? {} : { window }),
    });
    // Windows that begin before what is in memory are whole in the store alone.
    const seam = (series.openTime[0] ?? NaN) + (series.window + 1) * stepOf(timeframe);
    const reader = first < seam ? await context.store?.reader() : undefined;
    const older = reader === undefined ? [] : await olderCorrelations(context, reader, {
      pair,
      timeframe,
      window: series.window,
      from: first,
      to: Math.min(to, seam),
      most: limit + 1,
    });
    const behind = older.at(-1)?.openTime ?? -Infinity;
    const rows: CorrelationRow[] = [...older];
    for (let i = 0; i < series.length && rows.length <= limit; i++) {
      const openTime = series.openTime[i]!;
      if (openTime < first || openTime >= to || openTime <= behind) continue;
      rows.push({
        openTime,
        r: series.r[i]!,
        lo: series.lo[i]!,
        hi: series.hi[i]!,
        n: series.n[i]!,
        expected: series.expected[i]!,
      });
    }
    const page = pageOf(rows, ["openTime", "r", "lo", "hi", "n", "expected"], {
      limit,
      orderOf: ({ openTime }) => openTime,
      cellsOf: ({ openTime, r, lo, hi, n, expected }) => row(openTime, r, lo, hi, n, expected),
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
