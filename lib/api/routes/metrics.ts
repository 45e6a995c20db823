import { metricsText } from "../metrics_text.ts";
import { defineRoute } from "../route.ts";

export const metrics = defineRoute({
  method: "get",
  path: "/metrics",
  summary: "Figures for Prometheus: streams, gaps, heals, drops, queues, delays",
  fresh: "never",
  types: ["text/plain"],
  handle: ({ market, figures, times }) =>
    new Response(
      metricsText(market.status(), figures()) + times.text("comove_api_answer_seconds"),
      {
        headers: {
          "content-type": "text/plain; version=0.0.4; charset=utf-8",
          "cache-control": "no-store",
        },
      },
    ),
});
