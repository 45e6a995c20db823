import type { MarketError } from "../../model/errors.ts";
import type { Source } from "../../model/instrument.ts";
import type { Backlog, NextContract, StreamSnapshot, StreamState } from "../feed.ts";

/** Minutes still to be had from history, and when the limits let them be asked for. */
export interface WantedHistory {
  readonly minutes: number;
  readonly requests: number;
  /** Local monotonic ms from which its next and its last request may be sent. */
  readonly nextAt: number;
  readonly lastAt: number;
}

/** What is remembered of one instrument's stream across connections. */
export class StreamRecord {
  readonly instrument: string;
  state: StreamState = "waiting";
  source: Source;
  /** The label last told as the venue's. */
  toldSource: Source | undefined;
  /** Ticks and polled history instead of five-second bars. */
  isDelayed: boolean;
  contract: string | undefined;
  next: NextContract | undefined;
  /** Local monotonic ms of the last message. */
  lastEventAt: number | undefined;
  lastBar: number | undefined;
  gaps = 0;
  resubscribes = 0;
  /** What is still wanted of history, with local monotonic times; undefined when nothing is. */
  wanted: WantedHistory | undefined;
  error: MarketError | undefined;
  /** First minute expected from the live stream; what history fills from there on is a heal. */
  liveFrom = Infinity;
  /** Minutes before this one have been told as gaps, or need not be. */
  gapsToldTo = Infinity;
  /** Minutes that streamed whole but without a trade: only history knows whether the venue has a bar. */
  readonly quietMinutes = new Set<number>();
  /** Roll times by expiry, where volume decided. */
  readonly rolls = new Map<string, number>();
  /** Why minutes may be missing, for the next gap told. */
  trouble: string | undefined;

  constructor(instrument: string, source: Source, isDelayed = false) {
    this.instrument = instrument;
    this.isDelayed = isDelayed;
    this.source = source;
  }

  /** Neither connected nor failed: waiting for data, or for data again. */
  rest(): void {
    this.wanted = undefined;
    this.state = this.lastEventAt === undefined ? "waiting" : "stale";
  }

  /** From live to delayed data: minutes come late from now on, and lateness is no gap. */
  lower(): void {
    this.isDelayed = true;
    this.source = this.toldSource = "delayed";
    this.liveFrom = this.gapsToldTo = Infinity;
  }

  /** @param now local monotonic ms. */
  snapshot(now: number): StreamSnapshot {
    const { instrument, state, source, contract, lastBar, gaps, resubscribes, error } = this;
    const lastEventAgeMs = this.lastEventAt === undefined ? undefined : now - this.lastEventAt;
    return {
      instrument,
      state,
      source,
      contract,
      ...(this.next === undefined ? {} : { next: this.next }),
      lastEventAgeMs,
      lastBar,
      gaps,
      resubscribes,
      ...(this.wanted === undefined ? {} : { backlog: backlogOf(this.wanted, now) }),
      error,
    };
  }
}

function backlogOf({ minutes, requests, nextAt, lastAt }: WantedHistory, now: number): Backlog {
  const nextInMs = Math.max(0, nextAt - now);
  return { minutes, requests, position: 0, nextInMs, lastInMs: Math.max(0, lastAt - now) };
}
