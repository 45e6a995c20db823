import type { FeedSnapshot, StreamState } from "../feeds/feed.ts";
import type { Coverage } from "../model/coverage.ts";
import type { MarketError } from "../model/errors.ts";
import type { ConnectionState } from "../model/feed_event.ts";
import type { Source, Venue } from "../model/instrument.ts";
import { DAY, SECOND } from "../model/time.ts";
import type { BreakerState, ConnectionLog } from "./connection_log.ts";

/** Everything worth watching of one instrument's stream; plain data, safe to keep. */
export interface StreamOverview {
  readonly instrument: string;
  readonly venue: Venue;
  readonly state: StreamState;
  readonly connection: ConnectionState;
  /** `open` while the connection waits to try again, or for the user; `half-open` while it tries. */
  readonly breaker: BreakerState;
  /** Failed attempts since data last flowed. */
  readonly failures: number;
  /** Connections lost and made again. */
  readonly reconnects: number;
  readonly resubscribes: number;
  /** What the data is: live, delayed, … */
  readonly label: Source;
  readonly contract: string | undefined;
  /** Local ms since the last message; undefined before the first. */
  readonly ageMs: number | undefined;
  /** Open time of the newest closed minute, epoch ms UTC. */
  readonly lastBar: number | undefined;
  /** Closed minutes held. */
  readonly minutes: number;
  /** Minutes without a bar that the venue has not been found to lack. */
  readonly missing: number;
  /** Minutes for which the venue has no bar. */
  readonly absent: number;
  readonly healed: number;
  /** Stretches lost while streaming. */
  readonly gaps: number;
  readonly revisions: number;
  readonly repeats: number;
  /** Bars that could not be believed. */
  readonly rejected: number;
  /** Venue time minus local time, ms, with its half-width; NaN while unknown. */
  readonly offsetMs: number;
  readonly offsetUncertaintyMs: number;
  readonly error: MarketError | undefined;
}

/** One row a stream, from what feeds, ledgers and transitions tell. */
export function streamOverviews(
  venues: readonly FeedSnapshot[],
  coverage: readonly Coverage[],
  connections: ConnectionLog,
): StreamOverview[] {
  const coverageOf = new Map(coverage.map((each) => [each.instrument, each]));
  return venues.flatMap((feed) =>
    feed.streams.map((stream): StreamOverview => {
      const { instrument, state, contract, lastBar, gaps, resubscribes, error } = stream;
      const { venue, reconnects, clockOffsetMs, clockUncertaintyMs } = feed;
      return {
        ...{ instrument, venue, state, contract, lastBar, gaps, reconnects, resubscribes, error },
        connection: feed.state,
        breaker: connections.breaker(venue),
        failures: connections.failures(venue),
        label: stream.source,
        ageMs: stream.lastEventAgeMs,
        ...countsOf(coverageOf.get(instrument)),
        offsetMs: clockOffsetMs,
        offsetUncertaintyMs: clockUncertaintyMs,
      };
    })
  );
}

function countsOf(coverage: Coverage | undefined) {
  if (coverage === undefined) {
    return { minutes: 0, missing: 0, absent: 0, healed: 0, revisions: 0, repeats: 0, rejected: 0 };
  }
  const { expected, streamed, backfilled, healed, absent, revisions, repeats, rejected } = coverage;
  const minutes = streamed + backfilled + healed;
  return {
    ...{ minutes, absent, healed, revisions, repeats },
    missing: expected - minutes - absent,
    rejected: Object.values(rejected).reduce((sum, count) => sum + count, 0),
  };
}

/** `BTCUSDT live: 305 minutes, 1 gap, 0 missing, 2 reconnects, age 0.4 s, offset +12 ms`. */
export function streamLine(stream: StreamOverview): string {
  const { instrument, state, minutes, gaps, missing, reconnects, ageMs, offsetMs } = stream;
  const many = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const age = ageMs === undefined ? "no data yet" : `age ${(ageMs / 1_000).toFixed(1)} s`;
  const offset = Number.isNaN(offsetMs) ? "offset unknown" : `offset ${offsetText(offsetMs)}`;
  return `${instrument} ${state}: ${many(minutes, "minute")}, ${
    many(gaps, "gap")
  }, ${missing} missing, ${many(reconnects, "reconnect")}, ${age}, ${offset}`;
}

/** `+12 ms`, `−3.5 s`, `−353.0 d`: simulated venues live in other years. */
function offsetText(offsetMs: number): string {
  const size = Math.abs(offsetMs);
  const text = size < 10 * SECOND
    ? `${Math.round(size).toLocaleString("en-US")} ms`
    : size < DAY
    ? `${(size / SECOND).toLocaleString("en-US", { maximumFractionDigits: 1 })} s`
    : `${(size / DAY).toFixed(1)} d`;
  return `${offsetMs < 0 ? "−" : "+"}${text}`;
}

/** The same for programs: what a log line carries. */
export function streamFields(stream: StreamOverview): Readonly<Record<string, unknown>> {
  const { error, ageMs, offsetMs, offsetUncertaintyMs, ...rest } = stream;
  const rounded = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? null : Math.round(value);
  return {
    ...rest,
    ageMs: rounded(ageMs),
    offsetMs: rounded(offsetMs),
    offsetUncertaintyMs: rounded(offsetUncertaintyMs),
    ...(error === undefined ? {} : { error: error.message }),
  };
}
