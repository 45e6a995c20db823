import { z } from "@hono/zod-openapi";
import { VERSION } from "../../model/version.ts";
import { ApiProblem } from "../problem.ts";
import { defineRoute } from "../route.ts";

/** Whether the process answers; `status` says how the market is. */
export const health = defineRoute({
  method: "get",
  path: "/health",
  summary: "Whether the server works, and in which state its market is",
  fresh: "second",
  answer: z.object({ state: z.string(), version: z.string() }),
  handle({ market }) {
    const { state } = market.status();
    if (state === "closed") throw new ApiProblem(500, { detail: "The market is closed." });
    return { state, version: VERSION };
  },
});
