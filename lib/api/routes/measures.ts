import { z } from "@hono/zod-openapi";
import { row } from "../pages.ts";
import { defineRoute } from "../route.ts";
import { columnsOf, time } from "../schemas.ts";

export const measures = defineRoute({
  method: "get",
  path: "/measures",
  summary: "Volatility, volume, VWAP and divergence of the newest minute",
  fresh: "minute",
  answer: z.object({
    openTime: time(),
    revision: z.int().nullable(),
    source: z.string(),
    instruments: z.object(columnsOf("A row an instrument")),
    divergences: z.object(columnsOf("A row a pair")),
  }),
  handle({ market }) {
    const { latest } = market;
    return {
      openTime: latest?.openTime ?? null,
      revision: latest?.revision ?? null,
      source: market.source,
      instruments: {
        columns: [
          "instrument",
          "openTime",
          "close",
          "changePercent",
          "rv15",
          "rv60",
          "volatilityRatio",
          "volatilityState",
          "volumeRatio",
          "volumeColour",
          "isSpike",
          "vwapCross",
          "vwap",
          "vwapDistancePercent",
        ],
        data: (latest?.measures.instruments ?? []).map((each) =>
          row(
            each.instrument,
            each.openTime,
            each.close,
            each.changePercent,
            each.volatility.rv15,
            each.volatility.rv60,
            each.volatility.ratio,
            each.volatility.state,
            each.volume.ratio,
            each.volume.colour,
            each.volume.isSpike,
            each.volume.vwapCross,
            each.vwap,
            each.vwapDistancePercent,
          )
        ),
      },
      divergences: {
        columns: ["pair", "openTime", "score", "state", "reason", "label"],
        data: (latest?.measures.divergences ?? []).map(({ pair, openTime, reading }) =>
          row(pair, openTime, reading.score, reading.state, reading.reason, reading.label)
        ),
      },
    };
  },
});
