import { z } from "@hono/zod-openapi";
import { HEDGE_KINDS, PAIR_TIMEFRAMES } from "../../pairs/pair_settings.ts";
import { instrumentIn } from "../api_context.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { idText, time, wholeText, wordOf } from "../schemas.ts";

const LONGEST_SLOPES = 720;

export const pair = defineRoute({
  method: "get",
  path: "/pairs/{a}/{b}",
  summary: "A pair: hedge ratios with intervals, spread, z-score, and its tests",
  fresh: "minute",
  // Five lines and seven tests, and a state that is kept for a while.
  cost: 20,
  params: z.strictObject({ a: idText(), b: idText() }),
  query: z.strictObject({
    timeframe: wordOf(PAIR_TIMEFRAMES, "Length of a bar").optional(),
    window: wholeText(20, LONGEST_SLOPES, "Rows before a row that its line rests on").optional(),
    hedge: wordOf(HEDGE_KINDS, "The line that spread and z-score are by").optional(),
  }),
  answer: z.object({
    pair: z.string(),
    source: z.string(),
    settings: z.object({
      timeframe: z.string(),
      window: z.int(),
      zWindow: z.int(),
      hedge: z.string(),
      testWindow: z.int(),
    }),
    latest: z.looseObject({ openTime: time() }).nullable().openapi({
      description:
        "The newest closed row: y, x, beta, alpha, spread, z, lines by each hedge, n of expected",
    }),
    tests: z.looseObject({ from: time(), to: time(), n: z.int(), expected: z.int() })
      .openapi({
        description:
          "Hedge ratios with 95 % intervals; ADF, KPSS, Engle–Granger, Johansen, half-life, Hurst, variance ratio; each with n of expected and its reason where it is unknown",
      }),
  }),
  async handle(context, { params: { a, b }, query }) {
    const { market } = context;
    instrumentIn(context, a, "/path/a");
    instrumentIn(context, b, "/path/b");
    if (a === b) {
      throw new ApiProblem(404, {
        detail: "A pair is of two instruments.",
        errors: [{ pointer: "/path/b", rule: "must be another instrument than a", value: b }],
      });
    }
    const { timeframe, window, hedge } = query;
    using found = market.pair(a, b, {
      ...(timeframe === undefined ? {} : { timeframe }),
      ...(window === undefined ? {} : { window }),
      ...(hedge === undefined ? {} : { hedge }),
    });
    const tests = await found.refreshTests();
    const { settings } = found;
    return {
      pair: found.name,
      source: found.source,
      settings: {
        timeframe: settings.timeframe,
        window: settings.window,
        zWindow: settings.zWindow,
        hedge: settings.hedge,
        testWindow: settings.testWindow,
      },
      latest: found.latest === undefined ? null : { ...found.latest },
      tests: { ...tests },
    };
  },
});
