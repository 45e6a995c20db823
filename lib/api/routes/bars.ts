import { z } from "@hono/zod-openapi";
import { BAR_COLUMNS } from "../../export/tables/bar_table.ts";
import { barCells } from "../../model/bar_cells.ts";
import { instrumentIn } from "../api_context.ts";
import { chunkOf } from "../bar_chunk.ts";
import { memorySeam, olderBars } from "../older_bars.ts";
import { namesOf } from "../pages.ts";
import { RowPage } from "../row_page.ts";
import { defineRoute } from "../route.ts";
import {
  barTimeframeText,
  cursorText,
  ID_PARAMS,
  limitText,
  pagedColumns,
  timeText,
} from "../schemas.ts";

const COLUMNS = JSON.stringify(namesOf(BAR_COLUMNS));

export const bars = defineRoute({
  method: "get",
  path: "/bars/{id}",
  summary: "Closed bars of an instrument, oldest first",
  fresh: "bar",
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
  async handle(context, { params: { id }, query }) {
    const { market, rows } = context;
    const instrument = instrumentIn(context, id);
    const { timeframe = "1m", from = 0, to = Infinity, limit = 500, cursor = -1 } = query;
    const first = Math.max(from, cursor + 1);
    const page = new RowPage({ from: first, to, limit });
    const seam = memorySeam(market, id, timeframe);
    const reader = first < seam ? await context.store?.reader() : undefined;
    if (reader !== undefined) {
      const before = { timeframe, from: first, to: Math.min(to, seam), most: limit + 1 };
      page.add(chunkOf((await olderBars(reader, instrument, before)).map(barCells)));
    }
    if (!page.isMore) {
      rows.fill(page, id, {
        timeframe,
        from: reader === undefined ? first : Math.max(first, seam),
        to,
      });
    }
    const head = JSON.stringify({ instrument: id, timeframe, source: market.sourceOf(id) });
    const next = JSON.stringify(page.next);
    return page.textBetween(
      `${head.slice(0, -1)},"columns":${COLUMNS},"data":[`,
      `],"next":${next}}`,
    );
  },
});
