import type { Backlog, FeedSnapshot, StreamSnapshot } from "../../feeds/feed.ts";
import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import { instrumentFreshness, standingOf } from "../../market/instrument_freshness.ts";
import { counted } from "../../model/counted.ts";
import { briefUtc, formatUtc, SECOND } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { offsetText } from "./numbers.ts";
import { venueTitle } from "../../feeds/venues.ts";
import { tableFrame } from "./table_frame.ts";

const COLUMNS = [
  "venue",
  "state",
  "instrument",
  "stream",
  "newest message",
  "newest minute",
  "gaps so far",
  "reconnects",
  "contract",
  "history still to fetch",
  "its clock",
];

/** Each venue's connection and streams: states, newest messages, reconnects, gaps, history wanted and clock offsets. */
export function connectionTable(market: Market): Panel {
  return marketPanel(market, {
    again: connectionTable,
    on: ["transition", "failure", "minute", "contract", "label", "clock", "trading"],
    // Needed most when nothing comes, with the state of then.
    tellsAge: true,
    everyMs: 2 * SECOND,
    draw() {
      const status = market.status(), labelOf = shortLabels(market.instruments);
      const lastAt = new Map(
        instrumentFreshness(status).map((one) => [one.instrument, one.lastAt]),
      );
      const rows = status.venues.flatMap((venue) => rowsOf(venue, lastAt, labelOf));
      // The states are of then, and stay in saved files.
      const when = Number.isNaN(status.venueTime) ? "" : `, ${formatUtc(status.venueTime)}`;
      return tableFrame(`Connections${when}`, COLUMNS, rows, { note: status.message });
    },
  });
}

function rowsOf(
  venue: FeedSnapshot,
  lastAt: ReadonlyMap<string, number>,
  labelOf: (id: string) => string,
): string[][] {
  return venue.streams.map((stream, i) => [
    i === 0 ? venueTitle(venue.venue) : "",
    i === 0 ? stateText(venue) : "",
    labelOf(stream.instrument),
    standingText(venue, stream),
    messageText(lastAt.get(stream.instrument) ?? NaN, venue.venueTime),
    stream.lastBar === undefined ? "none yet" : formatUtc(stream.lastBar),
    String(stream.gaps),
    i === 0 ? String(venue.reconnects) : "",
    stream.contract ?? "–",
    stream.backlog === undefined ? "nothing" : wantedText(stream.backlog),
    i === 0 ? offsetText(venue.clockOffsetMs, venue.clockUncertaintyMs) : "",
  ]);
}

/** `live`; `closed (cancel-only)`. */
function standingText(venue: FeedSnapshot, stream: StreamSnapshot): string {
  const { trading = "online" } = stream;
  const standing = standingOf(venue, stream);
  return trading === "online" ? standing : `${standing} (${trading})`;
}

/** By the venue's clock. */
function messageText(lastAt: number, now: number): string {
  return Number.isNaN(lastAt) ? "no data yet" : briefUtc(lastAt, now);
}

/** `live`; `recovering, attempt 4 at 14:32:10 UTC` by the local clock. */
function stateText({ state, attempt, retryAt }: FeedSnapshot): string {
  if (retryAt === undefined) return state;
  return `${state}, attempt ${attempt} at ${formatUtc(retryAt).slice(11, 19)} UTC`;
}

/** `90 minutes in 2 requests, 1 instrument first`. */
function wantedText({ minutes, requests, position }: Backlog): string {
  const before = position === 0 ? "" : `, ${counted(position, "instrument")} first`;
  return `${counted(minutes, "minute")} in ${counted(requests, "request")}${before}`;
}
