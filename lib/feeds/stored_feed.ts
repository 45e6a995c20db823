import type { KnownMinutes } from "../bars/known_minutes.ts";
import { floorTo, MINUTE } from "../model/time.ts";
import type { FundingPayment } from "../model/funding.ts";
import type { Instrument, Source, Venue } from "../model/instrument.ts";
import type { Feed, FeedContext, FeedSnapshot } from "./feed.ts";
import { FundingLog } from "./streaming/funding_log.ts";

/** What a {@link StoredFeed} reads of a store. */
export interface StoredFeedOptions {
  readonly venue: Venue;
  readonly instruments: readonly Instrument[];
  readonly sourceOf: (instrument: string) => Source;
  /** Stretch that is stored of each; the ledgers know the minutes in it. */
  readonly spanOf: (instrument: string) => { readonly from: number; readonly to: number };
  /** What is stored of a perpetual's funding. */
  readonly fundingsOf: (instrument: string) => readonly FundingPayment[];
  /** Venue time: the end of the newest stored minute of all. */
  readonly now: () => number;
}

/** What is stored of a venue, in the place of its feed: it has no connection, and asks nobody. */
export class StoredFeed implements Feed {
  readonly venue: Venue;
  readonly instruments: readonly Instrument[];
  readonly #context: Pick<FeedContext, "ledgers" | "clock" | "emit">;
  readonly #options: StoredFeedOptions;
  readonly #since: number;
  readonly #fundings = new Map<string, FundingLog>();

  constructor(
    context: Pick<FeedContext, "ledgers" | "clock" | "emit">,
    options: StoredFeedOptions,
  ) {
    this.venue = options.venue;
    this.instruments = options.instruments;
    this.#context = context;
    this.#options = options;
    this.#since = context.clock.now();
    for (const { id } of options.instruments) this.#fill(id);
  }

  start(): void {
    for (const { id } of this.instruments) this.takeFundings(id, this.#options.fundingsOf(id));
  }

  snapshot(): FeedSnapshot {
    const { sourceOf, now } = this.#options;
    return {
      venue: this.venue,
      state: "closed",
      since: this.#since,
      reconnects: 0,
      attempt: 0,
      breaker: "closed",
      retryAt: undefined,
      rejectedFrames: 0,
      lastError: undefined,
      venueTime: now(),
      clockOffsetMs: NaN,
      clockUncertaintyMs: NaN,
      streams: this.instruments.map(({ id }) => {
        const last = this.#context.ledgers.get(id)?.last;
        return {
          instrument: id,
          state: "stored",
          source: sourceOf(id),
          contract: last?.contract,
          lastEventAgeMs: undefined,
          lastBar: last?.openTime,
          gaps: 0,
          resubscribes: 0,
          error: undefined,
        };
      }),
    };
  }

  venueTimeAtLeast(): number {
    return this.#options.now();
  }

  follow({ id }: Instrument): void {
    throw new RangeError(`${id} cannot be followed: nothing of it is stored, and no feed runs`);
  }

  unfollow(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes in minutes that another process has stored meanwhile. */
  take(instrument: string, minutes: KnownMinutes): void {
    const { ledgers, emit, clock } = this.#context;
    const ledger = ledgers.get(instrument);
    if (ledger === undefined) return;
    for (const { from, to, isShut } of minutes.absences) {
      ledger.advance(to);
      ledger.markAbsent({ from, to }, { isClosed: isShut });
    }
    for (let row = 0; row < minutes.length; row++) {
      const bar = minutes.barAt(row);
      if (bar.openTime < ledger.from) continue;
      const offer = ledger.adopt(bar, "stream");
      if (offer.kind !== "new" && offer.kind !== "revision") continue;
      emit({
        kind: "bar",
        instrument,
        bar: offer.bar,
        origin: "stream",
        change: offer.kind,
        receivedAt: clock.now(),
      });
    }
  }

  /** Takes in what is stored of funding; what is known already is not emitted again. */
  takeFundings(instrument: string, payments: readonly FundingPayment[]): void {
    const { emit, clock } = this.#context;
    const known = this.#fundings.get(instrument) ?? new FundingLog({ id: instrument, clock, emit });
    this.#fundings.set(instrument, known);
    known.takePayments(payments);
  }

  #fill(id: string): void {
    const ledger = this.#context.ledgers.get(id);
    const { from, to } = this.#options.spanOf(id);
    if (ledger === undefined || !(to > from)) return;
    ledger.start(from);
    ledger.recall(to, false);
    ledger.advance(floorTo(to, MINUTE));
    // Nobody will be asked for the rest.
    ledger.markAbsent({ from, to });
  }
}
