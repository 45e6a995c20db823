import { z } from "@hono/zod-openapi";
import { FUNDING_COLUMNS, fundingRows } from "../../export/tables/funding_table.ts";
import { hasFunding } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import { instrumentIn } from "../api_context.ts";
import { namesOf, row } from "../pages.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { columnsOf, ID_PARAMS, number, time, timeText } from "../schemas.ts";

export const funding = defineRoute({
  method: "get",
  path: "/funding/{id}",
  summary: "Funding of a perpetual: what its venue expects next, and what was paid",
  fresh: "never",
  problems: [409],
  params: ID_PARAMS,
  query: z.strictObject({
    from: timeText("Only what fell due at or after").optional(),
    to: timeText("Only what fell due before").optional(),
  }),
  answer: z.object({
    instrument: z.string(),
    source: z.string(),
    next: z.object({
      time: time(),
      markPrice: number(),
      indexPrice: number(),
      rate: number(),
      nextTime: time(),
    }).nullable().openapi({ description: "What was last said of the next one" }),
    ...columnsOf("A row for each time at which funding fell due, of the minutes that are held"),
  }),
  handle({ market }, { params: { id }, query }) {
    const instrument = instrumentIn({ market }, id);
    if (!hasFunding(instrument)) {
      throw new ApiProblem(409, { detail: `${id} is no perpetual: it has no funding.` });
    }
    const { estimate, payments } = market.funding(id);
    const { start, length } = market.minuteGrid(id);
    const end = start + length * MINUTE;
    // What falls due as the newest minute ends belongs to it: holders through that minute pay.
    const range = {
      from: Math.max(query.from ?? 0, start),
      to: Math.min(query.to ?? Infinity, end + 1),
    };
    const rows = length === 0 || range.from >= range.to ? [] : fundingRows(payments, range);
    return {
      instrument: id,
      source: market.sourceOf(id),
      next: estimate === undefined ? null : { ...estimate },
      columns: namesOf(FUNDING_COLUMNS),
      data: rows.map((cells) => row(...cells)),
    };
  },
});
