import type { MarketError } from "../../model/errors.ts";
import type { Source } from "../../model/instrument.ts";
import type { FeedContext, StreamSnapshot, StreamState } from "../feed.ts";
import { MinuteWriter } from "../minute_writer.ts";
import type { IndexQuery } from "./gateway.ts";
import { IndexSamples } from "./index_samples.ts";
import { RefusalBook } from "./refusal_book.ts";

/** What is remembered of an index across connections. */
export class IndexRecord {
  readonly query: IndexQuery;
  readonly writer: MinuteWriter;
  readonly samples = new IndexSamples();
  readonly refusals = new RefusalBook();
  /** Until the venue says otherwise: it is asked for as delayed. */
  source: Source = "delayed";
  /** The label last reported as the venue's. */
  reportedSource: Source | undefined;
  state: StreamState = "waiting";
  error: MarketError | undefined;
  /** Local monotonic ms of the last field. */
  lastEventAt: number | undefined;
  resubscribes = 0;

  /** @throws {RangeError} when the context has no ledger for the index. */
  constructor(context: FeedContext, query: IndexQuery) {
    this.query = query;
    this.writer = new MinuteWriter(context, query.symbol, (reason, origin) => {
      context.log.warn(`A minute of ${query.symbol} was not believed: ${reason}`, { origin });
    });
  }

  get instrument(): string {
    return this.query.symbol;
  }

  /** @param now local monotonic ms. */
  snapshot(now: number): StreamSnapshot {
    const { query, state, source, writer, resubscribes, error, lastEventAt } = this;
    return {
      instrument: query.symbol,
      state,
      source,
      contract: undefined,
      lastEventAgeMs: lastEventAt === undefined ? undefined : now - lastEventAt,
      lastBar: writer.lastBar,
      gaps: writer.gaps,
      resubscribes,
      error,
    };
  }
}
