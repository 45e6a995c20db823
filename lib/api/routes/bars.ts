import { z } from "@hono/zod-openapi";
import { BAR_COLUMNS } from "../../export/tables/bar_table.ts";
import { instrumentIn } from "../api_context.ts";
import { namesOf, pageOf, row } from "../pages.ts";
import { defineRoute } from "../route.ts";
import {
  barTimeframeText,
  cursorText,
  ID_PARAMS,
  limitText,
  pagedColumns,
  timeText,
} from "../schemas.ts";

const COLUMNS = namesOf(BAR_COLUMNS);

export const bars = defineRoute({
  method: "get",
  path: "/bars/{id}",
  summary: "Closed bars of an instrument, oldest first",
  fresh: "minute",
  params: ID_PARAMS,
  query: z.strictObject({
    timeframe: barTimeframeText().optional(),
    from: timeText("Only bars that open at or after").optional(),
    to: timeText("Only bars that open before").optional(),
    limit: limitText(500),
    cursor: cursorText(),
  }),
  answer: z.object({
    instrument: z.string(),
    timeframe: z.string(),
    source: z.string(),
    ...pagedColumns(),
  }),
  handle(context, { params: { id }, query }) {
    const { market } = context;
    instrumentIn(context, id);
    const { timeframe = "1m", from = 0, to = Infinity, limit = 500, cursor = -1 } = query;
    const found = market.bars(id, { timeframe, from: Math.max(from, cursor + 1), to });
    const page = pageOf(found, COLUMNS, {
      limit,
      orderOf: (bar) => bar.openTime,
      cellsOf: (bar) =>
        row(
          bar.openTime,
          bar.open,
          bar.high,
          bar.low,
          bar.close,
          bar.volume,
          bar.revision,
          bar.source,
        ),
    });
    return { instrument: id, timeframe, source: market.sourceOf(id), ...page };
  },
});
