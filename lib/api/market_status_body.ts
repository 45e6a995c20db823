import type { Market } from "../market/market.ts";
import { redact } from "../model/redact.ts";
import { row } from "./pages.ts";

const STREAM_COLUMNS = [
  "instrument",
  "venue",
  "state",
  "connection",
  "source",
  "contract",
  "ageMs",
  "lastBar",
  "minutes",
  "missing",
  "absent",
  "healed",
  "gaps",
  "revisions",
  "rejected",
  "reconnects",
  "error",
];

const known = (value: number) => Number.isFinite(value) ? value : null;

/** A market's status as plain data; no secret is in it. */
export function statusOf(market: Pick<Market, "status">) {
  const found = market.status();
  return {
    source: found.source,
    state: found.state,
    message: redact(found.message),
    venueTime: known(Math.round(found.venueTime)),
    speed: found.speed,
    venues: found.venues.map((feed) => ({
      venue: feed.venue,
      state: feed.state,
      since: known(Math.round(feed.since)),
      reconnects: feed.reconnects,
      rejectedFrames: feed.rejectedFrames,
      offsetMs: known(feed.clockOffsetMs),
      offsetUncertaintyMs: known(feed.clockUncertaintyMs),
      error: feed.lastError === undefined ? null : redact(feed.lastError.message),
    })),
    streams: {
      columns: STREAM_COLUMNS,
      data: found.streams.map((stream) =>
        row(
          stream.instrument,
          stream.venue,
          stream.state,
          stream.connection,
          stream.label,
          stream.contract,
          stream.ageMs === undefined ? undefined : Math.round(stream.ageMs),
          stream.lastBar,
          stream.minutes,
          stream.missing,
          stream.absent,
          stream.healed,
          stream.gaps,
          stream.revisions,
          stream.rejected,
          stream.reconnects,
          stream.error === undefined ? undefined : redact(stream.error.message),
        )
      ),
    },
    outages: found.outages.map(({ venue, from, reason }) => ({
      venue,
      from: known(from),
      reason: redact(reason),
    })),
    sinks: found.sinks.map(({ name, queued, delivered, dropped, failures, lagMs }) => ({
      name,
      queued,
      delivered,
      dropped,
      failures,
      lagMs,
    })),
  };
}
