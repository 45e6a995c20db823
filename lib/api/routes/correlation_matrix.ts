import { z } from "@hono/zod-openapi";
import { defineRoute } from "../route.ts";
import { correlatedTimeframeText, number, time, windowText } from "../schemas.ts";

export const correlationMatrix = defineRoute({
  method: "get",
  path: "/correlation/matrix",
  summary: "The newest correlation of every pair that is followed, as a square",
  fresh: "minute",
  cost: 5,
  query: z.strictObject({
    timeframe: correlatedTimeframeText().optional(),
    window: windowText().optional(),
  }),
  answer: z.object({
    openTime: time(),
    timeframe: z.string(),
    window: z.union([z.int(), z.string(), z.null()]),
    source: z.string(),
    columns: z.array(z.string()),
    data: z.array(z.array(number())).openapi({ description: "r; null where no pair is followed" }),
    n: z.array(z.array(number())).openapi({ description: "Pairs of returns behind each r" }),
  }),
  handle({ market }, { query: { timeframe = "1m", window } }) {
    const found = market.correlation({
      timeframe,
      ...(window === undefined ? {} : { window }),
    });
    const ids = [...new Set(market.pairs.flatMap(({ a, b }) => [a, b]))];
    const estimateOf = new Map<string, (typeof found)[number]["estimate"]>();
    for (const { pair, estimate } of found) {
      const [a, b] = pair.split("/");
      estimateOf.set(`${a}/${b}`, estimate);
      estimateOf.set(`${b}/${a}`, estimate);
    }
    const square = (cell: (a: string, b: string) => number | null) =>
      ids.map((a) => ids.map((b) => cell(a, b)));
    return {
      openTime: market.latest?.openTime ?? null,
      timeframe,
      window: found[0]?.window ?? null,
      source: market.source,
      columns: ids,
      data: square((a, b) => {
        if (a === b) return 1;
        const estimate = estimateOf.get(`${a}/${b}`);
        return estimate?.kind === "ok" ? estimate.value : null;
      }),
      n: square((a, b) => a === b ? null : estimateOf.get(`${a}/${b}`)?.n ?? null),
    };
  },
});
