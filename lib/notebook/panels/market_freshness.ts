import type { StreamState } from "../../feeds/feed.ts";
import type { Market } from "../../market/market.ts";
import { troublesOf } from "../../market/market_status.ts";
import type { Source } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import type { Freshness } from "../panel.ts";

/** Streams in these states are as they should be: data comes, or the market is shut. */
const HEALTHY: readonly StreamState[] = ["live", "closed"];

/** How fresh what is shown of these instruments is; the worst of them counts. */
export function marketFreshness(
  market: Pick<Market, "status" | "sourceOf">,
  instruments: readonly string[],
): Freshness {
  const status = market.status();
  const venues = status.venues.filter((venue) =>
    venue.streams.some((stream) => instruments.includes(stream.instrument))
  );
  const streams = venues.flatMap((venue) =>
    venue.streams.filter((stream) => instruments.includes(stream.instrument))
      .map((stream) => ({ ...stream, isConnected: venue.state === "live" }))
  );
  const newest = streams.map((stream) => (stream.lastBar ?? NaN) + MINUTE);
  const waiting = streams.filter((stream) => stream.state !== "closed");
  const ages = waiting.flatMap((stream) => stream.lastEventAgeMs ?? []);
  const isOverdue = status.state !== "starting" &&
    streams.some((stream) => !stream.isConnected || !HEALTHY.includes(stream.state));
  return {
    source: lesserOf(instruments.map((instrument) => market.sourceOf(instrument))),
    dataTime: newest.some(Number.isNaN) ? NaN : Math.min(...newest),
    ageMs: ages.length > 0 ? Math.max(...ages) : undefined,
    isStale: isOverdue || status.state === "closed",
    trouble: status.state === "closed"
      ? "The market handle is closed."
      : isOverdue
      ? venues.flatMap(troublesOf).join(" ") || undefined
      : undefined,
  };
}

/** A figure is as good as its lesser side. */
function lesserOf(sources: readonly Source[]): Source {
  return sources.find((source) => source === "delayed") ?? sources[0] ?? "simulated";
}
