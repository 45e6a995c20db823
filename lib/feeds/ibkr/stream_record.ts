import type { TradingCalendar } from "../../calendar/calendar.ts";
import type { MarketError } from "../../model/errors.ts";
import type { Source } from "../../model/instrument.ts";
import type { Interval } from "../../model/time.ts";
import type { Backlog, FeedContext, NextContract, StreamSnapshot, StreamState } from "../feed.ts";
import { MinuteWriter } from "../minute_writer.ts";
import type { FrontContract } from "./contracts.ts";
import { ReceivedTrades } from "./received_trades.ts";
import { RefusalBook } from "./refusal_book.ts";

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
  readonly writer: MinuteWriter;
  state: StreamState = "waiting";
  source: Source;
  /** The label last reported as the venue's. */
  reportedSource: Source | undefined;
  /** Ticks and polled history instead of five-second bars. */
  isDelayed: boolean;
  contract: string | undefined;
  /** The month in front as last known. */
  front: FrontContract | undefined;
  next: NextContract | undefined;
  /** Local monotonic ms of the last message. */
  lastEventAt: number | undefined;
  resubscribes = 0;
  /** What is still wanted of history, with local monotonic times; undefined when nothing is. */
  wanted: WantedHistory | undefined;
  error: MarketError | undefined;
  readonly refusals = new RefusalBook();
  /** Single trades, where they are wanted. */
  readonly trades: ReceivedTrades | undefined;
  /** Roll times by contract month, where volume decided. */
  readonly rolls = new Map<string, number>();
  /** Why minutes may be missing, for the next gap reported. */
  trouble: string | undefined;
  #published: readonly Interval[] | undefined;

  /** @throws {RangeError} when the context has no ledger for the instrument. */
  constructor(context: FeedContext, instrument: string, source: Source, isDelayed = false) {
    this.instrument = instrument;
    this.writer = new MinuteWriter(context, instrument, (reason, origin) => {
      context.log.warn(`A bar of ${instrument} was not believed: ${reason}`, { origin });
    });
    this.isDelayed = isDelayed;
    this.source = source;
    this.trades = context.keepsTrades === true ? new ReceivedTrades() : undefined;
  }

  /** Neither connected nor failed: waiting for data, or for data again. */
  rest(): void {
    this.wanted = undefined;
    this.state = this.lastEventAt === undefined ? "waiting" : "stale";
  }

  /** From live to delayed data: minutes come late from now on, and lateness is no gap. */
  lower(): void {
    this.isDelayed = true;
    this.source = this.reportedSource = "delayed";
    this.writer.expectNone();
    this.refusals.reset();
  }

  /** Hours that the venue publishes stand above the rule that the ledger goes by. */
  expect(published: readonly Interval[]): void {
    if (published === this.#published) return;
    this.#published = published;
    this.writer.ledger.expect(published);
  }

  /** Reports the minutes before `until` that the stream lost; those in which the market was shut are none. */
  reportGaps(until: number, calendar: TradingCalendar): void {
    const isNews = this.writer.reportGaps(until, {
      reason: this.trouble ?? "five-second bars are missing",
      isShut: (time) => calendar.isOpen(time) === false,
    });
    if (isNews && this.state === "live") this.trouble = undefined;
  }

  /** @param now local monotonic ms. */
  snapshot(now: number): StreamSnapshot {
    const { instrument, state, source, contract, writer, resubscribes, error, trades } = this;
    const lastEventAgeMs = this.lastEventAt === undefined ? undefined : now - this.lastEventAt;
    return {
      instrument,
      state,
      source,
      contract,
      ...(this.next === undefined ? {} : { next: this.next }),
      lastEventAgeMs,
      lastBar: writer.lastBar,
      gaps: writer.gaps,
      resubscribes,
      ...(trades === undefined ? {} : { trades: trades.coverage() }),
      ...(this.wanted === undefined ? {} : { backlog: backlogOf(this.wanted, now) }),
      error,
    };
  }
}

function backlogOf({ minutes, requests, nextAt, lastAt }: WantedHistory, now: number): Backlog {
  const nextInMs = Math.max(0, nextAt - now);
  return { minutes, requests, position: 0, nextInMs, lastInMs: Math.max(0, lastAt - now) };
}
