import type {
  AccountKind,
  Backlog,
  FeedSnapshot,
  NextContract,
  StreamSnapshot,
} from "../feeds/feed.ts";
import { MarketError } from "../model/errors.ts";
import type { ConnectionState } from "../model/feed_event.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { TRADING_MODES } from "../model/trading_mode.ts";
import { bodyOf, finite, finiteOr, listOf, oneOf, recordOf, textIn, textOf } from "./bus_fields.ts";
import { instrumentIn } from "./bus_message.ts";

/** What a publisher says of one venue's feed, each second. */
export interface VenueState {
  /** Of its run. */
  readonly publisher: string;
  /** Venue seconds per second. */
  readonly speed: number;
  /** As `Feed.venueTimeAtLeast` says; `-Infinity` while unknown. */
  readonly timeAtLeast: number;
  readonly instruments: readonly Instrument[];
  /** Where coverage of these begins, history that is still to come included; without those where it has not begun. */
  readonly begins: readonly CoverageBegin[];
  readonly feed: FeedSnapshot;
}

/** The first minute that a publisher covers of an instrument. */
export interface CoverageBegin {
  readonly instrument: string;
  /** Epoch ms UTC of the venue. */
  readonly from: number;
}

/** Instruments of one venue that a state may name. */
const MOST = 2_000;

const CONNECTION_STATES: readonly ConnectionState[] = [
  "idle",
  "connecting",
  "handshake",
  "ready",
  "starting",
  "live",
  "stale",
  "recovering",
  "failed",
  "stopped",
  "closed",
];
const STREAM_STATES: readonly StreamSnapshot["state"][] = [
  "waiting",
  "live",
  "stale",
  "closed",
  "unknown",
  "failed",
  "stopped",
  "stored",
];
const SOURCES: readonly Source[] = [
  "live",
  "delayed",
  "replay",
  "simulated",
  "imported",
  "stored",
];
const BREAKERS: readonly FeedSnapshot["breaker"][] = ["closed", "open", "half-open"];
const ACCOUNTS: readonly AccountKind[] = ["paper", "live"];
const REMEDIES: readonly MarketError["remedy"][] = ["retry", "wait", "configure", "give-up"];

/** The text of a state. Which trades came stays with the publisher: the list may be long. */
export function stateText({ feed, ...state }: VenueState): string {
  const streams = feed.streams.map(({ trades: _, error, ...stream }) => ({
    ...stream,
    error: plain(error),
  }));
  return textOf({ ...state, feed: { ...feed, lastError: plain(feed.lastError), streams } });
}

/** @throws {BusFormatError} for what is no such text. */
export function stateOf(text: string): VenueState {
  const body = bodyOf(text);
  return {
    publisher: textIn(body.publisher, "publisher", 100),
    speed: finite(body.speed, "speed"),
    timeAtLeast: finiteOr(body.timeAtLeast, -Infinity, "timeAtLeast"),
    instruments: listOf(body.instruments, "instruments", MOST).map(instrumentIn),
    begins: listOf(body.begins, "begins", MOST).map(beginOf),
    feed: feedOf(body.feed),
  };
}

function beginOf(value: unknown): CoverageBegin {
  const begin = recordOf(value, "begin");
  const instrument = textIn(begin.instrument, "instrument", 100);
  return { instrument, from: finite(begin.from, "from") };
}

function feedOf(value: unknown): FeedSnapshot {
  const feed = recordOf(value, "feed");
  const number = (name: string) => finite(feed[name], name);
  const unknown = (name: string) => finiteOr(feed[name], NaN, name);
  return {
    venue: textIn(feed.venue, "venue", 100),
    state: oneOf(feed.state, CONNECTION_STATES, "state"),
    since: number("since"),
    reconnects: number("reconnects"),
    attempt: number("attempt"),
    breaker: oneOf(feed.breaker, BREAKERS, "breaker"),
    retryAt: finiteOr(feed.retryAt, undefined, "retryAt"),
    rejectedFrames: number("rejectedFrames"),
    lastError: errorOf(feed.lastError),
    venueTime: unknown("venueTime"),
    clockOffsetMs: unknown("clockOffsetMs"),
    clockUncertaintyMs: unknown("clockUncertaintyMs"),
    account: feed.account === undefined ? undefined : oneOf(feed.account, ACCOUNTS, "account"),
    streams: listOf(feed.streams, "streams", MOST).map(streamOf),
  };
}

function streamOf(value: unknown): StreamSnapshot {
  const stream = recordOf(value, "stream");
  const { contract, isDelayed, next, backlog, trading } = stream;
  return {
    instrument: textIn(stream.instrument, "instrument", 100),
    state: oneOf(stream.state, STREAM_STATES, "state"),
    source: oneOf(stream.source, SOURCES, "source"),
    ...(isDelayed === undefined ? {} : { isDelayed: isDelayed === true }),
    contract: contract === undefined ? undefined : textIn(contract, "contract", 32),
    ...(next === undefined ? {} : { next: nextOf(next) }),
    lastEventAgeMs: finiteOr(stream.lastEventAgeMs, undefined, "lastEventAgeMs"),
    lastBar: finiteOr(stream.lastBar, undefined, "lastBar"),
    gaps: finite(stream.gaps, "gaps"),
    resubscribes: finite(stream.resubscribes, "resubscribes"),
    ...(backlog === undefined ? {} : { backlog: backlogOf(backlog) }),
    error: errorOf(stream.error),
    ...(trading === undefined ? {} : { trading: oneOf(trading, TRADING_MODES, "trading") }),
  };
}

function nextOf(value: unknown): NextContract {
  const next = recordOf(value, "next");
  return {
    contract: textIn(next.contract, "contract", 32),
    lastPrice: finiteOr(next.lastPrice, NaN, "lastPrice"),
    volumeShare: finiteOr(next.volumeShare, NaN, "volumeShare"),
  };
}

function backlogOf(value: unknown): Backlog {
  const backlog = recordOf(value, "backlog");
  const number = (name: string) => finiteOr(backlog[name], Infinity, name);
  return {
    minutes: number("minutes"),
    requests: number("requests"),
    position: number("position"),
    nextInMs: number("nextInMs"),
    lastInMs: number("lastInMs"),
  };
}

/** An error as people and programs need it; its cause stays where it happened. */
function plain(error: MarketError | undefined): unknown {
  if (error === undefined) return undefined;
  const { code, remedy, message, venue, instrument } = error;
  return { code, remedy, message, venue, instrument };
}

function errorOf(value: unknown): MarketError | undefined {
  if (value === undefined || value === null) return undefined;
  const error = recordOf(value, "error");
  const { venue, instrument } = error;
  return new MarketError(
    textIn(error.code, "code", 100),
    oneOf(error.remedy, REMEDIES, "remedy"),
    textIn(error.message, "message"),
    {
      ...(venue === undefined ? {} : { venue: textIn(venue, "venue", 100) }),
      ...(instrument === undefined ? {} : { instrument: textIn(instrument, "instrument", 100) }),
    },
  );
}
