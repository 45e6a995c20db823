import { z } from "@hono/zod-openapi";
import { STATISTICS_COLUMNS, statisticsBlock } from "../../export/tables/statistics_table.ts";
import { stepOf, TIMEFRAMES } from "../../model/timeframe.ts";
import { returnsOf } from "../../sync/returns.ts";
import { instrumentIn } from "../api_context.ts";
import { namesOf, row } from "../pages.ts";
import { defineRoute } from "../route.ts";
import { columnsOf, ID_PARAMS, timeText, wordOf } from "../schemas.ts";

export const statistics = defineRoute({
  method: "get",
  path: "/statistics/{id}",
  summary: "Moments and quantiles of an instrument's log returns",
  fresh: "minute",
  cost: 5,
  params: ID_PARAMS,
  query: z.strictObject({
    timeframe: wordOf([...TIMEFRAMES, "4h"], "Length of a bar").optional(),
    from: timeText("Only returns of bars that open at or after").optional(),
    to: timeText("Only returns of bars that end by").optional(),
  }),
  answer: z.object({ source: z.string(), expected: z.int(), ...columnsOf("One row") }),
  handle(context, { params: { id }, query }) {
    const { market } = context;
    instrumentIn(context, id);
    const { timeframe = "1m" } = query;
    const grid = market.minuteGrid(id);
    const stepMs = stepOf(timeframe);
    const { start, value } = returnsOf(grid, timeframe);
    const end = start + value.length * stepMs;
    const from = Math.max(query.from ?? 0, start);
    // A range that ends before it begins, or lies behind all that is known, is empty, not turned round.
    const to = Math.max(from, Math.min(query.to ?? end, end));
    const first = Math.ceil((from - start) / stepMs), last = Math.floor((to - start) / stepMs);
    const asked = first < last ? value.slice(first, last) : new Float64Array(0);
    const block = statisticsBlock({ instrument: id, timeframe, from, to, returns: asked });
    return {
      source: market.sourceOf(id),
      expected: asked.length,
      columns: namesOf(STATISTICS_COLUMNS),
      data: [row(...block.columns.map((column) => column[0]))],
    };
  },
});
