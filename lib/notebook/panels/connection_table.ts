import type { FeedSnapshot } from "../../feeds/feed.ts";
import type { Market } from "../../market/market.ts";
import { formatUtc } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { durationText } from "../wording.ts";
import { marketPanel } from "./market_panel.ts";
import { offsetText } from "./offset_text.ts";
import { tableFrame } from "./table_frame.ts";

const COLUMNS = [
  "venue",
  "state",
  "reconnects",
  "instrument",
  "stream",
  "contract",
  "age",
  "newest minute",
  "gaps",
  "clock offset",
];

/** Each venue's connection and streams: states, ages, reconnects, gaps and clock offsets. */
export function connectionTable(market: Market): Panel {
  return marketPanel(market, {
    on: ["transition", "failure", "minute", "contract", "label", "clock"],
    draw() {
      const { venues, message } = market.status();
      return tableFrame("Connections", COLUMNS, venues.flatMap(rowsOf), { note: message });
    },
  });
}

function rowsOf(venue: FeedSnapshot): string[][] {
  return venue.streams.map((stream, i) => [
    i === 0 ? venue.venue : "",
    i === 0 ? venue.state : "",
    i === 0 ? String(venue.reconnects) : "",
    stream.instrument,
    stream.state,
    stream.contract ?? "–",
    stream.lastEventAgeMs === undefined ? "no data yet" : durationText(stream.lastEventAgeMs),
    stream.lastBar === undefined ? "none yet" : formatUtc(stream.lastBar),
    String(stream.gaps),
    i === 0 ? offsetText(venue.clockOffsetMs, venue.clockUncertaintyMs) : "",
  ]);
}
