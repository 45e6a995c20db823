import { z } from "@hono/zod-openapi";
import type { AlertBody } from "../../model/alert.ts";
import { pageOf, row } from "../pages.ts";
import { defineRoute } from "../route.ts";
import { cursorText, limitText, pagedColumns, timeText } from "../schemas.ts";

const FIELDS = [
  "id",
  "rule",
  "metric",
  "of",
  "severity",
  "state",
  "value",
  "threshold",
  "n",
  "expected",
  "time",
  "utc",
  "since",
  "source",
  "message",
] as const satisfies readonly (keyof AlertBody)[];

export const alerts = defineRoute({
  method: "get",
  path: "/alerts",
  summary: "What fired and resolved since the server's start, oldest first",
  fresh: "minute",
  query: z.strictObject({
    from: timeText("Only changes at or after").optional(),
    to: timeText("Only changes before").optional(),
    limit: limitText(500),
    cursor: cursorText(),
  }),
  answer: z.object(pagedColumns()),
  handle({ alerts }, { query: { from = 0, to = Infinity, limit = 500, cursor = 0 } }) {
    const found = alerts.after(cursor).filter(({ body: { time } }) => time >= from && time < to);
    return pageOf(found, FIELDS, {
      limit,
      orderOf: (entry) => entry.number,
      cellsOf: ({ body }) => row(...FIELDS.map((field) => body[field])),
    });
  },
});
