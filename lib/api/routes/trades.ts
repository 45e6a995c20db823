import { z } from "@hono/zod-openapi";
import { instrumentIn } from "../api_context.ts";
import { row } from "../pages.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { ID_PARAMS, limitText, pagedColumns, timeText } from "../schemas.ts";
import { storedReader } from "../stored_reader.ts";

const SIDES: Readonly<Record<number, string>> = { 1: "buy", [-1]: "sell" };
const CURSOR = "must be the next of the page before";

export const trades = defineRoute({
  method: "get",
  path: "/trades/{id}",
  summary: "Stored trades of an instrument, by time and id",
  fresh: "never",
  problems: [409],
  cost: 5,
  params: ID_PARAMS,
  query: z.strictObject({
    from: timeText("Only trades at or after").optional(),
    to: timeText("Only trades before").optional(),
    limit: limitText(500),
    cursor: z.string(CURSOR).regex(/^\d{1,15}-\d{1,15}$/, CURSOR).optional(),
  }),
  answer: z.object({ instrument: z.string(), dataKind: z.string(), ...pagedColumns() }),
  async handle(context, { params: { id }, query }) {
    instrumentIn(context, id);
    const reader = await storedReader(context, "Trades are kept by a store alone");
    const { from = 0, to = Infinity, limit = 500, cursor } = query;
    const [time, afterId] = cursor?.split("-").map(Number) ?? [];
    if (time !== undefined && time >= to) {
      throw new ApiProblem(404, { detail: "The cursor lies behind the range: there is no page." });
    }
    const found = await reader.trades({
      instrument: id,
      from: time ?? from,
      to,
      limit: limit + 1,
      ...(afterId === undefined ? {} : { afterId }),
    });
    const shown = Math.min(limit, found.id.length);
    const data = Array.from({ length: shown }, (_, i) =>
      row(
        found.id[i],
        found.time[i],
        found.received[i],
        found.price[i],
        found.size[i],
        SIDES[found.side[i]!],
      ));
    const next = found.id.length > limit ? `${found.time[shown - 1]}-${found.id[shown - 1]}` : null;
    const columns = ["id", "time", "received", "price", "size", "side"];
    return { instrument: id, dataKind: reader.dataKind, columns, data, next };
  },
});
