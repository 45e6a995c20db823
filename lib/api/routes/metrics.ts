import { busMetricsText } from "../bus_metrics_text.ts";
import { metricsText } from "../metrics_text.ts";
import { defineRoute } from "../route.ts";

export const metrics = defineRoute({
  method: "get",
  path: "/metrics",
  summary:
    "Figures for Prometheus: streams, gaps, heals, drops, queues, delays, and how far each reader of a bus is behind",
  fresh: "never",
  types: ["text/plain"],
  handle: async ({ market, figures, times, bus }) =>
    new Response(
      [
        metricsText(market.status(), figures()),
        times.text("comove_api_answer_seconds"),
        bus === undefined ? "" : busMetricsText(await bus()),
      ].join(""),
      {
        headers: {
          "content-type": "text/plain; version=0.0.4; charset=utf-8",
          "cache-control": "no-store",
        },
      },
    ),
});
