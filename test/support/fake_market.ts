/** A market over feeds that do nothing by themselves: a test writes the minutes. */
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import type { Feed, FeedContext, FeedSnapshot } from "../../lib/feeds/feed.ts";
import { Market } from "../../lib/market/market.ts";
import type { MarketParts } from "../../lib/market/market_parts.ts";
import type { Bar } from "../../lib/model/bar.ts";
import type { Instrument, Venue } from "../../lib/model/instrument.ts";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import { DEFAULT_WINDOWS } from "../../lib/model/timeframe.ts";
import type { TradeCoverage } from "../../lib/model/trade_coverage.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { afterTurn } from "../../lib/runtime/after_turn.ts";
import { barAt } from "./bars.ts";
import { streamSnapshot, venueSnapshot } from "./feed_snapshots.ts";
import { ManualClock } from "./manual_clock.ts";

/** A Wednesday afternoon of New York's regular hours. */
export const START = Date.UTC(2025, 11, 3, 15, 0);

export const BITCOIN: Instrument = {
  id: "BTCUSDT",
  venue: "binance",
  kind: "crypto",
  exchange: "spot",
  currency: "USDT",
};
export const ETHER: Instrument = { ...BITCOIN, id: "ETHUSDT" };
export const ES: Instrument = {
  id: "ES",
  venue: "ibkr",
  kind: "future",
  exchange: "CME",
  currency: "USD",
};
const KNOWN = [BITCOIN, ETHER, ES];

/** Follows, and delivers what the test asks for. */
export class FakeFeed implements Feed {
  readonly venue: Venue;
  readonly context: Pick<FeedContext, "ledgers" | "emit">;
  /** Coverage of single trades, by instrument. */
  readonly trades = new Map<string, TradeCoverage>();
  readonly calls: string[] = [];
  instruments: readonly Instrument[];
  now = START;
  #clock: ManualClock;
  #isStopped = false;

  constructor(
    venue: Venue,
    context: Pick<FeedContext, "ledgers" | "emit">,
    instruments: readonly Instrument[],
    clock: ManualClock,
  ) {
    this.venue = venue;
    this.context = context;
    this.instruments = instruments;
    this.#clock = clock;
    for (const { id } of instruments) this.#ledger(id).start(START);
  }

  start(): void {
    this.#isStopped = false;
    this.calls.push("start");
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    this.calls.push("stop");
    return Promise.resolve();
  }

  snapshot(): FeedSnapshot {
    return venueSnapshot({
      venue: this.venue,
      ...(this.#isStopped ? { state: "stopped" } : {}),
      venueTime: this.now,
      streams: this.instruments.map(({ id }) =>
        streamSnapshot({
          instrument: id,
          lastBar: this.#ledger(id).last?.openTime,
          ...(this.trades.has(id) ? { trades: this.trades.get(id)! } : {}),
        })
      ),
    });
  }

  venueTimeAtLeast(): number {
    return this.now;
  }

  follow(instrument: Instrument): void {
    this.calls.push(`follow ${instrument.id}`);
    this.#ledger(instrument.id).start(START);
    this.instruments = [...this.instruments, instrument];
  }

  unfollow(id: string): void {
    this.calls.push(`unfollow ${id}`);
    this.instruments = this.instruments.filter((instrument) => instrument.id !== id);
  }

  close(): Promise<void> {
    this.calls.push("close");
    return Promise.resolve();
  }

  /** A closed minute came in, new or revised. */
  bar(id: string, minute: number, change: Partial<Bar> = {}): void {
    const price = 1_000 + 5 * Math.sin(minute * 0.7) + Math.cos(minute * (id.length + 0.3));
    const offer = this.#ledger(id).offer(barAt(START + minute * MINUTE, price, change), "stream");
    if (offer.kind !== "new" && offer.kind !== "revision") return;
    this.context.emit({
      kind: "bar",
      instrument: id,
      bar: offer.bar,
      origin: "stream",
      change: offer.kind,
      receivedAt: this.#clock.now(),
    });
  }

  #ledger(id: string) {
    const ledger = this.context.ledgers.get(id);
    if (ledger === undefined) throw new Error(`${id} has no ledger`);
    return ledger;
  }
}

/** The market, its feeds, and a hand for its clock; `instruments` are followed from the start. */
export function fakeMarket(
  instruments: readonly Instrument[] = [BITCOIN, ES],
  parts: Partial<MarketParts> = {},
) {
  const clock = new ManualClock(START);
  const feeds = new Map<Venue, FakeFeed>();
  const make = (
    venue: Venue,
    context: Pick<FeedContext, "ledgers" | "emit">,
    own: readonly Instrument[],
  ) => {
    const feed = new FakeFeed(venue, context, own, clock);
    feeds.set(venue, feed);
    return feed;
  };
  const market = new Market({
    source: "simulated",
    instruments,
    calendarOf: () => alwaysOpen,
    makeFeeds: (context) =>
      [...new Set(instruments.map(({ venue }) => venue))].map((venue) =>
        make(venue, context, instruments.filter((each) => each.venue === venue))
      ),
    makeFeed: (venue, context) => make(venue, context, []),
    instrumentOf(id) {
      const found = KNOWN.find((each) => each.id === id);
      if (found === undefined) throw new RangeError(`what can be followed: ETHUSDT; got ${id}`);
      return found;
    },
    windows: DEFAULT_WINDOWS,
    timeframes: ["1m", "5m"],
    clock,
    machineClock: clock,
    afterTurn,
    speed: 1,
    log: silentLog,
    simulator: undefined,
    ...parts,
  });
  market.start();
  /** Closes a minute of everything that is followed, and lets a second pass. */
  const close = async (minute: number, without: readonly string[] = []) => {
    for (const { id, venue } of market.instruments) {
      if (!without.includes(id)) feeds.get(venue)!.bar(id, minute);
    }
    for (const feed of feeds.values()) feed.now = START + (minute + 1) * MINUTE + 9 * SECOND;
    await clock.advance(2 * SECOND);
  };
  return { market, feeds, clock, close };
}
