import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { FeedEvent } from "../../model/feed_event.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { durationText } from "../wording.ts";
import { marketPanel } from "./market_panel.ts";
import { offsetText } from "./numbers.ts";
import { venueTitle } from "../../feeds/venues.ts";
import { tableFrame } from "./table_frame.ts";

/** Minutes shown. */
const ROWS = 8;

type Arrival = { readonly instrument: string; readonly openTime: number; readonly lateMs: number };

/** The newest minutes as they came in live: on the whole UTC minute, and how long after their end. */
export function alignmentTable(market: Market): Panel {
  const arrivals: Arrival[] = [];
  const take = (event: Extract<FeedEvent, { kind: "bar" }>) => {
    if (event.origin !== "stream" || event.change !== "new") return;
    const { openTime } = event.bar;
    const lateMs = market.venueTime - (openTime + MINUTE);
    arrivals.push({ instrument: event.instrument, openTime, lateMs });
    if (arrivals.length > ROWS) arrivals.shift();
  };
  const panel = marketPanel(market, {
    on: ["bar", "clock"],
    draw() {
      const labelOf = shortLabels(market.instruments);
      const rows = arrivals.toReversed().map(({ instrument, openTime, lateMs }) => [
        labelOf(instrument),
        formatUtc(openTime),
        openTime % MINUTE === 0 ? "yes" : "NO",
        `${durationText(Math.max(0, lateMs))} after its end`,
      ]);
      const clocks = market.status().venues.map((venue) =>
        `${venueTitle(venue.venue)}'s clock against this machine's: ${
          offsetText(venue.clockOffsetMs, venue.clockUncertaintyMs)
        }`
      );
      return tableFrame(
        "Minutes as they came in (venue time)",
        ["", "opens", "on the UTC minute", "arrived"],
        rows,
        { note: clocks.join("\n"), empty: "The first minute is still being made." },
      );
    },
  });
  return {
    ...panel,
    again: (next) => alignmentTable(next as Market),
    subscribe(onChange) {
      const stopTaking = market.onEvent((event) => {
        if (event.kind === "bar") take(event);
      });
      const stopChanges = panel.subscribe(onChange);
      return () => {
        stopTaking();
        stopChanges();
      };
    },
  };
}
