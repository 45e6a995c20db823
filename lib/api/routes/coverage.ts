import { z } from "@hono/zod-openapi";
import { MINUTE } from "../../model/time.ts";
import { instrumentIn } from "../api_context.ts";
import { row } from "../pages.ts";
import { defineRoute } from "../route.ts";
import { columnsOf, ID_PARAMS, time } from "../schemas.ts";

export const coverage = defineRoute({
  method: "get",
  path: "/coverage/{id}",
  summary: "What of an instrument's minutes was seen, healed and lacks",
  fresh: "minute",
  params: ID_PARAMS,
  answer: z.object({
    instrument: z.string(),
    from: time(),
    to: time(),
    expected: z.int(),
    streamed: z.int(),
    backfilled: z.int(),
    healed: z.int(),
    absent: z.int(),
    repeats: z.int(),
    revisions: z.int(),
    rejected: z.record(z.string(), z.int()),
    missing: z.object(columnsOf("Stretches without bars, half-open")),
    heals: z.object(columnsOf("Stretches that history filled, half-open")),
    stored: z.object(
      columnsOf("What a store knows of the time before those minutes, half-open; none without one"),
    ),
  }),
  async handle(context, { params: { id } }) {
    instrumentIn(context, id);
    const found = context.market.coverage(id);
    const before = context.market.minuteGrid(id).start;
    const stored = await (await context.store?.reader())?.coverage({
      instrument: id,
      stepMs: MINUTE,
      from: -Infinity,
      to: before,
    }) ?? [];
    const known = (value: number) => Number.isFinite(value) ? value : null;
    return {
      instrument: id,
      from: known(found.from),
      to: known(found.to),
      expected: found.expected,
      streamed: found.streamed,
      backfilled: found.backfilled,
      healed: found.healed,
      absent: found.absent,
      repeats: found.repeats,
      revisions: found.revisions,
      rejected: { ...found.rejected },
      missing: {
        columns: ["from", "to", "minutes", "reason"],
        data: found.missing.map(({ from, to, minutes, reason }) => row(from, to, minutes, reason)),
      },
      heals: {
        columns: ["from", "to", "filled", "absent"],
        data: found.heals.map(({ from, to, filled, absent }) => row(from, to, filled, absent)),
      },
      stored: {
        columns: ["from", "to", "state", "reason"],
        data: stored.map(({ from, to, state, reason }) =>
          row(from, Math.min(to, before), state, reason)
        ),
      },
    };
  },
});
