import { counted, grouped } from "../model/counted.ts";
import type { BreakerState } from "../feeds/connection.ts";
import type { Backlog, FeedSnapshot, StreamState } from "../feeds/feed.ts";
import type { Coverage } from "../model/coverage.ts";
import type { MarketError } from "../model/errors.ts";
import type { ConnectionState } from "../model/feed_event.ts";
import type { Source, Venue } from "../model/instrument.ts";
import { DAY, SECOND } from "../model/time.ts";
import type { TradingMode } from "../model/trading_mode.ts";

/** Everything worth watching of one instrument's stream; plain data, safe to keep. */
export interface StreamOverview {
  readonly instrument: string;
  readonly venue: Venue;
  readonly state: StreamState;
  readonly connection: ConnectionState;
  /** `open` while the connection waits to try again, or for the user; `half-open` while it tries. */
  readonly breaker: BreakerState;
  /** Attempts to connect in a row that brought no lasting data. */
  readonly attempt: number;
  /** Local wall clock of the next attempt, epoch ms; undefined unless one is waited for. */
  readonly retryAt: number | undefined;
  /** Connections lost and made again. */
  readonly reconnects: number;
  readonly resubscribes: number;
  /** What the data is: live, delayed, … */
  readonly label: Source;
  /** Whether it comes 10 to 15 minutes late. */
  readonly isDelayed: boolean;
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
  /** Messages of the whole connection that could not be used. */
  readonly rejectedFrames: number;
  /** What is still wanted of the venue's history; undefined when nothing is. */
  readonly backlog: Backlog | undefined;
  /** Venue time minus local time, ms, with its half-width; NaN while unknown. */
  readonly offsetMs: number;
  readonly offsetUncertaintyMs: number;
  readonly error: MarketError | undefined;
  /** What its venue lets be done with it; undefined while that is not said. */
  readonly trading?: TradingMode;
}

/** One row a stream, from feeds, ledgers and transitions. */
export function streamOverviews(
  venues: readonly FeedSnapshot[],
  coverage: readonly Coverage[],
): StreamOverview[] {
  const coverageOf = new Map(coverage.map((each) => [each.instrument, each]));
  return venues.flatMap((feed) =>
    feed.streams.map((stream): StreamOverview => {
      const { instrument, state, contract, lastBar, gaps, resubscribes, error } = stream;
      const { venue, breaker, attempt, retryAt, reconnects, rejectedFrames } = feed;
      return {
        instrument,
        venue,
        state,
        contract,
        lastBar,
        gaps,
        resubscribes,
        error,
        ...(stream.trading === undefined ? {} : { trading: stream.trading }),
        breaker,
        attempt,
        retryAt,
        reconnects,
        rejectedFrames,
        connection: feed.state,
        backlog: stream.backlog,
        label: stream.source,
        isDelayed: stream.isDelayed ?? stream.source === "delayed",
        ageMs: stream.lastEventAgeMs,
        ...countsOf(coverageOf.get(instrument)),
        offsetMs: feed.clockOffsetMs,
        offsetUncertaintyMs: feed.clockUncertaintyMs,
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
    minutes,
    absent,
    healed,
    revisions,
    repeats,
    missing: expected - minutes - absent,
    rejected: Object.values(rejected).reduce((sum, count) => sum + count, 0),
  };
}

/** `BTCUSDT live: 305 minutes, 1 gap, 0 missing, 2 reconnects, age 0.4 s, venue clock 12 ms ahead`. */
export function streamLine(stream: StreamOverview): string {
  const { instrument, minutes, gaps, missing, reconnects, ageMs, offsetMs } = stream;
  const { trading = "online" } = stream;
  const state = trading === "online" ? stream.state : `${stream.state} (${trading})`;
  const age = ageMs === undefined ? "no data yet" : `age ${(ageMs / 1_000).toFixed(1)} s`;
  const offset = `venue clock ${Number.isNaN(offsetMs) ? "unknown" : offsetText(offsetMs)}`;
  const history = stream.backlog === undefined ? "" : `, ${backlogText(stream.backlog)}`;
  return `${instrument} ${state}: ${counted(minutes, "minute")}, ${counted(gaps, "gap")}, ${
    grouped(missing)
  } missing${history}, ${counted(reconnects, "reconnect")}, ${age}, ${offset}`;
}

/** `history 2 requests, the first in 3 s, the last in 41 s, after 1 other instrument`; for people. */
export function backlogText({ requests, position, nextInMs, lastInMs }: Backlog): string {
  const inSeconds = (ms: number) => ms < 1 ? "now" : `in ${Math.ceil(ms / SECOND)} s`;
  const when = requests === 1
    ? ` ${inSeconds(nextInMs)}`
    : `s, the first ${inSeconds(nextInMs)}, the last ${inSeconds(lastInMs)}`;
  const others = position === 0
    ? ""
    : `, after ${position} other instrument${position === 1 ? "" : "s"}`;
  return `history ${requests} request${when}${others}`;
}

/** `12 ms ahead`, `3.5 s behind`, `353.0 days behind` this machine's: simulated venues live in other years. */
function offsetText(offsetMs: number): string {
  const size = Math.abs(offsetMs);
  const text = size < 10 * SECOND
    ? `${Math.round(size).toLocaleString("en-US")} ms`
    : size < DAY
    ? `${(size / SECOND).toLocaleString("en-US", { maximumFractionDigits: 1 })} s`
    : `${(size / DAY).toFixed(1)} days`;
  return `${text} ${offsetMs < 0 ? "behind" : "ahead"}`;
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
