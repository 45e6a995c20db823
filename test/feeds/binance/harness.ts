import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import type { Feed } from "../../../lib/feeds/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import type { KnownTrades, TradeHole } from "../../../lib/model/trade_hole.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { FakeVenue } from "./fake_venue.ts";

/** Venue time at the start: 17.5 s into a minute, in another year than the local clock's. */
export const START = Date.UTC(2025, 11, 3, 14, 0, 17, 500);

export interface Bench {
  readonly clock: ManualClock;
  readonly venue: FakeVenue;
  readonly feed: Feed;
  /** More may be put there, for those to be followed. */
  readonly ledgers: Map<string, MinuteLedger>;
  readonly events: FeedEvent[];
  /** Events of one kind, in order. */
  of<K extends FeedEvent["kind"]>(kind: K): Extract<FeedEvent, { kind: K }>[];
  /** Advances venue time. */
  advance(venueMs: number): Promise<void>;
  /** Compares every settled minute with the venue's truth; returns how many. */
  assertTruth(symbol: string, lateMs?: number): number;
}

export interface BenchOptions {
  readonly symbols?: readonly string[];
  /** What the venue lists; by default the same. */
  readonly listed?: readonly string[];
  readonly speed?: number;
  readonly backfillMs?: number;
  readonly random?: () => number;
  readonly streamAlternatives?: readonly string[];
  readonly restAlternatives?: readonly string[];
  /** Lost trades are fetched. @default false */
  readonly keepsTrades?: boolean;
  /** What a store holds of the trades of each instrument. @default nothing */
  readonly knownTrades?: () => KnownTrades | undefined;
  /** What it has lost of them since that was asked last. @default nothing */
  readonly lostTrades?: () => readonly TradeHole[];
}

/** Runs `body` with a feed on a fake venue, then closes the feed and checks that it left nothing. */
export async function withBench(
  options: BenchOptions,
  body: (bench: Bench) => Promise<void>,
): Promise<void> {
  const { symbols = ["BTCUSDT"], speed = 1, backfillMs = 2 * HOUR, random = () => 0.5 } = options;
  const { streamAlternatives = [], restAlternatives = [], keepsTrades = false } = options;
  const { knownTrades = () => undefined, lostTrades = () => [] } = options;
  const clock = new ManualClock(Date.UTC(2031, 0, 1));
  const venue = new FakeVenue({ clock, start: START, speed, symbols: options.listed ?? symbols });
  const ledgers = new Map(symbols.map((id) => [id, new MinuteLedger(id, () => true)]));
  const events: FeedEvent[] = [];
  const feed = createBinanceFeed({
    ...{ clock, random, speed, backfillMs, ledgers, keepsTrades, knownTrades, lostTrades },
    log: silentLog,
    source: "simulated",
    emit: (event) => events.push(event),
  }, {
    streamUrl: "wss://stream.test:9443/",
    restUrl: "https://api.test",
    ...{ symbols, streamAlternatives, restAlternatives },
    httpGet: venue.httpGet,
    openSocket: venue.openSocket,
  });
  const bench: Bench = {
    ...{ clock, venue, feed, ledgers, events },
    of: <K extends FeedEvent["kind"]>(kind: K) =>
      events.filter((event): event is Extract<FeedEvent, { kind: K }> => event.kind === kind),
    advance: (venueMs) => clock.advance(venueMs / speed),
    assertTruth: (symbol, lateMs = 10_000) => {
      assert.ok(feed.venueTimeAtLeast() < venue.now() + 1, "the venue's time runs ahead");
      return assertTruth(ledgers.get(symbol)!, venue, symbol, venue.now() - lateMs);
    },
  };
  feed.start();
  try {
    await body(bench);
  } finally {
    await feed.close();
    venue.stop();
    assert.equal(venue.links.size, 0, "close() left a socket");
    assert.equal(clock.pending, 0, "close() left a timer");
  }
}

function assertTruth(
  ledger: MinuteLedger,
  venue: FakeVenue,
  symbol: string,
  until: number,
): number {
  let compared = 0;
  for (let time = ledger.from; time + MINUTE <= until; time += MINUTE) {
    const bar = ledger.at(time);
    const truth = venue.minute(symbol, time);
    const when = new Date(time).toISOString();
    if (truth === undefined) {
      assert.equal(bar, undefined, `${symbol} invented ${when}`);
      continue;
    }
    assert.ok(bar !== undefined, `${symbol} lacks ${when}`);
    assert.deepEqual(
      [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trades, bar.revision],
      [
        ...[truth.open, truth.high, truth.low, truth.close, truth.volume].map(Number),
        ...[truth.trades, 0],
      ],
      `${symbol} altered ${when}`,
    );
    compared++;
  }
  const known = ledger.bars();
  for (const bar of known) assert.ok(bar.openTime + MINUTE <= venue.now(), "a bar closed early");
  return compared;
}
