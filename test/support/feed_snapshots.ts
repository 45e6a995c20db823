/** Snapshots of feeds as a healthy venue would give them, with what a test changes. */
import type { FeedSnapshot, StreamSnapshot } from "../../lib/feeds/feed.ts";

/** Venue and local time of the snapshots, epoch ms UTC. */
export const NOW = Date.UTC(2025, 11, 1, 14, 35);

export function venueSnapshot(change: Partial<FeedSnapshot> = {}): FeedSnapshot {
  return {
    venue: "binance",
    state: "live",
    since: NOW,
    reconnects: 0,
    attempt: 0,
    breaker: "closed",
    retryAt: undefined,
    rejectedFrames: 0,
    lastError: undefined,
    venueTime: NOW,
    clockOffsetMs: 0,
    clockUncertaintyMs: 1,
    streams: [],
    ...change,
  };
}

export function streamSnapshot(change: Partial<StreamSnapshot> = {}): StreamSnapshot {
  return {
    instrument: "ES",
    state: "live",
    source: "live",
    contract: undefined,
    lastEventAgeMs: 400,
    lastBar: NOW - 60_000,
    gaps: 0,
    resubscribes: 0,
    error: undefined,
    ...change,
  };
}
